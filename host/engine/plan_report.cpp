// Planning a step, and giving every dispatch its three times.
// SPDX-License-Identifier: MIT
#include "host/engine/plan_report.hpp"

#include "host/engine/bench_common.hpp"
#include "host/engine/kernel_times.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

std::string storage_of(const PlannedKernel& kernel) {
    std::string written, read;
    for (const PlannedBinding& binding : kernel.bindings) {
        const char type = binding.half ? 'h' : 'f';
        if (binding.access != Access::read) written += type;
        if (binding.access != Access::write) read += type;
    }
    return written + "<-" + read;
}

double moved_bytes(const Compiled& compiled) {
    double bytes = 0;
    for (const CompiledPhase& phase : compiled.phases)
        for (const PlannedKernel& kernel : phase.plan.kernels) bytes += phase.repeat * double(kernel.bytes);
    return bytes;
}

PhaseReport report_phase(const CompiledPhase& phase, const DeviceModel& model) {
    PhaseReport report{.name = phase.name, .repeat = phase.repeat};
    report.peak_live_bytes = phase.plan.peak_live_bytes;
    for (const PlannedKernel& kernel : phase.plan.kernels) {
        DispatchReport dispatch{kernel.label,  kernel.shader,    storage_of(kernel),
                                kernel.groups, class_of(kernel), {}};
        const double bytes = double(kernel.bytes);
        dispatch.cost = {.dispatches = 1, .flops = kernel.flops, .bytes = bytes};
        dispatch.cost.bound_ns = model.bound_ns(kernel.flops, bytes);
        dispatch.cost.predicted_ns = model.predicted_ns(kernel.flops, bytes);
        report.dispatches.push_back(std::move(dispatch));
    }
    return report;
}

Status measure(Device& device, const Compiled& compiled, PlanReport& report) {
    VKGAN_TRY(check_memory(report.memory_bytes, device.arena().free_bytes(),
                           fmt::format("measuring {} with a batch of {}", report.recipe, report.batch)));
    VKGAN_ASSIGN(const std::vector<PhaseTimes> times, time_phases(device, compiled));
    for (size_t i = 0; i < times.size(); ++i) {
        PhaseReport& phase = report.phases[i];
        report.whole_ms += times[i].whole_ms * phase.repeat;
        for (size_t k = 0; k < phase.dispatches.size(); ++k)
            phase.dispatches[k].cost.measured_ns = times[i].kernel_ns[k];
    }
    report.measured = true;
    return {};
}

void add_up(PlanReport& report) {
    for (PhaseReport& phase : report.phases) {
        for (const DispatchReport& dispatch : phase.dispatches) {
            phase.total.add(dispatch.cost);
            report.by_class[size_t(dispatch.kernel_class)].add(dispatch.cost, phase.repeat);
        }
        report.total.add(phase.total, phase.repeat);
    }
}

}  // namespace

void DispatchCost::add(const DispatchCost& cost, int times) {
    dispatches += cost.dispatches * times;
    flops += cost.flops * times;
    bytes += cost.bytes * times;
    bound_ns += cost.bound_ns * times;
    predicted_ns += cost.predicted_ns * times;
    measured_ns += cost.measured_ns * times;
}

Result<PlanReport> report_plan(Device& device, const Model& model, const PlanQuery& query) {
    PlanReport report{.device = device_text(device), .recipe = model.recipe};
    report.batch = query.batch != 0 ? query.batch : model.batch;
    CompileOptions options{.device = device.traits()};
    options.lower.batch = report.batch;
    options.recompute = query.recompute;
    options.memory_bytes = device.arena().free_bytes();
    if (query.precision != Precision::float32) {
        VKGAN_ASSIGN(const Compiled plain, compile_training(model, options));
        report.float32_workspace_bytes = plain.workspace_bytes;
        report.float32_moved_bytes = moved_bytes(plain);
    }
    options.lower.precision = report.precision = query.precision;
    VKGAN_ASSIGN(const Compiled compiled, compile_training(model, options));
    VKGAN_ASSIGN(report.model, measure_device(device));
    for (const CompiledPhase& phase : compiled.phases)
        report.phases.push_back(report_phase(phase, report.model));
    report.memory_bytes = bytes_by_class(compiled);
    report.recompute = compiled.recompute_text();
    if (query.measure) VKGAN_TRY(measure(device, compiled, report));
    add_up(report);
    return report;
}

std::vector<std::pair<size_t, size_t>> most_expensive(const PlanReport& report, size_t count) {
    std::vector<std::pair<size_t, size_t>> places;
    for (size_t p = 0; p < report.phases.size(); ++p)
        for (size_t k = 0; k < report.phases[p].dispatches.size(); ++k) places.emplace_back(p, k);
    std::ranges::stable_sort(places, std::ranges::greater{}, [&](const auto& place) {
        const PhaseReport& phase = report.phases[place.first];
        return report.time_of(phase.dispatches[place.second].cost) * phase.repeat;
    });
    places.resize(std::min(places.size(), count));
    return places;
}

}  // namespace vkgan
