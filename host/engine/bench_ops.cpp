// The kernels of a step by what they do, with their rates.
// SPDX-License-Identifier: MIT
#include "host/engine/bench_ops.hpp"

#include "host/engine/bench_common.hpp"
#include "host/engine/kernel_class.hpp"
#include "host/engine/kernel_times.hpp"
#include "host/engine/peak.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <thread>

namespace vkgan {

namespace {

constexpr size_t shown_others = 12;

void add(OpsBench& bench, const PlannedKernel& kernel, int count, double ns) {
    const bool contraction = class_of(kernel) == KernelClass::contraction;
    (contraction ? bench.contraction_ms : bench.other_ms) += count * ns / 1e6;
    std::vector<KernelTime>& times = contraction ? bench.contractions : bench.others;
    // "%37 conv2d 64->128": which node it is does not matter here.
    const size_t space = kernel.label.find(' ');
    const std::string label = kernel.label.starts_with('%') ? kernel.label.substr(space + 1) : kernel.label;
    const auto same = std::ranges::find_if(times, [&](const KernelTime& time) {
        return time.label == label && time.shader == kernel.shader && time.flops == kernel.flops;
    });
    if (same == times.end()) {
        times.push_back({label, kernel.shader, count, kernel.flops, double(kernel.bytes), ns});
        return;
    }
    same->ns = (same->ns * same->count + ns * count) / (same->count + count);
    same->count += count;
}

void set_peak(const Device& device, OpsBench& bench) {
    if (is_software(device)) {
        bench.threads = int(std::max(1u, std::thread::hardware_concurrency()));
        bench.peak_gflops = measure_host_peak(bench.threads);
        bench.peak_meaning =
            "multiplies and adds without fusing, in registers, widest vectors, on all threads";
        return;
    }
    bench.threads = 1;
    for (const KernelTime& time : bench.contractions)
        bench.peak_gflops = std::max(bench.peak_gflops, time.gflops());
    bench.peak_meaning = "the best contraction of this table, as nothing else was measured on this device";
}

}  // namespace

Result<OpsBench> bench_ops(Device& device, const Model& model, int batch) {
    OpsBench bench;
    bench.device = device_text(device);
    bench.batch = batch != 0 ? batch : model.batch;
    CompileOptions options{.device = device.traits()};
    options.lower.batch = bench.batch;
    VKGAN_ASSIGN(const Compiled compiled, compile_training(model, options));
    VKGAN_TRY(check_memory(bytes_by_class(compiled), device.arena().free_bytes(),
                           fmt::format("training {} with a batch of {}", model.recipe, bench.batch)));
    VKGAN_ASSIGN(const std::vector<PhaseTimes> times, time_phases(device, compiled));
    for (size_t i = 0; i < times.size(); ++i) {
        const CompiledPhase& phase = compiled.phases[i];
        bench.step_ms += times[i].whole_ms * phase.repeat;
        for (size_t k = 0; k < phase.plan.kernels.size(); ++k)
            add(bench, phase.plan.kernels[k], phase.repeat, times[i].kernel_ns[k]);
    }
    set_peak(device, bench);
    std::ranges::stable_sort(bench.others, std::ranges::greater{}, &KernelTime::total_ns);
    return bench;
}

std::string bench_text(const OpsBench& b) {
    std::string text = fmt::format("{}, batch {}\npeak {:.1f} GFLOP/s, {:.1f} a thread: {}\n\n", b.device,
                                   b.batch, b.peak_gflops, b.peak_gflops / b.threads, b.peak_meaning);
    text += fmt::format("{:>6} {:>9} {:>9} {:>9} {:>6}  {}\n", "count", "ms each", "GFLOP/s", "a thread",
                        "peak", "contraction");
    for (const KernelTime& time : b.contractions) {
        text += fmt::format("{:>6} {:>9.3f} {:>9.1f} {:>9.1f} {:>5.0f}%  {} ({})\n", time.count,
                            time.ns / 1e6, time.gflops(), time.gflops() / b.threads,
                            100 * time.gflops() / b.peak_gflops, time.label, time.shader);
    }
    text +=
        fmt::format("\n{:>6} {:>9} {:>9}  {}\n", "count", "ms each", "GB/s", "other kernels that take most");
    for (const KernelTime& time : std::span(b.others).first(std::min(b.others.size(), shown_others)))
        text += fmt::format("{:>6} {:>9.3f} {:>9.1f}  {} ({})\n", time.count, time.ns / 1e6,
                            time.gigabytes_per_s(), time.label, time.shader);
    text +=
        fmt::format("\ncontractions {:.1f} ms, other kernels {:.1f} ms, each alone; a whole step {:.1f} ms\n",
                    b.contraction_ms, b.other_ms, b.step_ms);
    return text;
}

std::string bench_json(const OpsBench& b) {
    nlohmann::ordered_json json{{"device", b.device},
                                {"batch", b.batch},
                                {"threads", b.threads},
                                {"peak_gflops", b.peak_gflops},
                                {"peak_meaning", b.peak_meaning},
                                {"contraction_ms", b.contraction_ms},
                                {"other_ms", b.other_ms},
                                {"step_ms", b.step_ms}};
    const auto list = [&](const std::vector<KernelTime>& times) {
        nlohmann::ordered_json rows = nlohmann::ordered_json::array();
        for (const KernelTime& time : times) {
            rows.push_back({{"label", time.label},
                            {"shader", time.shader},
                            {"count", time.count},
                            {"flops", time.flops},
                            {"bytes", time.bytes},
                            {"ms", time.ns / 1e6},
                            {"gflops", time.gflops()},
                            {"gflops_per_thread", time.gflops() / b.threads},
                            {"gigabytes_per_s", time.gigabytes_per_s()}});
        }
        return rows;
    };
    json["contractions"] = list(b.contractions);
    json["others"] = list(b.others);
    return json.dump(2) + "\n";
}

}  // namespace vkgan
