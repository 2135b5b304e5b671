// Recomputation: values that wait long for their next use are computed again instead (Chen et al. 2016).
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/graph.hpp"

namespace vkgan {

// What is given up for memory. Every level gives the same numbers bit for bit: the same ops of the same
// operands.
enum class Recompute {
    never,      // every value is kept until its last use
    automatic,  // the first of the levels that fits; the choice is the caller's, see compile_training
    pointwise,  // elementwise results (activations, normalised values) whose operands are kept anyway
    segments,   // of n values that wait about sqrt(n) are kept, all between them made again, contractions too
};

// The graph with copies of what waits long, each just before its first late use. To be planned as it is:
// simplify would find the copies equal. `level` is pointwise or segments; else the graph comes back as it is.
Graph recompute(const Graph& graph, Recompute level);

}  // namespace vkgan
