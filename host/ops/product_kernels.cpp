// Products, forward convolutions and gradients by the input: conv2d.comp and the packing of its weights.
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_choices.hpp"
#include "host/ops/contraction_problems.hpp"

#include "host/graph/layout.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/matrix_kernels.hpp"
#include "shaders/lib/limits.h"

#include <fmt/format.h>

namespace vkgan {

namespace {

using Kind = Operand::Kind;

// What an invocation of pack.comp moves: eight quads of two rows, or a block of four by four elements.
Kernel pack_kernel(const Product& p, const DeviceTraits& device, bool texel) {
    const char* const variant = !texel ? "" : device.wide_stores ? "_texel_u64" : "_texel";
    const int64_t o_quads = quads(p.weight_group_rows);
    const int64_t invocations =
        p.groups * p.taps.count() *
        (p.pack_rows ? divide_up(p.weight_row_quads, 4) * o_quads * 2 : o_quads * p.weight_row_quads);
    Kernel kernel{.shader = fmt::format("pack:{}{}", p.pack_rows ? "rows" : "columns", variant)};
    kernel.push = words({invocations, p.taps.count(), p.weight_group_rows, p.weight_row_quads});
    kernel.operands = {write_operand(Kind::scratch, 0, VKGAN_BIND_OUT0),
                       read_operand(Kind::input, p.weight_input, VKGAN_BIND_A, texel)};
    kernel.groups = groups_for(invocations, 64, device);
    kernel.fills = 0;
    kernel.many = fmt::format("pack:many_{}{}", p.pack_rows ? "rows" : "columns", variant);
    kernel.label = "pack " + p.name;
    return kernel;
}

KernelChoice shuffle_tile(const Product& p, int64_t pixels, int64_t lanes) {
    const int64_t rows = p.group_out_quads * 4;
    if (rows <= 4) return {.rows = 4, .columns = pixels >= 8 * lanes ? 8 : 2};
    if (rows <= 8) return {.rows = 8, .columns = pixels >= 4 * lanes ? 4 : 1};
    const int64_t columns = pixels >= 4 * lanes ? 4 : pixels >= 2 * lanes ? 2 : 1;
    return {.rows = rows % 32 == 0 || rows > 64 ? 32 : 16, .columns = columns};
}

// Small tiles where there is little to do, so that more of the device has some; else what every device takes.
KernelChoice shared_tile(const Product& p, int64_t pixels) {
    const int64_t rows = p.group_out_quads * 4;
    if (rows <= 32 || pixels <= 32) return {.rows = 32, .columns = 32, .invocations = 64};
    return {.rows = 64, .columns = 64, .invocations = 128};
}

}  // namespace

Result<Emission> product_kernels(const KernelQuery& query, const Product& p) {
    const DeviceTraits& device = query.device;
    const bool shuffle = device.family == Family::shuffle, matrix = uses_matrix_units(device);
    const int64_t k_quads = p.group_in_quads, rows = p.group_out_quads * 4;
    const int64_t packed = p.groups * p.taps.count() * k_quads * rows;
    Emission emission;
    emission.scratches.push_back(
        {.bytes = packed * 16,
         .key = fmt::format("pack {} {}", p.pack_rows ? "rows" : "columns", p.groups),
         .key_input = p.weight_input,
         .halves = true});
    emission.kernels.push_back(pack_kernel(p, device, shuffle && device.texel_loads));

    const int64_t phases = p.grad_input ? p.taps.stride * p.taps.stride : 1;
    const int64_t grid_h = p.grad_input ? divide_up(p.out_h, p.taps.stride) : p.out_h;
    const int64_t grid_w = p.grad_input ? divide_up(p.out_w, p.taps.stride) : p.out_w;
    const int64_t pixels = p.batch * grid_h * grid_w;
    Kernel kernel{.shader = fmt::format("conv2d:{}_{}", p.grad_input ? "input" : "forward",
                                        shuffle  ? "shuffle"
                                        : matrix ? "matrix"
                                                 : "tile")};
    const int64_t lane_batch = p.taps.count() > 1 && p.in_h * p.in_w <= 4 && p.batch >= device.subgroup_size;
    set_constants(kernel, 0,
                  {p.taps.height, p.taps.width, p.taps.stride, p.taps.pad, p.taps.dilation, lane_batch,
                   p.group_in_quads == 1 ? 1
                   : p.taps.count() == 1 ? 2
                                         : 0});
    const int64_t lanes = device.subgroup_size;
    int64_t tile_pixels = 0, tile_rows = 0;
    if (matrix) {
        const MatrixTile tile = matrix_tile(device, pixels, rows);
        set_matrix_constants(kernel, tile, device);
        tile_pixels = tile.m(device);
        tile_rows = tile.n(device);
    } else {
        emission.tunable = product_choices(device, p, pixels,
                                           shuffle ? shuffle_tile(p, pixels, lanes) : shared_tile(p, pixels));
        const KernelChoice& tile = emission.tunable.candidates[emission.tunable.chosen];
        tile_pixels = shuffle ? tile.columns * lanes : tile.columns;
        tile_rows = tile.rows;
        if (shuffle) {
            const bool few_pixels = pixels + tile_pixels < (int64_t{1} << 24);
            set_constants(kernel, 7, {rows % tile.rows == 0, few_pixels});
            set_constants(kernel, 10, {tile.rows, tile.columns, lanes, divide_up(tile.rows, lanes)});
            const auto even = [](int64_t n) { return n % 2 == 0; };
            if (device.wide_stores && tile.rows % 8 == 0 && even(p.out_quads) && even(p.group_out_quads) &&
                even(p.out_group_stride))
                kernel.shader += "_u64";
        } else {
            const int64_t sums =
                tile.rows * tile.columns / tile.invocations;  // of an invocation: 4x4, 8x4, 8x8
            set_constants(kernel, 10, {tile.rows, tile.columns, tile.invocations, sums > 16 ? 8 : 4});
        }
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

}  // namespace vkgan
