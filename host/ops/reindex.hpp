// Reindex: kernels that only move elements, each output element read from one place (or zero).
// SPDX-License-Identifier: MIT
//
// An output coordinate is written in mixed radix digits; each digit d moves the source by (d - low) / step *
// stride floats. Elements with a digit outside of [low, low + count * step), or between two steps, are zero.
#pragma once

#include "host/graph/kernel.hpp"
#include "host/graph/shape.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace vkgan {

struct Digit {
    int64_t extent = 1;
    int64_t stride = 0;  // in floats of the source's physical buffer
    int64_t low = 0;
    int64_t count = -1;  // -1: no bounds
    int64_t step = 1;
    friend bool operator==(const Digit&, const Digit&) = default;
};

struct Reindex {
    std::array<std::vector<Digit>, max_rank> axes;  // of each output axis, outermost digit first
    int64_t base = 0;                               // floats
};

// Floats between two neighbours along `axis` in the physical layout.
int64_t physical_stride(const Shape& shape, int axis);

// Every output axis is one digit over the same axis of the source: the start for slices and pads.
Reindex identity_reindex(const Shape& output, const Shape& source);

// One kernel that computes `output` (operand `to`) from a source of shape `source` (operand `from`; its texel
// flag is set here).
Result<Kernel> reindex_kernel(std::string_view label, const Reindex& map, const Shape& output,
                              const Shape& source, std::pair<Operand, Operand> from_to,
                              const DeviceTraits& device);

// The whole answer of a kernel rule with one such kernel, input 0 -> output.
Result<Emission> emit_reindex(const KernelQuery& query, const Reindex& map);

}  // namespace vkgan
