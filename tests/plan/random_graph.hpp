// Graphs drawn at random from the fake op set.
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/plan/fake_ops.hpp"

#include <cstdint>

namespace fake {

// Pointwise webs, broadcasts, contractions, reductions, aliases, list updates and several outputs.
void draw_graph(Graph& graph, uint32_t seed);

// All regions of a layout filled with small multiples of 1/8, padding zero wherever `draw_graph` pads.
Memory random_memory(const vkgan::VariableLayout& layout);

}  // namespace fake
