// Running every phase alone with random data, and timing its kernels one by one.
// SPDX-License-Identifier: MIT
#include "host/engine/kernel_times.hpp"

#include "host/engine/bench_common.hpp"
#include "host/graph/random.hpp"

#include <algorithm>
#include <chrono>

namespace vkgan {

namespace {

constexpr int repetitions = 5;

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

Result<double> time_whole(Program& program) {
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

Result<std::vector<double>> time_each(Program& program) {
    std::vector<std::vector<double>> runs(program.plan().kernels.size());
    for (int i = 0; i < repetitions; ++i) {
        VKGAN_ASSIGN(const std::vector<double> ns, program.executor().profile());
        for (size_t k = 0; k < runs.size(); ++k) runs[k].push_back(ns[k]);
    }
    std::vector<double> medians;
    for (const std::vector<double>& ns : runs) medians.push_back(median(ns));
    return medians;
}

}  // namespace

Result<std::vector<double>> time_kernels(Program& program) {
    VKGAN_TRY(fill_inputs(program));
    VKGAN_TRY(program.submit());  // compiles, and brings the inputs to the device
    VKGAN_TRY(program.finish(program.slot()));
    return time_each(program);
}

Result<std::vector<PhaseTimes>> time_phases(Device& device, const Compiled& compiled) {
    RegionSet regions(device);
    for (const auto& [region, bytes] : compiled.layout.region_bytes) VKGAN_TRY(regions.ensure(region, bytes));
    VKGAN_TRY(regions.ensure("workspace", compiled.workspace_bytes));
    VKGAN_ASSIGN(const TensorMap values, initial_values(compiled.starts, compiled.table, 1));
    Snapshot snapshot = compiled.table.empty();
    for (const auto& [name, tensor] : values) compiled.table.set(snapshot, name, tensor);
    std::vector<PhaseTimes> times;
    for (const CompiledPhase& phase : compiled.phases) {
        VKGAN_TRY(upload(regions, snapshot));
        VKGAN_ASSIGN(const std::unique_ptr<Program> program, Program::create(device, regions, phase.plan));
        PhaseTimes& added = times.emplace_back();
        VKGAN_ASSIGN(added.whole_ms, time_whole(*program));
        VKGAN_ASSIGN(added.kernel_ns, time_each(*program));
    }
    return times;
}

}  // namespace vkgan
