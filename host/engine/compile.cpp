// Lowering, simplifying, laying out and planning every graph of a training session together.
// SPDX-License-Identifier: MIT
#include "host/engine/compile.hpp"

#include "host/engine/tuner.hpp"
#include "host/gpu/shared_image.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace vkgan {

namespace {

// Every network in inference form, so that variables which no phase reads have their place too.
Result<std::vector<Graph>> inference_graphs(const Model& model, int batch) {
    std::vector<Graph> graphs;
    for (const Network& network : model.networks) {
        VKGAN_ASSIGN(Graph graph, lower_inference(model, network.name, batch, false));
        graphs.push_back(std::move(graph));
    }
    return graphs;
}

int64_t slot_bytes(const Plan& plan) {
    int64_t bytes = 0;
    for (const auto& [name, binding] : plan.inputs) bytes += binding.bytes;
    for (const auto& [name, binding] : plan.outputs) bytes += binding.bytes;
    return bytes;
}

struct Graphs {
    std::vector<Graph> phases;
    std::vector<Graph> others;  // the sampler's, if there is one, then those for the layout alone
};

Result<Graphs> lower_all(const Model& model, const LoweredModel& lowered, int sample_batch) {
    Graphs graphs;
    for (const LoweredPhase& phase : lowered.phases) graphs.phases.push_back(simplify(phase.graph));
    if (sample_batch > 0) {
        VKGAN_ASSIGN(const Graph graph, lower_inference(model, model.sample_network, sample_batch, true));
        graphs.others.push_back(simplify(graph));
    }
    VKGAN_ASSIGN(std::vector<Graph> networks, inference_graphs(model, 1));
    for (Graph& graph : networks) graphs.others.push_back(std::move(graph));
    return graphs;
}

PlanOptions plan_options(const CompileOptions& options) {
    return {.device = for_precision(options.device, options.lower.precision),
            .precision = options.lower.precision};
}

// Plans every phase at a level; keeps the plans if they need less than those that are there.
Status plan_phases(Compiled& compiled, std::span<const Graph> graphs, const CompileOptions& options,
                   Recompute level) {
    std::vector<Plan> plans;
    int64_t workspace = compiled.sampler.region_bytes.empty() ? 0 : compiled.sampler.region_bytes[0];
    for (const Graph& graph : graphs) {
        VKGAN_ASSIGN(Plan plan, make_plan(recompute(graph, level), compiled.layout, plan_options(options)));
        workspace = std::max(workspace, plan.region_bytes.at(0));
        plans.push_back(std::move(plan));
    }
    const bool first = level == Recompute::never;
    if (first) compiled.workspace_without_bytes = workspace;
    if (!first && workspace >= compiled.workspace_bytes) return {};
    compiled.workspace_bytes = workspace;
    compiled.recompute = level;
    for (size_t i = 0; i < plans.size(); ++i) compiled.phases[i].plan = std::move(plans[i]);
    return {};
}

bool fits(const Compiled& compiled, int64_t had_bytes) {
    int64_t total = 0;
    for (const auto& [name, bytes] : bytes_by_class(compiled)) total += bytes;
    return total <= had_bytes;
}

Status recompute_as_asked(Compiled& compiled, std::span<const Graph> graphs, const CompileOptions& options) {
    if (options.recompute == Recompute::never) return {};
    for (const Recompute level : {Recompute::pointwise, Recompute::segments}) {
        if (options.recompute == Recompute::automatic && fits(compiled, options.memory_bytes)) return {};
        VKGAN_TRY(plan_phases(compiled, graphs, options, level));
        if (options.recompute == level) return {};
    }
    return {};
}

constexpr std::array<std::pair<std::string_view, Recompute>, 4> recompute_words{
    {{"never", Recompute::never},
     {"auto", Recompute::automatic},
     {"pointwise", Recompute::pointwise},
     {"segments", Recompute::segments}}};

// Which choices of the tuning table count here, so that a checkpoint can hold them.
void note_choices(const Graph& graph, const DeviceTraits& device, Compiled& compiled) {
    if (!device.tuning || device.tuning->empty()) return;
    for (const TunedProblem& problem : problems_of(graph, device)) {
        const Tunable& tunable = problem.tunable;
        const auto found = device.tuning->find(tunable.problem);
        if (found == device.tuning->end()) continue;
        const bool known = tunable.candidates[tunable.chosen].to_string() == found->second;
        (known ? compiled.choices : compiled.unknown_choices).insert(*found);
    }
}

}  // namespace

DeviceTraits for_precision(DeviceTraits traits, Precision precision) {
    if (precision == Precision::mixed) traits.half_inputs = true;
    return traits;
}

Result<Recompute> parse_recompute(std::string_view word) {
    for (const auto& [name, level] : recompute_words)
        if (name == word) return level;
    return Error{
        Code::invalid_argument,
        fmt::format("recompute is \"{}\", but must be \"never\", \"auto\", \"pointwise\" or \"segments\"",
                    word)};
}

std::string_view recompute_name(Recompute level) {
    return std::ranges::find(recompute_words, level, &std::pair<std::string_view, Recompute>::second)->first;
}

std::string Compiled::recompute_text() const {
    if (recompute == Recompute::never) return {};
    return fmt::format("recomputing ({}): workspace {} instead of {}", recompute_name(recompute),
                       bytes_text(workspace_bytes), bytes_text(workspace_without_bytes));
}

Result<Compiled> compile_training(const Model& model, const CompileOptions& options) {
    VKGAN_ASSIGN(LoweredModel lowered, lower_training(model, options.lower));
    Compiled compiled;
    compiled.starts = std::move(lowered.variables);
    VKGAN_ASSIGN(const Graphs graphs, lower_all(model, lowered, options.sample_batch));
    std::vector<const Graph*> all;
    for (const auto* list : {&graphs.phases, &graphs.others})
        for (const Graph& graph : *list) all.push_back(&graph);
    VKGAN_ASSIGN(compiled.layout, lay_out_variables(all, options.device.offset_alignment));
    compiled.table = make_table(all, compiled.layout);
    for (const auto* list : {&graphs.phases, &graphs.others})
        for (const Graph& graph : *list) note_choices(graph, plan_options(options).device, compiled);
    if (options.sample_batch > 0) {
        VKGAN_ASSIGN(compiled.sampler, make_plan(graphs.others[0], compiled.layout, plan_options(options)));
    }
    for (LoweredPhase& phase : lowered.phases)
        compiled.phases.push_back({phase.name,
                                   phase.repeat,
                                   phase.timing,
                                   std::move(phase.scalars),
                                   std::move(phase.batches_tracked),
                                   {}});
    VKGAN_TRY(plan_phases(compiled, graphs.phases, options, Recompute::never));
    VKGAN_TRY(recompute_as_asked(compiled, graphs.phases, options));
    return compiled;
}

std::string memory_class(std::string_view name) {
    const std::string_view last = name.substr(name.rfind('.') + 1);
    if (last == "ema" || last == "ema_buffers") return "averages";
    if (last == shared_image_memory) return "images";
    for (const std::string_view known :
         {"parameters", "buffers", "packed", "inputs", "workspace", "staging", "copies", "images"})
        if (last == known) return std::string(known);
    return "moments";  // adam_m, square, velocity ...: what updates declare beside parameters
}

std::map<std::string, int64_t> bytes_by_class(const Compiled& compiled) {
    std::map<std::string, int64_t> bytes;
    for (const auto& [region, size] : compiled.layout.region_bytes) bytes[memory_class(region)] += size;
    bytes["workspace"] = compiled.workspace_bytes;
    constexpr int slots = 2;
    for (const CompiledPhase& phase : compiled.phases) bytes["staging"] += slots * slot_bytes(phase.plan);
    bytes["staging"] += slots * slot_bytes(compiled.sampler);
    return bytes;
}

Status check_memory(const std::map<std::string, int64_t>& wanted, int64_t had_bytes,
                    const std::string& what) {
    int64_t total = 0;
    for (const auto& [name, bytes] : wanted) total += bytes;
    if (total <= had_bytes) return {};
    return Error{
        Code::out_of_memory,
        fmt::format(
            "{} needs {} of device memory ({}), but {} is free; a smaller batch or network needs less", what,
            bytes_text(total), memory_text(wanted), bytes_text(had_bytes))};
}

std::string memory_text(const std::map<std::string, int64_t>& bytes) {
    std::string text;
    for (const auto& [name, size] : bytes) {
        if (size > 0) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, bytes_text(size));
    }
    return text;
}

std::string bytes_text(int64_t bytes) {
    const double kib = double(bytes) / 1024;
    if (kib < 1024) return fmt::format("{:.1f} KiB", kib);
    if (kib < 1024 * 1024) return fmt::format("{:.1f} MiB", kib / 1024);
    return fmt::format("{:.2f} GiB", kib / 1024 / 1024);
}

}  // namespace vkgan
