// Views: how an operand is addressed by the quads of who reads it.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/graph.hpp"
#include "host/graph/kernel.hpp"

#include <optional>

namespace vkgan {

// The node's own buffer, quad by quad.
ChainInput whole(int32_t node, const Shape& shape);

// The node as pointwise kernels read it: through broadcasts, slices of outer axes and detach down to a node
// whose buffer ChainInput can address, which may be the node itself.
ChainInput see_through(const Graph& graph, int32_t node);

// How a broadcast from one shape to another is addressed by quads of the result; empty if ChainInput cannot
// say it.
std::optional<ChainInput> broadcast_address(const Shape& from, const Shape& to);

// Whether a pointwise kernel may treat one as the other: as many quads, padded alike. ([C] and [1, C, 1, 1].)
bool same_form(const Shape& a, const Shape& b);

}  // namespace vkgan
