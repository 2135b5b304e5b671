// Collecting a model's contractions, and choosing for each.
// SPDX-License-Identifier: MIT
#include "host/engine/tuner.hpp"

#include "host/engine/bench_common.hpp"
#include "host/graph/op.hpp"
#include "host/lower/lower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace vkgan {

namespace {

// The node alone, between inputs and an output.
Graph graph_of(const Graph& whole, const Node& node) {
    Graph graph;
    std::vector<Value> inputs;
    for (const int32_t input : node.inputs)
        inputs.push_back(
            graph.input(std::to_string(inputs.size()), whole.nodes()[static_cast<size_t>(input)].shape));
    graph.mark_output("y", graph.add(*node.op, inputs, node.attributes));
    return graph;
}

Tunable tunable_of(const Graph& graph, const Node& node, const DeviceTraits& device) {
    if (!node.op->kernels) return {};
    std::vector<Shape> shapes;
    for (const int32_t input : node.inputs) shapes.push_back(graph.nodes()[static_cast<size_t>(input)].shape);
    const Chain none{};
    auto emission = node.op->kernels(KernelQuery{device, node, shapes, none, none});
    return emission ? std::move(emission->tunable) : Tunable{};
}

void merge(std::vector<TunedProblem>& all, TunedProblem problem) {
    const auto same = std::ranges::find_if(
        all, [&](const TunedProblem& known) { return known.tunable.problem == problem.tunable.problem; });
    if (same == all.end())
        all.push_back(std::move(problem));
    else
        same->count += problem.count;
}

Result<std::vector<TunedProblem>> problems_of_model(const Model& model, const DeviceTraits& device,
                                                    int batch) {
    std::vector<TunedProblem> all;
    VKGAN_ASSIGN(const LoweredModel lowered, lower_training(model, {.batch = batch}));
    const auto add = [&](const Graph& graph, int repeat) {
        for (TunedProblem& problem : problems_of(simplify(graph), device)) {
            problem.count *= repeat;
            merge(all, std::move(problem));
        }
    };
    for (const LoweredPhase& phase : lowered.phases) add(phase.graph, phase.repeat);
    if (model.sample_network == "none") return all;
    VKGAN_ASSIGN(const Graph sampler, lower_inference(model, model.sample_network, batch, false));
    add(sampler, 1);
    return all;
}

// The median over rounds of this one's time / that one's in the same round.
double ratio(const std::vector<double>& these, const std::vector<double>& those) {
    std::vector<double> ratios;
    for (size_t i = 0; i < these.size(); ++i) ratios.push_back(these[i] / std::max(those[i], 1.0));
    return median(std::move(ratios));
}

// Each round times all, and begins with another one.
Result<std::vector<std::vector<double>>> time_in_turns(Trial& trial, const std::vector<size_t>& ways) {
    std::vector<std::vector<double>> times(ways.size());
    for (int round = 0; round < tuning_rounds; ++round)
        for (size_t i = 0; i < ways.size(); ++i) {
            const size_t at = (i + size_t(round)) % ways.size();
            VKGAN_ASSIGN(const double ns, trial.time(ways[at]));
            times[at].push_back(ns);
        }
    return times;
}

// Trial ways of the candidates are 1, 2, ...: way 0 is the kernel by definition.
Status choose(Trial& trial, ProblemResult& result) {
    std::vector<size_t> right;
    for (size_t i = 0; i < result.candidates.size(); ++i)
        if (result.candidates[i].wrong.empty()) right.push_back(i);
    if (right.empty()) return {};
    const auto rule = std::ranges::find(right, result.rule);
    if (rule != right.end()) std::iter_swap(right.begin(), rule);
    result.winner = right[0];
    std::vector<size_t> ways;
    for (const size_t i : right) ways.push_back(i + 1);
    VKGAN_ASSIGN(const auto times, time_in_turns(trial, ways));
    size_t best = 0;
    for (size_t i = 0; i < right.size(); ++i) {
        result.candidates[right[i]].ns = median(times[i]);
        if (ratio(times[i], times[0]) < ratio(times[best], times[0])) best = i;
    }
    if (best == 0 || ratio(times[best], times[0]) * least_gain > 1) return {};
    VKGAN_ASSIGN(const auto duel, time_in_turns(trial, {ways[0], ways[best]}));
    const double gain = 1 / ratio(duel[1], duel[0]);
    if (gain < least_gain) return {};
    result.winner = right[best];
    result.gain = gain;
    return {};
}

}  // namespace

std::vector<TunedProblem> problems_of(const Graph& graph, const DeviceTraits& device) {
    std::vector<TunedProblem> all;
    for (const Node& node : graph.nodes()) {
        Tunable tunable = tunable_of(graph, node, device);
        if (tunable.problem.empty()) continue;
        merge(all, {graph_of(graph, node), std::move(tunable), 1});
    }
    return all;
}

Result<ProblemResult> tune_problem(Device& device, const TunedProblem& problem, const AlterPlan& alter) {
    const Tunable& tunable = problem.tunable;
    ProblemResult result{.problem = tunable.problem, .count = problem.count};
    result.rule = tunable.chosen;
    const int64_t magnitude = exact_magnitude(tunable.terms);
    if (magnitude < 1)
        return Error{Code::unsupported, fmt::format("sums of {} terms cannot be checked exactly; at most {}",
                                                    tunable.terms, int64_t{1} << 24)};
    std::vector<TuningTable> tables;
    for (const KernelChoice& choice : tunable.candidates)
        tables.push_back({{tunable.problem, choice.to_string()}});
    DeviceTraits traits = device.traits();
    traits.family = Family::direct;
    std::vector<TrialWay> ways{{"by definition", traits}};
    traits.family = device.traits().family;
    for (const TuningTable& table : tables) {
        traits.tuning = &table;
        ways.push_back({table.begin()->second, traits});
        result.candidates.push_back({table.begin()->second, 0, {}});
    }
    VKGAN_ASSIGN(const std::unique_ptr<Trial> trial, Trial::create(device, problem.graph, ways, alter));
    std::vector<Tensor> inputs;
    for (const Node& node : problem.graph.nodes())
        if (node.op == &op_def::input)
            inputs.push_back(exact_tensor(node.shape, magnitude, uint32_t(inputs.size())));
    VKGAN_ASSIGN(const Tensor wanted, trial->run(0, inputs));
    for (size_t i = 0; i < result.candidates.size(); ++i) {
        VKGAN_ASSIGN(const Tensor had, trial->run(i + 1, inputs));
        result.candidates[i].wrong = first_difference(had, wanted);
    }
    VKGAN_TRY(choose(*trial, result));
    return result;
}

Result<TuneReport> tune(Device& device, const Model& model, const TuneQuery& query) {
    TuneReport report{.device = device_text(device), .recipe = model.recipe};
    report.batch = query.batch != 0 ? query.batch : model.batch;
    VKGAN_ASSIGN(const std::vector<TunedProblem> problems,
                 problems_of_model(model, device.traits(), report.batch));
    const auto begin = std::chrono::steady_clock::now();
    for (const TunedProblem& problem : problems) {
        const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
        if (query.time_limit_s > 0 && spent.count() >= query.time_limit_s) {
            ++report.left_out;
            continue;
        }
        auto result = tune_problem(device, problem, query.alter);
        if (!result) {
            if (result.error().code == Code::device_lost) return result.error();
            report.messages.push_back(fmt::format("{} is left to the built-in rule: {}",
                                                  problem.tunable.problem, result.error().message));
            continue;
        }
        for (const CandidateResult& candidate : result->candidates)
            if (!candidate.wrong.empty())
                report.messages.push_back(
                    fmt::format("{} computes {} as {} wrongly, so that is never chosen: {}", device.name(),
                                result->problem, candidate.choice, candidate.wrong));
        report.problems.push_back(std::move(*result));
    }
    return report;
}

TuningTable TuneReport::choices() const {
    TuningTable table;
    for (const ProblemResult& result : problems)
        if (result.winner && *result.winner != result.rule)
            table[result.problem] = result.candidates[*result.winner].choice;
    return table;
}

bool TuneReport::family_wrong() const {
    return std::ranges::any_of(problems, [](const ProblemResult& result) { return !result.winner; });
}

}  // namespace vkgan
