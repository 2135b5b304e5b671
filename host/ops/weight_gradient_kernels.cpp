// Gradients by weights, and products of transposed matrices: conv2d_grad_weight.comp.
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_choices.hpp"
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

// Enough slices of the pixels that the device is busy, few enough that no loop is too long and the partial
// sums fit. `length`: what is cut, and what one loop runs over; `parts`: into how many at most.
SliceLimits slice_limits(const WeightGradient& g, const DeviceTraits& device, int64_t length, int64_t parts) {
    const int64_t fit = std::max<int64_t>(1, device.max_binding_bytes / 16 / g.result_quads());
    const int64_t most = std::min(fit, std::max<int64_t>(1, device.max_groups[2] / g.groups));
    const int64_t least = divide_up(length, VKGAN_MAX_TRIPS);
    return {.least = least, .most = std::max(least, std::min(parts, most)), .length = length};
}

int64_t slices_by_hand(const DeviceTraits& device, const SliceLimits& limits, int64_t groups) {
    const int64_t wanted = divide_up(device.family == Family::shuffle ? 8 : 256, groups);
    return whole_slices(limits.length, std::clamp(wanted, limits.least, limits.most));
}

Kernel weight_gradient_shuffle(const WeightGradient& g, const DeviceTraits& device, Tunable& tunable) {
    const int64_t lanes = device.subgroup_size;
    const bool over_taps = g.group_in_quads < lanes && g.taps.count() > 1;
    const int64_t tap_groups = over_taps ? 1 : g.taps.count();
    const int64_t columns = over_taps ? g.taps.count() * g.group_in_quads : g.group_in_quads;
    const auto pixels_of = [&](int64_t rows) { return std::max<int64_t>(1, lanes / (rows / 4)); };
    const int64_t hand_rows = g.group_rows <= 4 ? 4 : g.group_rows <= 8 ? 8 : g.group_rows <= 16 ? 16 : 32;
    const int64_t groups =
        divide_up(columns, lanes) * divide_up(g.group_rows, hand_rows) * g.groups * tap_groups;
    const int64_t length = g.out_h > 1 ? g.out_h : g.batch;
    const SliceLimits limits = slice_limits(g, device, length, g.out_h > 1 ? length : divide_up(length, 64));
    tunable = weight_gradient_choices(device, g, limits,
                                      {.rows = hand_rows,
                                       .unroll = lanes >= 16 || pixels_of(hand_rows) > 2 ? 1 : 2,
                                       .slices = slices_by_hand(device, limits, groups)});
    const KernelChoice& tile = tunable.candidates[tunable.chosen];
    const int64_t pixels = pixels_of(tile.rows), fetches = std::max<int64_t>(1, tile.rows / 4 / lanes);
    const int64_t step = tile.unroll * pixels;
    const auto filled = [&](int64_t n) { return double(n) / double(divide_up(n, step) * step); };
    const bool over_row = g.out_h > 1 && filled(g.batch) < 0.8 * filled(g.out_w);
    const bool ragged = over_row || g.batch % step != 0 || (g.out_h == 1 && tile.slices > 1);

    Kernel kernel{.shader = "conv2d_grad_weight:shuffle"};
    set_constants(kernel, 0,
                  {g.taps.height, g.taps.width, g.taps.stride, g.taps.pad, g.taps.dilation, over_taps, ragged,
                   over_row});
    set_constants(kernel, 10, {tile.rows, tile.unroll, lanes, fetches, pixels});
    kernel.groups = {static_cast<uint32_t>(divide_up(columns, lanes)),
                     static_cast<uint32_t>(divide_up(g.group_rows, tile.rows)),
                     static_cast<uint32_t>(g.groups * tile.slices * tap_groups)};
    kernel.push = words({tile.slices, divide_up(length, tile.slices)});
    return kernel;
}

}  // namespace

int64_t slice_count(const WeightGradient& g, const DeviceTraits& device, int64_t groups, int64_t length) {
    return slices_by_hand(device, slice_limits(g, device, length, length), groups);
}

namespace {

Kernel weight_gradient_tile(const WeightGradient& g, const DeviceTraits& device, Tunable& tunable) {
    KernelChoice by_hand{.rows = 32, .columns = 16, .invocations = 128};
    const int64_t columns = g.taps.count() * g.group_in_quads,
                  length = divide_up(g.batch * g.out_h * g.out_w, 16);
    const int64_t groups =
        divide_up(columns, by_hand.columns) * divide_up(g.group_rows, by_hand.rows) * g.groups;
    const SliceLimits limits = slice_limits(g, device, length, divide_up(length, 16));
    by_hand.slices = slices_by_hand(device, limits, groups);
    tunable = weight_gradient_choices(device, g, limits, by_hand);
    const KernelChoice& tile = tunable.candidates[tunable.chosen];
    Kernel kernel{.shader = "conv2d_grad_weight:tile"};
    set_constants(kernel, 0, {g.taps.height, g.taps.width, g.taps.stride, g.taps.pad, g.taps.dilation});
    set_constants(
        kernel, 10,
        {tile.rows, tile.columns, tile.invocations, tile.rows / 4 * tile.columns / tile.invocations});
    kernel.groups = {static_cast<uint32_t>(divide_up(columns, tile.columns)),
                     static_cast<uint32_t>(divide_up(g.group_rows, tile.rows)),
                     static_cast<uint32_t>(g.groups * tile.slices)};
    kernel.push = words({tile.slices, divide_up(length, tile.slices) * 16});
    return kernel;
}

}  // namespace

Result<Emission> weight_gradient_kernels(const KernelQuery& query, const WeightGradient& g) {
    const bool shuffle = query.device.family == Family::shuffle;
    Emission emission;
    Tunable& tunable = emission.tunable;
    const bool matrix = !shuffle && uses_matrix_units(query.device);
    int64_t slices = 1;
    Kernel kernel = matrix    ? weight_gradient_matrix(g, query.device, slices)
                    : shuffle ? weight_gradient_shuffle(g, query.device, tunable)
                              : weight_gradient_tile(g, query.device, tunable);
    if (!matrix) slices = tunable.candidates[tunable.chosen].slices;
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
    emission.refuses_epilogue = true;
    emission.kernels.push_back(std::move(kernel));
    if (slices > 1) {
        emission.scratches.push_back({.bytes = slices * g.result_quads() * 16, .key = {}, .key_input = 0});
        emission.kernels.push_back(sum_slices(0, g.result_quads(), slices, query.device));
    }
    return emission;
}

}  // namespace vkgan
