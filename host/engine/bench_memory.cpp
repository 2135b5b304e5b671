// What the plans ask for, what the arena took, and what the process grew to.
// SPDX-License-Identifier: MIT
#include "host/engine/bench_memory.hpp"

#include "host/engine/bench_common.hpp"

#include "host/engine/session.hpp"
#include "host/gpu/pipelines.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace vkgan {

namespace {

constexpr double workspace_goal = 1.15;

void add_plan(MemoryBench& bench, const std::string& name, const Plan& plan) {
    bench.plans.push_back({name, plan.region_bytes.at(0), plan.peak_live_bytes});
    bench.live_bytes = std::max(bench.live_bytes, plan.peak_live_bytes);
}

void add_plans(MemoryBench& bench, const Compiled& compiled) {
    bench.device_bytes = bytes_by_class(compiled);
    for (const auto& [name, bytes] : bench.device_bytes) bench.planned_bytes += bytes;
    for (const CompiledPhase& phase : compiled.phases) add_plan(bench, phase.name, phase.plan);
    if (!compiled.sampler.kernels.empty()) add_plan(bench, "samples", compiled.sampler);
    bench.workspace_bytes = compiled.workspace_bytes;
}

}  // namespace

Result<MemoryBench> bench_memory(Device& device, const Model& model, const StepsOptions& options) {
    VKGAN_TRY(check_repetitions(options.repetitions));
    MemoryBench bench{.device = device_text(device), .recipe = model.recipe, .steps = options.repetitions};
    const auto note = [&](const char* when) { bench.resident.push_back({when, resident_mib()}); };
    note("device opened");
    SessionOptions session_options{
        .batch = options.batch, .data = options.data, .feed = {}, .precision = options.precision};
    session_options.snapshot_every = 0;  // as other frameworks: none holds a second copy
    session_options.recompute = options.recompute;
    VKGAN_ASSIGN(const std::unique_ptr<Session> session, Session::create(device, model, session_options));
    bench.batch = session->batch();
    add_plans(bench, session->compiled());
    note("plans made, data opened");
    VKGAN_TRY(start_untrained(*session));
    note("memory taken, kernels compiled");
    for (int i = 0; i < options.repetitions; ++i) VKGAN_TRY(session->step());
    note("steps done");
    bench.arena = device.arena().statistics();
    bench.peak_process_mib = peak_process_mib();
    for (const MemoryBench::Resident& at : bench.resident)
        bench.peak_process_mib = std::max(bench.peak_process_mib, at.mib);
    return bench;
}

std::string bench_text(const MemoryBench& b) {
    const auto row = [](const std::string& name, int64_t bytes, const std::string& meaning = {}) {
        return fmt::format("  {:<12} {:>12}{}{}\n", name, bytes_text(bytes), meaning.empty() ? "" : "  ",
                           meaning);
    };
    std::string text = fmt::format("{}, training {} with a batch of {}\n\n", b.device, b.recipe, b.batch);
    text += "planned device memory, known before any is taken:\n";
    for (const auto& [name, bytes] : b.device_bytes) text += row(name, bytes);
    text += row("all", b.planned_bytes);
    text += "\nthe workspace, which every plan's intermediate values share by lifetime:\n";
    for (const MemoryBench::Workspace& plan : b.plans)
        text += row(plan.plan, plan.bytes,
                    fmt::format("of which {} are live at one time", bytes_text(plan.live_bytes)));
    text += fmt::format("  workspace / live {:.3f} (goal: at most {}): 1 is what no placement can beat\n",
                        b.workspace_to_live(), workspace_goal);
    text += fmt::format("\nmeasured after {} steps:\n", b.steps);
    text += row("buffers", b.arena.current_bytes, "device memory in buffers");
    text +=
        row("most", b.arena.peak_bytes, "the most that ever was in buffers, copies at the start included");
    text += row("reserved", b.arena.reserved_bytes, "in blocks taken from the driver");
    text += "\nresident size of the process (on a CPU device its memory is in it):\n";
    for (const MemoryBench::Resident& at : b.resident)
        text += fmt::format("  {:>8.1f} MiB  {}\n", at.mib, at.when);
    return text + fmt::format("  {:>8.1f} MiB  peak\n", b.peak_process_mib);
}

std::string bench_json(const MemoryBench& b) {
    nlohmann::ordered_json json{
        {"device", b.device}, {"recipe", b.recipe}, {"batch", b.batch}, {"steps", b.steps}};
    json["device_bytes"] = b.device_bytes;
    json["planned_bytes"] = b.planned_bytes;
    json["workspace_bytes"] = b.workspace_bytes;
    json["live_bytes"] = b.live_bytes;
    json["workspace_to_live"] = b.workspace_to_live();
    json["workspace_to_live_goal"] = workspace_goal;
    for (const MemoryBench::Workspace& plan : b.plans)
        json["plans"].push_back(
            {{"plan", plan.plan}, {"workspace_bytes", plan.bytes}, {"live_bytes", plan.live_bytes}});
    json["arena"] = {{"buffer_bytes", b.arena.current_bytes},
                     {"peak_buffer_bytes", b.arena.peak_bytes},
                     {"reserved_bytes", b.arena.reserved_bytes}};
    for (const MemoryBench::Resident& at : b.resident)
        json["resident"].push_back({{"when", at.when}, {"mib", at.mib}});
    json["peak_process_mib"] = b.peak_process_mib;
    return json.dump(2) + "\n";
}

}  // namespace vkgan
