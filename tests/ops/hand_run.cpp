// One graph, one output.
// SPDX-License-Identifier: MIT
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

namespace vkgan::test {

std::vector<double> hand_run(const Build& build, const DoubleTensorMap& inputs) {
    Graph graph;
    graph.mark_output("y", build(graph));
    REQUIRE_MESSAGE(graph.status().ok(), graph.status().error().message);
    DoubleTensorMap variables;
    auto run = run_reference(graph, inputs, variables);
    REQUIRE_MESSAGE(run.ok(), run.error().message);
    return run->outputs.at("y").values;
}

std::string build_error(const Build& build) {
    Graph graph;
    build(graph);
    return graph.status().ok() ? std::string() : graph.status().error().message;
}

}  // namespace vkgan::test
