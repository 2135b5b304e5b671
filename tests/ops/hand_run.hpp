// Runs a few nodes in the reference on numbers written by hand.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/graph.hpp"
#include "host/reference/interpreter.hpp"

#include <functional>
#include <string>
#include <vector>

namespace vkgan::test {

using Build = std::function<Value(Graph&)>;

// The values of what `build` makes, row-major.
std::vector<double> hand_run(const Build& build, const DoubleTensorMap& inputs);

// The message with which building fails; empty if it does not.
std::string build_error(const Build& build);

}  // namespace vkgan::test
