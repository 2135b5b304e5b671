// Kernel rules of the contractions: everything is one of two shapes of problem, a product (conv2d.comp) or a
// gradient by weights (conv2d_grad_weight.comp); what neither takes runs by definition
// (contraction_direct.comp).
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_kernels.hpp"

#include "host/graph/layout.hpp"
#include "host/ops/contraction_problems.hpp"
#include "host/ops/conv_geometry.hpp"
#include "host/ops/dispatch.hpp"
#include "shaders/lib/limits.h"

#include <fmt/format.h>

namespace vkgan {

namespace {

using Kind = Operand::Kind;

// By definition: any shape, any device. `numbers`: the push constants after the quad count.
Result<Emission> direct_kernels(const KernelQuery& query, int a_input, int b_input, Numbers numbers,
                                double flops) {
    const std::array shapes{query.inputs[0], query.inputs[1]};
    const bool texel = use_texels(query.device, shapes);
    const int64_t quad_total = quad_count(query.node.shape);
    const std::string name(query.node.op->name);
    Kernel kernel{.shader = fmt::format("contraction_direct:{}{}", name, texel ? "_texel" : "")};
    kernel.push = words(numbers);
    kernel.push.insert(kernel.push.begin(), static_cast<uint32_t>(quad_total));
    kernel.operands = {write_operand(Kind::output, 0, VKGAN_BIND_OUT0),
                       read_operand(Kind::input, a_input, VKGAN_BIND_A, texel),
                       read_operand(Kind::input, b_input, VKGAN_BIND_B, texel)};
    attach_epilogue(kernel, query, texel);
    kernel.groups = groups_for(quad_total, 64, query.device);
    kernel.flops = flops;
    kernel.label = name;
    Emission emission;
    emission.kernels.push_back(std::move(kernel));
    return emission;
}

bool fits_families(const KernelQuery& query, const ConvGeometry& g) {
    const DeviceTraits& device = query.device;
    if (device.family == Family::direct) return false;
    if (g.groups > 1 && (g.x[1] / g.groups % 4 != 0 || g.w[0] / g.groups % 4 != 0)) return false;
    if (device.family == Family::tile && device.max_invocations < 128) return false;
    const int64_t z = g.groups * std::max(g.stride * g.stride, g.w[2] * g.w[3]);
    if (z > device.max_groups[2]) return false;
    if (device.family == Family::tile) return true;
    const int64_t largest =
        std::max({quad_count(g.x), quad_count(g.y), (quad_count(g.w) + g.w[2] * g.w[3] * quads(g.w[1])) * 4});
    return largest <= device.max_texel_quads;
}

Taps taps_of(const ConvGeometry& g) {
    return {.height = g.w[2], .width = g.w[3], .stride = g.stride, .pad = g.pad, .dilation = g.dilation};
}

double flops_of(const ConvGeometry& g) {
    return 2.0 * static_cast<double>(g.y.element_count() * g.w[1] * g.w[2] * g.w[3]);
}

std::string label_of(std::string_view name, const ConvGeometry& g) {
    return fmt::format("{} {}->{} {}x{}", name, g.x[1], g.w[0], g.w[2], g.w[3]);
}

Result<Emission> direct_conv(const KernelQuery& query, const ConvGeometry& g, int a_input, int b_input) {
    return direct_kernels(query, a_input, b_input,
                          {g.x[0], g.x[1], g.x[2], g.x[3], g.w[0], g.y[2], g.y[3], g.groups, g.w[2], g.w[3],
                           g.stride, g.pad, g.dilation, 0, 0},
                          flops_of(g));
}

}  // namespace

Result<Emission> conv2d_kernels(const KernelQuery& query) {
    VKGAN_ASSIGN(const ConvGeometry g,
                 conv_geometry("conv2d", query.inputs[0], query.inputs[1], query.node.attributes.ints));
    if (!fits_families(query, g)) return direct_conv(query, g, 0, 1);
    const int64_t in = quads(g.x[1] / g.groups), out = quads(g.w[0] / g.groups);
    return product_kernels(query, {.name = label_of("conv2d", g),
                                   .x_input = 0,
                                   .weight_input = 1,
                                   .grad_input = false,
                                   .pack_rows = true,
                                   .taps = taps_of(g),
                                   .batch = g.x[0],
                                   .in_h = g.x[2],
                                   .in_w = g.x[3],
                                   .in_quads = quads(g.x[1]),
                                   .out_h = g.y[2],
                                   .out_w = g.y[3],
                                   .out_quads = quads(g.w[0]),
                                   .group_in_quads = in,
                                   .group_out_quads = out,
                                   .groups = g.groups,
                                   .x_group_stride = in,
                                   .out_group_stride = out,
                                   .weight_group_rows = g.w[0] / g.groups,
                                   .weight_row_quads = in,
                                   .flops = flops_of(g)});
}

Result<Emission> conv2d_grad_input_kernels(const KernelQuery& query) {
    const auto& ints = query.node.attributes.ints;
    const Shape &dy = query.inputs[0], &w = query.inputs[1];
    const Shape x{dy[0], w[1] * ints[3], ints[4], ints[5]};
    VKGAN_ASSIGN(const ConvGeometry g,
                 conv_geometry("conv2d_grad_input", x, w, std::span(ints).first(4), dy));
    if (!fits_families(query, g)) return direct_conv(query, g, 0, 1);
    const int64_t in = quads(g.w[0] / g.groups), out = quads(g.x[1] / g.groups);
    return product_kernels(query, {.name = label_of("conv2d_grad_input", g),
                                   .x_input = 0,
                                   .weight_input = 1,
                                   .grad_input = true,
                                   .pack_rows = false,
                                   .taps = taps_of(g),
                                   .batch = g.x[0],
                                   .in_h = g.y[2],
                                   .in_w = g.y[3],
                                   .in_quads = quads(g.w[0]),
                                   .out_h = g.x[2],
                                   .out_w = g.x[3],
                                   .out_quads = quads(g.x[1]),
                                   .group_in_quads = in,
                                   .group_out_quads = out,
                                   .groups = g.groups,
                                   .x_group_stride = in,
                                   .out_group_stride = out,
                                   .weight_group_rows = g.w[0] / g.groups,
                                   .weight_row_quads = out,
                                   .flops = flops_of(g)});
}

Result<Emission> conv2d_grad_weight_kernels(const KernelQuery& query) {
    const auto& ints = query.node.attributes.ints;
    VKGAN_ASSIGN(const ConvGeometry g, conv_geometry("conv2d_grad_weight", query.inputs[0], query.node.shape,
                                                     std::span(ints).first(4), query.inputs[1]));
    if (!fits_families(query, g)) return direct_conv(query, g, 1, 0);
    const int64_t in = quads(g.x[1] / g.groups), rows = g.w[0] / g.groups;
    return weight_gradient_kernels(query, {.name = label_of("conv2d_grad_weight", g),
                                           .x_input = 0,
                                           .dy_input = 1,
                                           .taps = taps_of(g),
                                           .batch = g.x[0],
                                           .in_h = g.x[2],
                                           .in_w = g.x[3],
                                           .in_quads = quads(g.x[1]),
                                           .out_h = g.y[2],
                                           .out_w = g.y[3],
                                           .out_quads = quads(g.w[0]),
                                           .group_in_quads = in,
                                           .group_rows = rows,
                                           .groups = g.groups,
                                           .x_group_stride = in,
                                           .dy_group_stride = quads(rows),
                                           .result_group_stride = rows * g.w[2] * g.w[3] * in,
                                           .flops = flops_of(g)});
}

Result<Emission> matmul_kernels(const KernelQuery& query) {
    const bool ta = query.node.attributes.ints[0] != 0, tb = query.node.attributes.ints[1] != 0;
    const Shape& a = query.inputs[0];
    const int last = a.rank() - 1;
    const int64_t batch = a.rank() == 3 ? a[0] : 1;
    const int64_t m = query.node.shape[last - 1], n = query.node.shape[last], k = ta ? a[last - 1] : a[last];
    const double flops = 2.0 * static_cast<double>(batch * m * n * k);
    const DeviceTraits& device = query.device;
    const int64_t largest = std::max({batch * m * k, batch * (k + 3) * (n + 3), batch * m * n});
    const bool fits = device.family == Family::tile
                          ? device.max_invocations >= 128
                          : device.family == Family::shuffle && largest <= device.max_texel_quads;
    if (!fits || (ta && tb) || (ta && !query.epilogue.empty()) || batch > device.max_groups[2])
        return direct_kernels(query, 0, 1, {batch, 0, 0, 0, m, n, k, 1, 1, 1, 1, 0, 1, ta, tb}, flops);
    const std::string name = fmt::format("matmul {}x{}x{}", m, k, n);
    if (ta)
        return weight_gradient_kernels(query, {.name = name,
                                               .x_input = 1,
                                               .dy_input = 0,
                                               .taps = {},
                                               .batch = k,
                                               .in_quads = quads(n),
                                               .out_quads = quads(m),
                                               .group_in_quads = quads(n),
                                               .group_rows = m,
                                               .groups = batch,
                                               .x_group_stride = k * quads(n),
                                               .dy_group_stride = k * quads(m),
                                               .result_group_stride = m * quads(n),
                                               .flops = flops});
    return product_kernels(query, {.name = name,
                                   .x_input = 0,
                                   .weight_input = 1,
                                   .grad_input = false,
                                   .pack_rows = tb,
                                   .taps = {},
                                   .batch = m,
                                   .in_quads = quads(k),
                                   .out_quads = quads(n),
                                   .group_in_quads = quads(k),
                                   .group_out_quads = quads(n),
                                   .groups = batch,
                                   .x_group_stride = m * quads(k),
                                   .out_group_stride = m * quads(n),
                                   .weight_group_rows = tb ? n : k,
                                   .weight_row_quads = tb ? quads(k) : quads(n),
                                   .flops = flops});
}

}  // namespace vkgan
