// The reference interpreter: runs a graph on the CPU in double. The oracle of every test, and a way to run
// without a GPU.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/graph.hpp"
#include "host/graph/tensor.hpp"

#include <map>
#include <string>

namespace vkgan {

using DoubleTensorMap = std::map<std::string, DoubleTensor, std::less<>>;

struct ReferenceRun {
    DoubleTensorMap outputs;  // by the names given to mark_output
};

// Runs every node in list order. `variables` (by name) are read and updated in place. A missing input or
// variable, or one of the wrong shape, is an error that names it.
Result<ReferenceRun> run_reference(const Graph& graph, const DoubleTensorMap& inputs,
                                   DoubleTensorMap& variables);

}  // namespace vkgan
