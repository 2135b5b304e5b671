// Magnitudes and depths of roundings, node by node.
// SPDX-License-Identifier: MIT
#include "tests/ops/case_bounds.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

namespace vkgan::test {

TensorMap narrow(const DoubleTensorMap& tensors) {
    TensorMap result;
    for (const auto& [name, t] : tensors)
        result[name] = {t.shape, std::vector<float>(t.values.begin(), t.values.end())};
    return result;
}

double largest(const DoubleTensor& tensor) {
    double m = 0;
    for (const double value : tensor.values) m = std::max(m, std::fabs(value));
    return m;
}

namespace {

// A graph with every node as an output, to see the magnitudes inside.
std::vector<double> magnitudes(const CaseRun& run) {
    Graph all;
    append_run(all, run, "");
    std::vector<std::string> names;
    for (size_t i = 0; i < all.nodes().size(); ++i) {
        names.push_back("node " + std::to_string(i));
        all.mark_output(names.back(), all.value(int32_t(i)));
    }
    DoubleTensorMap variables = run.variables;
    const auto result = run_reference(all, run.inputs, variables);
    REQUIRE_MESSAGE(result.ok(), result.error().message);
    std::vector<double> m;
    for (const std::string& name : names) m.push_back(largest(result->outputs.at(name)));
    return m;
}

}  // namespace

std::vector<Bound> bounds_of(const CaseRun& run) {
    const Graph& graph = *run.graph;
    const std::vector<double> m = magnitudes(run);
    std::vector<Bound> bounds(graph.nodes().size());
    for (size_t i = 0; i < bounds.size(); ++i) {
        const Node& node = graph.nodes()[i];
        int64_t terms = 1;
        bounds[i].magnitude = m[i];
        for (const int32_t input : node.inputs) {
            const Bound& from = bounds[size_t(input)];
            bounds[i].magnitude = std::max(bounds[i].magnitude, from.magnitude);
            bounds[i].depth = std::max(bounds[i].depth, from.depth);
            terms = std::max(terms,
                             graph.nodes()[size_t(input)].shape.element_count() / node.shape.element_count());
        }
        bounds[i].depth += 1 + std::sqrt(double(terms));
    }
    return bounds;
}

}  // namespace vkgan::test
