// Tiles for matrix units, and the gradient by weights on them.
// SPDX-License-Identifier: MIT
#include "host/ops/matrix_kernels.hpp"

#include "shaders/lib/limits.h"

namespace vkgan {

namespace {

constexpr int64_t step = 32;  // MATRIX_STEP of matrix.glsl

// Of float16 factors in rows two quads longer than they need be, of a matrix of sums a subgroup, and of what
// the kernels note of pixels and columns; of both kernels, whichever takes more.
int64_t shared_bytes(const MatrixTile& tile, const DeviceTraits& device) {
    const int64_t m = tile.m(device), n = tile.n(device), pad = 8;
    const int64_t factors = std::max((m + n) * (step + pad), step * (m + n + 2 * pad)) * 2;
    const int64_t sums = tile.subgroups_m * tile.subgroups_n * device.matrix_units.m * device.matrix_units.n;
    return factors + sums * 4 + std::max(m * 4, n * 4 + step * 16);
}

}  // namespace

// The smaller tile fits wherever host/gpu has found matrix units to use.
bool uses_matrix_units(const DeviceTraits& device) {
    return device.family == Family::tile && device.half_inputs && device.matrix_units.m > 0;
}

MatrixTile matrix_tile(const DeviceTraits& device, int64_t m, int64_t n) {
    // Twice as many matrices a subgroup and subgroups a workgroup halve the loads of both factors, if enough
    // workgroups are left for the device.
    const MatrixTile large{.subgroups_m = 2, .subgroups_n = 4, .fragments_m = 4, .fragments_n = 2};
    constexpr int64_t busy = 128;
    const int64_t groups = (m / large.m(device)) * (n / large.n(device));
    const bool fits = shared_bytes(large, device) <= device.shared_bytes &&
                      8 * device.matrix_units.subgroup <= device.max_invocations;
    return fits && groups >= busy ? large : MatrixTile{};
}

void set_matrix_constants(Kernel& kernel, const MatrixTile& tile, const DeviceTraits& device) {
    const MatrixUnits& units = device.matrix_units;
    set_constants(kernel, 20,
                  {units.m, units.n, units.k, tile.fragments_m, tile.fragments_n, tile.subgroups_m,
                   tile.subgroups_n, tile.subgroups_m * tile.subgroups_n * units.subgroup});
}

Kernel weight_gradient_matrix(const WeightGradient& g, const DeviceTraits& device, int64_t& slices) {
    const int64_t columns = g.taps.count() * g.group_in_quads;
    const MatrixTile tile = matrix_tile(device, g.group_rows, columns * 4);
    const int64_t groups_x = divide_up(columns * 4, tile.n(device)),
                  groups_y = divide_up(g.group_rows, tile.m(device));
    const int64_t length = divide_up(g.batch * g.out_h * g.out_w, step);
    slices = slice_count(g, device, groups_x * groups_y * g.groups, length);
    const int64_t slice_length = divide_up(length, slices);
    Kernel kernel{.shader = "conv2d_grad_weight:matrix"};
    set_constants(kernel, 0, {g.taps.height, g.taps.width, g.taps.stride, g.taps.pad, g.taps.dilation});
    set_matrix_constants(kernel, tile, device);
    kernel.groups = {static_cast<uint32_t>(groups_x), static_cast<uint32_t>(groups_y),
                     static_cast<uint32_t>(g.groups * slices)};
    kernel.push = words({slices, slice_length * step});
    return kernel;
}

}  // namespace vkgan
