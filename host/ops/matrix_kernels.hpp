// The matrix variants of the tile family: shaders/lib/matrix.glsl.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/ops/contraction_problems.hpp"

namespace vkgan {

bool uses_matrix_units(const DeviceTraits& device);

// What a workgroup makes, in subgroups and in the matrices of each.
struct MatrixTile {
    int64_t subgroups_m = 2, subgroups_n = 2, fragments_m = 2, fragments_n = 2;
    int64_t m(const DeviceTraits& device) const { return device.matrix_units.m * subgroups_m * fragments_m; }
    int64_t n(const DeviceTraits& device) const { return device.matrix_units.n * subgroups_n * fragments_n; }
};

// For a product of m x n elements.
MatrixTile matrix_tile(const DeviceTraits& device, int64_t m, int64_t n);
void set_matrix_constants(Kernel& kernel, const MatrixTile& tile, const DeviceTraits& device);

// As its neighbours in weight_gradient_kernels.cpp: constants, groups and the push words of its slices.
Kernel weight_gradient_matrix(const WeightGradient& g, const DeviceTraits& device, int64_t& slices);

}  // namespace vkgan
