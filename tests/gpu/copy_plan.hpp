// A plan made by hand for tests of the GPU layer: a chain of `assign:ssbo` kernels that copy a tensor
// onwards.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/schedule/schedule.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace vkgan {

inline std::vector<float> count_from(float first, size_t count) {
    std::vector<float> values(count);
    for (float& value : values) value = first++;
    return values;
}

// input "x" -> t0 -> t1 -> ... -> output "y", `kernels` copies of `quads` quads, one slice a kernel.
inline Schedule copy_schedule(int kernels, int64_t quads, const std::string& shader = "assign:ssbo") {
    Schedule schedule;
    Plan& plan = schedule.plan;
    const int64_t bytes = quads * 16, stride = (bytes + 255) / 256 * 256;
    plan.regions = {"workspace", "inputs"};
    plan.region_bytes = {stride * kernels, stride};
    for (int k = 0; k < kernels; ++k) {
        PlannedKernel kernel;
        kernel.shader = shader;
        kernel.push = {uint32_t(quads)};
        const PlannedBinding source{13,    k == 0 ? 1 : 0, k == 0 ? 0 : (k - 1) * stride,
                                    bytes, Access::read,   false};
        kernel.bindings = {source, {0, 0, k * stride, bytes, Access::write, false}};
        kernel.groups = {uint32_t((quads + 63) / 64), 1, 1};
        kernel.label = "copy " + std::to_string(k);
        plan.kernels.push_back(kernel);
        schedule.barrier_before.push_back(k > 0);
        schedule.slices.push_back({k, 1, 1000});
    }
    const Shape shape{quads * 4};
    plan.inputs["x"] = {0, 1, 0, bytes, Access::write, false};
    plan.outputs["y"] = {0, 0, (kernels - 1) * stride, bytes, Access::read, false};
    plan.input_shapes["x"] = plan.output_shapes["y"] = shape;
    plan.input_types["x"] = DType::f32;
    return schedule;
}

}  // namespace vkgan
