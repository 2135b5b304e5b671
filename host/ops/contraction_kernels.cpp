// Kernel rules of the contractions: everything is one of two shapes of problem, a product (conv2d.comp) or a
// gradient by weights (conv2d_grad_weight.comp); what neither takes runs by definition
// (contraction_direct.comp).
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_kernels.hpp"

#include "host/graph/layout.hpp"
#include "host/ops/conv_geometry.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/reduce_kernels.hpp"
#include "shaders/lib/limits.h"

#include <fmt/format.h>

namespace vkgan {

namespace {

using Kind = Operand::Kind;

int64_t quads(int64_t channels) { return (channels + 3) / 4; }
int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

struct Taps {
    int64_t height = 1, width = 1, stride = 1, pad = 0, dilation = 1;
    int64_t count() const { return height * width; }
};

// result[pixel][row] = sum over taps and channel quads of weight . x: shaders/ops/conv2d.comp.
struct Product {
    std::string name;
    int x_input = 0, weight_input = 1;
    bool grad_input = false;
    bool pack_rows = true;  // pack.comp's ROWS
    Taps taps;
    int64_t batch = 1, in_h = 1, in_w = 1, in_quads = 1, out_h = 1, out_w = 1, out_quads = 1;
    int64_t group_in_quads = 1, group_out_quads = 1, groups = 1, x_group_stride = 0, out_group_stride = 0;
    int64_t weight_group_rows = 1, weight_row_quads = 1;
    double flops = 0;
};

// result[row][tap][quad] = sum over pixels of dy[row] * x[quad]: shaders/ops/conv2d_grad_weight.comp.
struct WeightGradient {
    std::string name;
    int x_input = 0, dy_input = 1;
    Taps taps;
    int64_t batch = 1, in_h = 1, in_w = 1, in_quads = 1, out_h = 1, out_w = 1, out_quads = 1;
    int64_t group_in_quads = 1, group_rows = 1, groups = 1;
    int64_t x_group_stride = 0, dy_group_stride = 0, result_group_stride = 0;
    double flops = 0;
    int64_t result_quads() const { return groups * group_rows * taps.count() * group_in_quads; }
};

using Numbers = std::initializer_list<int64_t>;

std::vector<uint32_t> words(Numbers numbers) { return {numbers.begin(), numbers.end()}; }

void set_constants(Kernel& kernel, uint32_t first, Numbers numbers) {
    for (const int64_t n : numbers) kernel.constants.emplace_back(first++, static_cast<uint32_t>(n));
}

// The epilogue, in the way that the kernel itself reads its operands.
void attach_epilogue(Kernel& kernel, const KernelQuery& query, bool texel) {
    if (query.epilogue.empty()) return;
    DeviceTraits device = query.device;
    device.texel_loads = texel;
    attach_chain(kernel, query.epilogue, device);
}

Kernel pack_kernel(const Product& p, const DeviceTraits& device, bool texel, int64_t quad_count) {
    Kernel kernel{.shader =
                      fmt::format("pack:{}{}", p.pack_rows ? "rows" : "columns", texel ? "_texel" : "")};
    kernel.push = words({quad_count, p.taps.count(), p.weight_group_rows, p.weight_row_quads});
    kernel.operands = {write_operand(Kind::scratch, 0, VKGAN_BIND_OUT0),
                       read_operand(Kind::input, p.weight_input, VKGAN_BIND_A, texel)};
    kernel.groups = groups_for(quad_count, 64, device);
    kernel.fills = 0;
    kernel.label = "pack " + p.name;
    return kernel;
}

struct Tile {
    int64_t rows = 16, columns = 4;
};

Tile shuffle_tile(const Product& p, int64_t pixels, int64_t lanes) {
    const int64_t rows = p.group_out_quads * 4;
    if (rows <= 4) return {4, pixels >= 8 * lanes ? 8 : 2};
    if (rows <= 8) return {8, pixels >= 4 * lanes ? 4 : 1};
    const int64_t columns = pixels >= 4 * lanes ? 4 : pixels >= 2 * lanes ? 2 : 1;
    return {rows % 32 == 0 || rows > 64 ? 32 : 16, columns};
}

Result<Emission> product_kernels(const KernelQuery& query, const Product& p) {
    const DeviceTraits& device = query.device;
    const bool shuffle = device.family == Family::shuffle;
    const int64_t k_quads = p.group_in_quads, rows = p.group_out_quads * 4;
    const int64_t packed = p.groups * p.taps.count() * k_quads * rows;
    Emission emission;
    emission.scratches.push_back(
        {.bytes = packed * 16,
         .key = fmt::format("pack {} {}", p.pack_rows ? "rows" : "columns", p.groups),
         .key_input = p.weight_input});
    emission.kernels.push_back(pack_kernel(p, device, shuffle && device.texel_loads, packed));

    const int64_t phases = p.grad_input ? p.taps.stride * p.taps.stride : 1;
    const int64_t grid_h = p.grad_input ? divide_up(p.out_h, p.taps.stride) : p.out_h;
    const int64_t grid_w = p.grad_input ? divide_up(p.out_w, p.taps.stride) : p.out_w;
    const int64_t pixels = p.batch * grid_h * grid_w;
    Kernel kernel{.shader = fmt::format("conv2d:{}_{}", p.grad_input ? "input" : "forward",
                                        shuffle ? "shuffle" : "tile")};
    const int64_t lane_batch = p.taps.count() > 1 && p.in_h * p.in_w <= 4 && p.batch >= device.subgroup_size;
    set_constants(kernel, 0,
                  {p.taps.height, p.taps.width, p.taps.stride, p.taps.pad, p.taps.dilation, lane_batch});
    int64_t tile_pixels = 64, tile_rows = 64;
    if (shuffle) {
        const int64_t lanes = device.subgroup_size;
        const Tile tile = shuffle_tile(p, pixels, lanes);
        set_constants(kernel, 10, {tile.rows, tile.columns, lanes, divide_up(tile.rows, lanes)});
        tile_pixels = tile.columns * lanes;
        tile_rows = tile.rows;
    }
    kernel.push = words({p.batch, p.in_h, p.in_w, p.in_quads, p.out_h, p.out_w, p.out_quads, p.group_in_quads,
                         p.group_out_quads, p.groups, p.x_group_stride, p.out_group_stride});
    kernel.operands = {write_operand(Kind::output, 0, VKGAN_BIND_OUT0),
                       read_operand(Kind::scratch, 0, VKGAN_BIND_A, shuffle),
                       read_operand(Kind::input, p.x_input, VKGAN_BIND_B, shuffle)};
    attach_epilogue(kernel, query, shuffle);
    kernel.groups = {static_cast<uint32_t>(divide_up(pixels, tile_pixels)),
                     static_cast<uint32_t>(divide_up(rows, tile_rows)),
                     static_cast<uint32_t>(p.groups * phases)};
    kernel.flops = p.flops;
    kernel.label = p.name;
    emission.kernels.push_back(std::move(kernel));
    return emission;
}

// Enough slices of the pixels that the device is busy, few enough that no loop is too long and the partial
// sums fit.
int64_t slice_count(const WeightGradient& g, const DeviceTraits& device, int64_t groups, int64_t length,
                    int64_t longest) {
    const int64_t wanted = device.family == Family::shuffle ? 8 : 256;
    const int64_t fit = std::max<int64_t>(1, device.max_binding_bytes / 16 / g.result_quads());
    const int64_t most = std::min(fit, std::max<int64_t>(1, device.max_groups[2] / g.groups));
    const int64_t slices = std::clamp<int64_t>(divide_up(wanted, groups), 1, std::min(length, most));
    return std::max(slices, divide_up(length, longest));
}

Kernel weight_gradient_shuffle(const WeightGradient& g, const DeviceTraits& device, int64_t& slices) {
    const int64_t lanes = device.subgroup_size;
    const bool over_taps = g.group_in_quads < lanes && g.taps.count() > 1;
    const int64_t rows = g.group_rows <= 4 ? 4 : g.group_rows <= 8 ? 8 : g.group_rows <= 16 ? 16 : 32;
    const int64_t columns = over_taps ? g.taps.count() * g.group_in_quads : g.group_in_quads;
    const int64_t pixels = std::max<int64_t>(1, lanes / (rows / 4)),
                  fetches = std::max<int64_t>(1, rows / 4 / lanes);
    const int64_t unroll = pixels > 2 ? 1 : 2, step = unroll * pixels;
    const int64_t groups = divide_up(columns, lanes) * divide_up(g.group_rows, rows) * g.groups *
                           (over_taps ? 1 : g.taps.count());
    const int64_t length = g.out_h > 1 ? g.out_h : g.batch;
    slices = g.out_h > 1 ? slice_count(g, device, groups, length, VKGAN_MAX_TRIPS)
                         : slice_count(g, device, groups, divide_up(length, 64), VKGAN_MAX_TRIPS);
    const int64_t slice_length = divide_up(length, slices);
    slices = divide_up(length, slice_length);
    const bool ragged = g.batch % step != 0 || (g.out_h == 1 && slices > 1);

    Kernel kernel{.shader = "conv2d_grad_weight:shuffle"};
    set_constants(
        kernel, 0,
        {g.taps.height, g.taps.width, g.taps.stride, g.taps.pad, g.taps.dilation, over_taps, ragged});
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

Result<Emission> weight_gradient_kernels(const KernelQuery& query, const WeightGradient& g) {
    const bool shuffle = query.device.family == Family::shuffle;
    int64_t slices = 1;
    Kernel kernel = shuffle ? weight_gradient_shuffle(g, query.device, slices)
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
    emission.kernels.push_back(std::move(kernel));
    if (slices > 1) {
        emission.scratches.push_back({.bytes = slices * g.result_quads() * 16, .key = {}, .key_input = 0});
        emission.kernels.push_back(sum_slices(0, g.result_quads(), slices, query.device));
    }
    return emission;
}

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
