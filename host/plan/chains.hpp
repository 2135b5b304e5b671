// Chains: runs of pointwise nodes as one expression, and the kernel that computes one on its own.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/graph.hpp"
#include "host/graph/kernel.hpp"
#include "host/plan/analysis.hpp"

#include <optional>
#include <span>

namespace vkgan {

// What a chain is made of. A node of the chain that another of its nodes reads must be among `nodes` in the
// same shape.
struct ChainParts {
    std::span<const int32_t> nodes;    // pointwise, ascending
    std::span<const int32_t> results;  // whose values are stored: some of them, or inputs
    int32_t core = -1;                 // its result is register 0 (an epilogue's contraction); -1: none
};

inline constexpr size_t most_slice_readers = 2;  // kernels that add a sum's slices, each all of them

// Whether a pointwise node reads the operand quad by quad, in its own shape.
bool same_address(const Analysis& analysis, const ChainInput& operand, int32_t user);

// Empty if the parts pass the limits of limits.h.
std::optional<Chain> build_chain(const Analysis& analysis, const ChainParts& parts);

// One input stored unchanged: a copy.
Chain copy_chain(int32_t node, const Shape& shape);

// The kernel "pointwise" for a chain of its own; `texel`: its inputs are read as texel buffers.
Kernel pointwise_kernel(const Chain& chain, const DeviceTraits& device, bool texel);

}  // namespace vkgan
