// A plan report for people and for programs.
// SPDX-License-Identifier: MIT
#include "host/engine/compile.hpp"
#include "host/engine/plan_report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace vkgan {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t shown_dispatches = 10;

std::string title(const PlanReport& r) {
    return fmt::format("{:>10}  {:>8}  {:>8}  {:>12}{}", "MFLOP", "MB", "bound ms", "predicted ms",
                       r.measured ? fmt::format("  {:>11}", "measured ms") : "");
}

std::string numbers(const PlanReport& r, const DispatchCost& c) {
    return fmt::format("{:>10.3f}  {:>8.3f}  {:>8.3f}  {:>12.3f}{}", c.flops / 1e6, c.bytes / 1e6,
                       c.bound_ns / 1e6, c.predicted_ns / 1e6,
                       r.measured ? fmt::format("  {:>11.3f}", c.measured_ns / 1e6) : "");
}

std::string model_text(const PlanReport& r) {
    const DeviceModel& m = r.model;
    return fmt::format(
        "{}, {}, batch {}\n"
        "compute    {:.1f} GFLOP/s at most: {}; {:.1f} in a large convolution\n"
        "memory     {:.1f} GB/s\n"
        "dispatch   {:.1f} us\n"
        "bound      the larger of FLOP / most compute and bytes / memory: no less is possible\n"
        "predicted  the larger of FLOP / a convolution's compute and bytes / memory, plus the dispatch\n"
        "{}\n",
        r.device, r.recipe, r.batch, m.peak_gflops, m.peak_meaning, m.contraction_gflops, m.gigabytes_per_s,
        m.dispatch_ns / 1e3,
        r.measured ? "measured   each dispatch alone, median of five\n"
                   : "Nothing of the step was run; --measure does.\n");
}

bool is_mixed(const PlanReport& r) { return r.precision == Precision::mixed; }

size_t widest_shader(const PlanReport& r) {
    size_t widest = 0;
    for (const PhaseReport& phase : r.phases)
        for (const DispatchReport& dispatch : phase.dispatches)
            widest = std::max(widest, dispatch.shader.size());
    return widest;
}

std::string phase_text(const PlanReport& r, const PhaseReport& phase) {
    const size_t width = widest_shader(r);
    std::string text =
        fmt::format("phase {}, {} a step\n{:>6} {}  {:<11}  {:<{}}  {}\n", phase.name,
                    phase.repeat == 1 ? "once" : fmt::format("{} times", phase.repeat), "number", title(r),
                    "class", "kernel", width, is_mixed(r) ? "label, storage" : "label");
    for (size_t k = 0; k < phase.dispatches.size(); ++k) {
        const DispatchReport& d = phase.dispatches[k];
        text +=
            fmt::format("{:>6} {}  {:<11}  {:<{}}  {}{}\n", k, numbers(r, d.cost), name_of(d.kernel_class),
                        d.shader, width, d.label, is_mixed(r) ? "  " + d.storage : "");
    }
    text +=
        fmt::format("{:>6} {}  of {} kernels\n\n", "sum", numbers(r, phase.total), phase.total.dispatches);
    return text;
}

double share(const PlanReport& r, const DispatchCost& cost) {
    const double all = r.time_of(r.total);
    return all > 0 ? r.time_of(cost) / all : 0;
}

std::string classes_text(const PlanReport& r) {
    std::string text =
        fmt::format("a step by class of dispatch; shares are of the {} time\n{:>10} {} {:>6}  class\n",
                    r.measured ? "measured" : "predicted", "dispatches", title(r), "share");
    for (int i = 0; i < kernel_class_count; ++i) {
        const DispatchCost& cost = r.by_class[size_t(i)];
        if (cost.dispatches == 0) continue;
        text += fmt::format("{:>10} {} {:>5.1f}%  {}\n", cost.dispatches, numbers(r, cost),
                            100 * share(r, cost), name_of(KernelClass(i)));
    }
    text += fmt::format("{:>10} {} {:>5.1f}%  sum\n", r.total.dispatches, numbers(r, r.total), 100.0);
    if (r.measured) text += fmt::format("the whole step, as training runs it: {:.3f} ms\n", r.whole_ms);
    return text + '\n';
}

std::string top_text(const PlanReport& r) {
    const auto places = most_expensive(r, shown_dispatches);
    std::string text =
        fmt::format("the {} dispatches that take most of a step\n{:>9} {:>6}  {:<12} {:>6}  label\n",
                    places.size(), "ms a step", "share", "phase", "number");
    for (const auto& [p, k] : places) {
        const PhaseReport& phase = r.phases[p];
        const DispatchReport& d = phase.dispatches[k];
        text +=
            fmt::format("{:>9.3f} {:>5.1f}%  {:<12} {:>6}  {} ({})\n", r.time_of(d.cost) * phase.repeat / 1e6,
                        100 * share(r, d.cost) * phase.repeat, phase.name, k, d.label, d.shader);
    }
    return text + '\n';
}

std::string memory_lines(const PlanReport& r) {
    int64_t live = 0;
    for (const PhaseReport& phase : r.phases) live = std::max(live, phase.peak_live_bytes);
    std::string text =
        fmt::format("training with a batch of {}: {}; of the workspace at most {} live at once\n", r.batch,
                    memory_text(r.memory_bytes), bytes_text(live));
    if (is_mixed(r))
        text += fmt::format(
            "mixed precision (storage: h is float16, f float32; written <- read): the workspace would be {} "
            "in "
            "float32, and a step would move {:.1f} MB instead of {:.1f}\n",
            bytes_text(r.float32_workspace_bytes), r.float32_moved_bytes / 1e6, r.total.bytes / 1e6);
    if (!r.recompute.empty()) text += r.recompute + "\n";
    return text;
}

Json cost_json(const PlanReport& r, const DispatchCost& c) {
    Json json{{"flops", c.flops},
              {"bytes", int64_t(c.bytes)},
              {"bound_ms", c.bound_ns / 1e6},
              {"predicted_ms", c.predicted_ns / 1e6}};
    if (r.measured) json["measured_ms"] = c.measured_ns / 1e6;
    return json;
}

Json sum_json(const PlanReport& r, const DispatchCost& c) {
    Json json{{"dispatches", c.dispatches}};
    json.update(cost_json(r, c));
    return json;
}

Json phase_json(const PlanReport& r, const PhaseReport& phase) {
    Json kernels = Json::array();
    for (const DispatchReport& d : phase.dispatches) {
        Json kernel{{"label", d.label},
                    {"shader", d.shader},
                    {"storage", d.storage},
                    {"class", name_of(d.kernel_class)},
                    {"groups", d.groups}};
        kernel.update(cost_json(r, d.cost));
        kernels.push_back(std::move(kernel));
    }
    return {{"name", phase.name},
            {"repeat", phase.repeat},
            {"kernels", std::move(kernels)},
            {"sum", sum_json(r, phase.total)},
            {"peak_live_bytes", phase.peak_live_bytes}};
}

Json step_json(const PlanReport& r) {
    Json classes = Json::object();
    for (int i = 0; i < kernel_class_count; ++i) {
        const DispatchCost& cost = r.by_class[size_t(i)];
        Json row = sum_json(r, cost);
        row["share"] = share(r, cost);
        classes[std::string(name_of(KernelClass(i)))] = std::move(row);
    }
    Json json{{"sum", sum_json(r, r.total)}, {"classes", std::move(classes)}};
    if (r.measured) json["whole_ms"] = r.whole_ms;
    Json top = Json::array();
    for (const auto& [p, k] : most_expensive(r, shown_dispatches))
        top.push_back({{"phase", r.phases[p].name}, {"kernel", k}});
    json["most_expensive"] = std::move(top);
    return json;
}

}  // namespace

std::string plan_text(const PlanReport& report) {
    std::string text = model_text(report);
    for (const PhaseReport& phase : report.phases) text += phase_text(report, phase);
    return text + classes_text(report) + top_text(report) + memory_lines(report);
}

std::string plan_json(const PlanReport& report) {
    const DeviceModel& m = report.model;
    Json json{{"device", report.device},
              {"recipe", report.recipe},
              {"batch", report.batch},
              {"precision", name_of(report.precision)},
              {"measured", report.measured}};
    json["rates"] = {{"peak_gflops", m.peak_gflops},
                     {"peak_meaning", m.peak_meaning},
                     {"contraction_gflops", m.contraction_gflops},
                     {"gigabytes_per_s", m.gigabytes_per_s},
                     {"dispatch_ms", m.dispatch_ns / 1e6}};
    Json phases = Json::array();
    for (const PhaseReport& phase : report.phases) phases.push_back(phase_json(report, phase));
    json["phases"] = std::move(phases);
    json["step"] = step_json(report);
    json["memory_bytes"] = report.memory_bytes;
    if (is_mixed(report))
        json["float32"] = {{"workspace_bytes", report.float32_workspace_bytes},
                           {"moved_bytes", int64_t(report.float32_moved_bytes)}};
    return json.dump(2) + "\n";
}

}  // namespace vkgan
