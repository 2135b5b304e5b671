// The cases over which the registry tests loop: every op at least once, on ragged shapes.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/ops/ops.hpp"

#include <functional>
#include <string>
#include <vector>

namespace vkgan::test {

struct OpCase {
    std::string op;     // the op it is a case of; its build may use others too
    std::string label;  // unique among the op's cases
    // Declares its inputs with graph.input (and variables, for update ops) and returns the result. f32 inputs
    // are filled with random numbers from [input_low, input_high), i32 inputs with random integers from [0,
    // index_count).
    std::function<Value(Graph&)> build;
    bool smooth = true;  // central differences are meaningful: no kink or jump near the inputs
    double input_low = -1, input_high = 1;
    int64_t index_count = 1;
};

std::vector<OpCase> contraction_cases();
std::vector<OpCase> pointwise_cases();
std::vector<OpCase> reduce_cases();
std::vector<OpCase> movement_cases();
std::vector<OpCase> leaf_and_update_cases();

// All of the above, in this order.
std::vector<OpCase> all_cases();

}  // namespace vkgan::test
