// Gradients by weights, and products of transposed matrices: conv2d_grad_weight.comp.
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_problems.hpp"

#include "host/graph/layout.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/matrix_kernels.hpp"
#include "host/ops/reduce_kernels.hpp"
#include "shaders/lib/limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

using Kind = Operand::Kind;

}  // namespace

int64_t slice_count(const WeightGradient& g, const DeviceTraits& device, int64_t groups, int64_t length,
                    int64_t longest) {
    const int64_t wanted = device.family == Family::shuffle ? 8 : 256;
    const int64_t fit = std::max<int64_t>(1, device.max_binding_bytes / 16 / g.result_quads());
    const int64_t most = std::min(fit, std::max<int64_t>(1, device.max_groups[2] / g.groups));
    const int64_t slices = std::clamp<int64_t>(divide_up(wanted, groups), 1, std::min(length, most));
    return std::max(slices, divide_up(length, longest));
}

namespace {

Kernel weight_gradient_shuffle(const WeightGradient& g, const DeviceTraits& device, int64_t& slices) {
    const int64_t lanes = device.subgroup_size;
    const bool over_taps = g.group_in_quads < lanes && g.taps.count() > 1;
    const int64_t rows = g.group_rows <= 4 ? 4 : g.group_rows <= 8 ? 8 : g.group_rows <= 16 ? 16 : 32;
    const int64_t columns = over_taps ? g.taps.count() * g.group_in_quads : g.group_in_quads;
    const int64_t pixels = std::max<int64_t>(1, lanes / (rows / 4)),
                  fetches = std::max<int64_t>(1, rows / 4 / lanes);
    const int64_t unroll = lanes >= 16 || pixels > 2 ? 1 : 2, step = unroll * pixels;
    const int64_t groups = divide_up(columns, lanes) * divide_up(g.group_rows, rows) * g.groups *
                           (over_taps ? 1 : g.taps.count());
    const int64_t length = g.out_h > 1 ? g.out_h : g.batch;
    slices = g.out_h > 1 ? slice_count(g, device, groups, length, VKGAN_MAX_TRIPS)
                         : slice_count(g, device, groups, divide_up(length, 64), VKGAN_MAX_TRIPS);
    const int64_t slice_length = divide_up(length, slices);
    slices = divide_up(length, slice_length);
    const auto filled = [&](int64_t n) { return double(n) / double(divide_up(n, step) * step); };
    const bool over_row = g.out_h > 1 && filled(g.batch) < 0.8 * filled(g.out_w);
    const bool ragged = over_row || g.batch % step != 0 || (g.out_h == 1 && slices > 1);

    Kernel kernel{.shader = "conv2d_grad_weight:shuffle"};
    set_constants(kernel, 0,
                  {g.taps.height, g.taps.width, g.taps.stride, g.taps.pad, g.taps.dilation, over_taps, ragged,
                   over_row});
    set_constants(kernel, 10, {rows, unroll, lanes, fetches, pixels});
    kernel.groups = {static_cast<uint32_t>(divide_up(columns, lanes)),
                     static_cast<uint32_t>(divide_up(g.group_rows, rows)),
                     static_cast<uint32_t>(g.groups * slices * (over_taps ? 1 : g.taps.count()))};
    kernel.push = words({slices, slice_length});
    return kernel;
}

Kernel weight_gradient_tile(const WeightGradient& g, const DeviceTraits& device, int64_t& slices) {
    const int64_t columns = g.taps.count() * g.group_in_quads,
                  length = divide_up(g.batch * g.out_h * g.out_w, 16);
    const int64_t groups = divide_up(columns, 16) * divide_up(g.group_rows, 32) * g.groups;
    slices = slice_count(g, device, groups, divide_up(length, 16), VKGAN_MAX_TRIPS);
    const int64_t slice_length = divide_up(length, slices);
    slices = divide_up(length, slice_length);
    Kernel kernel{.shader = "conv2d_grad_weight:tile"};
    set_constants(kernel, 0, {g.taps.height, g.taps.width, g.taps.stride, g.taps.pad, g.taps.dilation});
    kernel.groups = {static_cast<uint32_t>(divide_up(columns, 16)),
                     static_cast<uint32_t>(divide_up(g.group_rows, 32)),
                     static_cast<uint32_t>(g.groups * slices)};
    kernel.push = words({slices, slice_length * 16});
    return kernel;
}

}  // namespace

Result<Emission> weight_gradient_kernels(const KernelQuery& query, const WeightGradient& g) {
    const bool shuffle = query.device.family == Family::shuffle;
    int64_t slices = 1;
    Kernel kernel = shuffle                           ? weight_gradient_shuffle(g, query.device, slices)
                    : uses_matrix_units(query.device) ? weight_gradient_matrix(g, query.device, slices)
                                                      : weight_gradient_tile(g, query.device, slices);
    std::vector<uint32_t> push =
        words({g.batch, g.in_h, g.in_w, g.in_quads, g.out_h, g.out_w, g.out_quads, g.group_in_quads,
               g.group_rows, g.groups, g.x_group_stride, g.dy_group_stride, g.result_group_stride});
    push.insert(push.end(), kernel.push.begin(), kernel.push.end());
    push.push_back(static_cast<uint32_t>(g.result_quads()));
    kernel.push = std::move(push);
    kernel.operands = {write_operand(slices > 1 ? Kind::scratch : Kind::output, 0, VKGAN_BIND_OUT0),
                       read_operand(Kind::input, g.dy_input, VKGAN_BIND_A, shuffle),
                       read_operand(Kind::input, g.x_input, VKGAN_BIND_B, shuffle)};
    kernel.flops = g.flops;
    kernel.label = g.name;
    Emission emission;
    emission.refuses_epilogue = true;
    emission.kernels.push_back(std::move(kernel));
    if (slices > 1) {
        emission.scratches.push_back({.bytes = slices * g.result_quads() * 16, .key = {}, .key_input = 0});
        emission.kernels.push_back(sum_slices(0, g.result_quads(), slices, query.device));
    }
    return emission;
}

}  // namespace vkgan
