// Lowering, simplifying, laying out and planning every graph of a training session together.
// SPDX-License-Identifier: MIT
#include "host/engine/compile.hpp"

#include "host/engine/tuner.hpp"

#include <fmt/format.h>

#include <algorithm>

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

std::string class_of(std::string_view region) {
    if (region.ends_with(".parameters")) return "parameters";
    if (region.ends_with(".buffers")) return "buffers";
    if (region.ends_with(".ema") || region.ends_with(".ema_buffers")) return "averages";
    if (region == "inputs") return "inputs";
    return "moments";
}

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

Result<Compiled> compile_training(const Model& model, const CompileOptions& options) {
    VKGAN_ASSIGN(LoweredModel lowered, lower_training(model, options.lower));
    Compiled compiled;
    compiled.starts = std::move(lowered.variables);
    std::vector<Graph> graphs;
    for (const LoweredPhase& phase : lowered.phases) graphs.push_back(simplify(phase.graph));
    const bool samples = options.sample_batch > 0;
    if (samples) {
        VKGAN_ASSIGN(const Graph graph,
                     lower_inference(model, model.sample_network, options.sample_batch, true));
        graphs.push_back(simplify(graph));
    }
    const size_t planned = graphs.size();
    VKGAN_ASSIGN(std::vector<Graph> others, inference_graphs(model, 1));
    for (Graph& graph : others) graphs.push_back(std::move(graph));

    std::vector<const Graph*> all;
    for (const Graph& graph : graphs) all.push_back(&graph);
    VKGAN_ASSIGN(compiled.layout, lay_out_variables(all, options.device.offset_alignment));
    compiled.table = make_table(all, compiled.layout);
    const PlanOptions plan_options{.device = options.device};
    for (size_t i = 0; i < planned; ++i) {
        note_choices(graphs[i], options.device, compiled);
        VKGAN_ASSIGN(Plan plan, make_plan(graphs[i], compiled.layout, plan_options));
        compiled.workspace_bytes = std::max(compiled.workspace_bytes, plan.region_bytes.at(0));
        if (i == lowered.phases.size()) {
            compiled.sampler = std::move(plan);
            continue;
        }
        LoweredPhase& phase = lowered.phases[i];
        compiled.phases.push_back({phase.name, phase.repeat, std::move(phase.scalars),
                                   std::move(phase.batches_tracked), std::move(plan)});
    }
    return compiled;
}

std::map<std::string, int64_t> bytes_by_class(const Compiled& compiled) {
    std::map<std::string, int64_t> bytes;
    for (const auto& [region, size] : compiled.layout.region_bytes) bytes[class_of(region)] += size;
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
