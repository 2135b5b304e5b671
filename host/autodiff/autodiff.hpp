// differentiate(): reverse-mode gradients as new nodes of the same graph, so that they can be differentiated
// again.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/graph.hpp"

#include <span>
#include <vector>

namespace vkgan {

// d target / d wrt[i] for a target of any shape, contracted with `seed` (same shape as target; by default
// ones). A wrt value that target does not depend on gets an explicit zero constant of its shape. Never
// returns invalid values unless the graph is poisoned.
std::vector<Value> differentiate(Value target, std::span<const Value> wrt, Value seed = {});

}  // namespace vkgan
