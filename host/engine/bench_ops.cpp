// Running every phase alone with random data, and timing its kernels one by one.
// SPDX-License-Identifier: MIT
#include "host/engine/bench_ops.hpp"

#include "host/engine/bench_common.hpp"

#include "host/engine/compile.hpp"
#include "host/engine/peak.hpp"
#include "host/engine/program.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/graph/random.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

namespace vkgan {

namespace {

constexpr int repetitions = 5;
constexpr size_t shown_others = 12;

bool is_contraction(const PlannedKernel& kernel) {
    const std::string_view stem = std::string_view(kernel.shader).substr(0, kernel.shader.find(':'));
    constexpr std::array<std::string_view, 4> stems{"conv2d", "conv2d_grad_weight", "contraction_direct",
                                                    "matmul"};
    return std::ranges::find(stems, stem) != stems.end();
}

Status fill_inputs(Program& program) {
    program.begin();
    uint32_t stream = 0;
    for (const auto& [name, shape] : program.plan().input_shapes) {
        std::vector<float> values(size_t(shape.element_count()), 1e-3f);
        if (program.plan().input_types.find(name)->second == DType::i32)
            std::ranges::fill(values, 0.0f);
        else if (shape.rank() > 0)
            fill_normal({}, stream++, values);
        VKGAN_TRY(program.write(name, std::span<const float>(values)));
    }
    return {};
}

Result<double> time_step(Program& program) {
    std::vector<double> ms;
    for (int i = 0; i < repetitions; ++i) {
        VKGAN_TRY(fill_inputs(program));
        const auto begin = std::chrono::steady_clock::now();
        VKGAN_TRY(program.submit());
        VKGAN_TRY(program.finish(program.slot()));
        ms.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    return median(ms);
}

void add(OpsBench& bench, const PlannedKernel& kernel, int count, double ns) {
    const bool contraction = is_contraction(kernel);
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

Status time_phase(const CompiledPhase& phase, Program& program, OpsBench& bench) {
    VKGAN_ASSIGN(const double step_ms, time_step(program));
    bench.step_ms += step_ms * phase.repeat;
    const std::vector<PlannedKernel>& kernels = program.plan().kernels;
    std::vector<std::vector<double>> ns(kernels.size());
    for (int i = 0; i < repetitions; ++i) {
        VKGAN_ASSIGN(const std::vector<double> times, program.executor().profile());
        for (size_t k = 0; k < kernels.size(); ++k) ns[k].push_back(times[k]);
    }
    for (size_t k = 0; k < kernels.size(); ++k) add(bench, kernels[k], phase.repeat, median(ns[k]));
    return {};
}

void set_peak(const Device& device, OpsBench& bench) {
    if (std::string_view(device_type_name(device.record().properties.deviceType)) == "CPU") {
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
    RegionSet regions(device);
    for (const auto& [region, bytes] : compiled.layout.region_bytes) VKGAN_TRY(regions.ensure(region, bytes));
    VKGAN_TRY(regions.ensure("workspace", compiled.workspace_bytes));
    VKGAN_ASSIGN(const TensorMap values, initial_values(compiled.starts, compiled.table, 1));
    Snapshot snapshot = compiled.table.empty();
    for (const auto& [name, tensor] : values) compiled.table.set(snapshot, name, tensor);
    for (const CompiledPhase& phase : compiled.phases) {
        VKGAN_TRY(upload(regions, snapshot));
        VKGAN_ASSIGN(const std::unique_ptr<Program> program, Program::create(device, regions, phase.plan));
        VKGAN_TRY(time_phase(phase, *program, bench));
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
