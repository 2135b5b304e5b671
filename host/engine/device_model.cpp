// One small graph of ordinary ops, planned and timed as training is: a convolution, two streams, and a chain
// of kernels of one quad.
// SPDX-License-Identifier: MIT
#include "host/engine/device_model.hpp"

#include "host/engine/bench_common.hpp"
#include "host/engine/kernel_class.hpp"
#include "host/engine/kernel_times.hpp"
#include "host/engine/peak.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/ops/ops.hpp"

#include <array>
#include <thread>

namespace vkgan {

namespace {

constexpr int64_t idle_bytes = 1024;                    // what a kernel moves that has next to no work
constexpr int64_t stream_elements = int64_t{16} << 20;  // 64 MiB, if that much is free

int64_t affordable_elements(Device& device) {
    const int64_t bytes = std::min(device.arena().free_bytes() / 8, device.traits().max_binding_bytes);
    return std::clamp<int64_t>(bytes / 4, 4096, stream_elements) / 4096 * 4096;
}

// An average of one large variable over another is a stream of two reads and a write, its sum one of reads.
Graph probe_graph(Device& device) {
    Graph graph;
    const Value key = graph.input("random_key", Shape{4}, DType::i32);
    const int64_t batch = is_software(device) ? 32 : 256;
    const Value x = op::random_normal(key, 1, Shape{batch, 64, 32, 32});
    const Value w = op::random_normal(key, 2, Shape{128, 64, 4, 4});
    graph.mark_output("convolution", op::sum_all(op::conv2d(x, w, {.stride = 2, .pad = 1})));

    const Shape stream{affordable_elements(device) / 4096, 4096};
    const std::array source{graph.declare_variable({"source", "probe.source", stream})};
    const std::array average{graph.declare_variable({"average", "probe.average", stream})};
    graph.mark_output("sum", op::sum_all(graph.read(source[0])));
    op::ema(graph, average, source, graph.input("decay", Shape{}));
    Value quad = graph.input("quad", Shape{4});
    constexpr std::array axes{0};
    for (int i = 0; i < 6; ++i) quad = op::tanh(quad - op::reduce_max(quad, axes));
    graph.mark_output("quad", quad);
    return graph;
}

DeviceModel read_times(const Plan& plan, std::span<const double> times, int64_t stream_bytes) {
    DeviceModel model;
    std::vector<double> idle_ns;
    for (size_t k = 0; k < plan.kernels.size(); ++k) {
        const PlannedKernel& kernel = plan.kernels[k];
        const double ns = std::max(times[k], 1.0);
        if (kernel.bytes < idle_bytes) idle_ns.push_back(ns);
        if (class_of(kernel) == KernelClass::contraction)
            model.contraction_gflops = std::max(model.contraction_gflops, kernel.flops / ns);
        if (kernel.bytes >= stream_bytes)
            model.gigabytes_per_s = std::max(model.gigabytes_per_s, double(kernel.bytes) / ns);
    }
    model.dispatch_ns = median(idle_ns);
    return model;
}

void set_peak(const Device& device, DeviceModel& model) {
    if (is_software(device)) {
        model.peak_gflops = measure_host_peak(int(std::max(1u, std::thread::hardware_concurrency())));
        model.peak_meaning = "multiplies and adds in registers, on all threads";
    }
    if (model.peak_gflops > model.contraction_gflops) return;
    model.peak_gflops = model.contraction_gflops;
    model.peak_meaning = "a large convolution, as nothing quicker was measured on this device";
}

}  // namespace

Result<DeviceModel> measure_device(Device& device) {
    const Graph graph = probe_graph(device);
    VKGAN_TRY(graph.status());
    const std::array graphs{&graph};
    VKGAN_ASSIGN(const VariableLayout layout, lay_out_variables(graphs, device.traits().offset_alignment));
    VKGAN_ASSIGN(Plan plan, make_plan(graph, layout, {.device = device.traits()}));
    RegionSet regions(device);
    VKGAN_ASSIGN(const std::unique_ptr<Program> program, Program::create(device, regions, std::move(plan)));
    VKGAN_ASSIGN(const std::vector<double> times, time_kernels(*program));
    DeviceModel model = read_times(program->plan(), times, affordable_elements(device) * 4);
    set_peak(device, model);
    return model;
}

}  // namespace vkgan
