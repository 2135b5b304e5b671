// Physical layout: how a tensor lies in device memory, in quads (four floats, 16 bytes).
// SPDX-License-Identifier: MIT
//
// The rule, for every value and variable: the axes in logical order with the *inner axis* moved to the end
// and padded to a multiple of four with **zeros** (every kernel keeps the padding zero). The inner axis is 1
// (channels) for rank 4, so images are N,H,W,C and convolution weights O,kh,kw,I; otherwise the last axis. A
// scalar is one quad (value, 0, 0, 0). i32 tensors hold 32-bit integers in the same layout.
#pragma once

#include "host/graph/shape.hpp"
#include "host/graph/tensor.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace vkgan {

int inner_axis(const Shape& shape);       // -1 for a scalar
int64_t inner_quads(const Shape& shape);  // quads along the inner axis; 1 for a scalar
int64_t quad_count(const Shape& shape);
inline int64_t byte_count(const Shape& shape) { return quad_count(shape) * 16; }

// Extents in physical order, the last one in quads: [N, C, H, W] -> {N, H, W, (C + 3) / 4}; a scalar -> {1}.
std::vector<int64_t> physical_extents(const Shape& shape);

// Index of a logical element (row-major number) among the floats of the physical buffer.
int64_t physical_index(const Shape& shape, int64_t logical);

// Row-major logical floats <-> physical floats (quad_count * 4 of them, padding zero).
void to_physical(const Shape& shape, std::span<const float> logical, std::span<float> physical);
void from_physical(const Shape& shape, std::span<const float> physical, std::span<float> logical);

// True if the physical buffers of the two shapes hold the same elements at the same places (reshape is then
// free).
bool same_physical_order(const Shape& a, const Shape& b);

}  // namespace vkgan
