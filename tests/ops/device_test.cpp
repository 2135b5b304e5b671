// shader = reference: every case, forwards and its first and second gradients, on every family of kernels.
// SPDX-License-Identifier: MIT
#include "host/graph/op.hpp"
#include "tests/ops/case_bounds.hpp"
#include "tests/support/run_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace vkgan::test {

namespace {

constexpr size_t cases_per_graph = 24;  // one graph is one plan and one submission

bool moves_only(const Graph& graph) {
    static const std::set<std::string_view> movement{
        "input",       "read",    "reshape",  "permute",          "slice",           "slice_grad",
        "concat",      "pad2d",   "gather",   "pixel_shuffle",    "pixel_unshuffle", "broadcast",
        "pool_gather", "one_hot", "constant", "max_pool2d_index", "random_uniform",  "reduce_max"};
    return std::ranges::all_of(graph.nodes(),
                               [](const Node& node) { return movement.contains(node.op->name); });
}

void compare(const OpCase& c, const std::string& name, const Tensor& actual, const DoubleTensor& expected,
             double allowed) {
    REQUIRE_MESSAGE(actual.shape == expected.shape, title(c), " ", name);
    double worst = 0;
    for (size_t i = 0; i < expected.values.size(); ++i) {
        const double error = std::fabs(double(actual.values[i]) - expected.values[i]);
        worst = std::isnan(error) ? INFINITY : std::max(worst, error);
    }
    CHECK_MESSAGE(worst <= allowed, title(c), ": ", name, " is off by ", worst, " but ", allowed,
                  " is allowed");
}

void compare_case(const OpCase& c, CaseRun& run, const std::string& prefix, const TensorMap& outputs,
                  const TensorMap& variables) {
    const std::vector<Bound> bounds = bounds_of(run);
    const auto reference = run_reference(*run.graph, run.inputs, run.variables);
    REQUIRE_MESSAGE(reference.ok(), reference.error().message);
    double deepest = 0;
    for (const auto& [name, index] : run.graph->outputs()) {
        const Bound& bound = bounds[size_t(index)];
        const double allowed = 16 * 0x1p-24 * bound.depth * bound.magnitude;
        deepest = std::max(deepest, allowed);
        compare(c, name, outputs.at(prefix + name), reference->outputs.at(name), allowed);
    }
    for (const auto& [name, tensor] : run.variables) {
        compare(c, name, variables.at(prefix + name), tensor, deepest + 16 * 0x1p-24 * largest(tensor) * 8);
    }
}

// Cases [first, first + count) as one graph.
void run_batch(Device& device, const std::vector<OpCase>& cases, size_t first, size_t count) {
    Graph shared;
    std::vector<CaseRun> runs;
    TensorMap inputs, variables;
    for (size_t i = 0; i < count; ++i) {
        runs.push_back(prepare_case(cases[first + i]));
        const std::string prefix = "case " + std::to_string(i) + "/";
        append_run(shared, runs.back(), prefix);
        for (auto& [name, tensor] : narrow(runs.back().inputs)) inputs[prefix + name] = tensor;
        for (auto& [name, tensor] : narrow(runs.back().variables)) variables[prefix + name] = tensor;
    }
    REQUIRE_MESSAGE(shared.status().ok(), shared.status().error().message);
    CAPTURE(title(cases[first]));
    const auto outputs = run_on_device(device, shared, inputs, variables);
    REQUIRE_MESSAGE(outputs.ok(), outputs.error().message);
    for (size_t i = 0; i < count; ++i) {
        compare_case(cases[first + i], runs[i], "case " + std::to_string(i) + "/", *outputs, variables);
    }
}

void run_cases(Device& device, const std::vector<OpCase>& cases) {
    for (size_t first = 0; first < cases.size(); first += cases_per_graph) {
        run_batch(device, cases, first, std::min(cases_per_graph, cases.size() - first));
    }
}

}  // namespace

TEST_CASE("every case is the same on the direct family as on the reference") {
    run_cases(test_device(Family::direct), all_cases());
}

TEST_CASE("every contraction is the same in the shuffle family as on the reference") {
    run_cases(test_device(Family::shuffle), contraction_cases());
}

TEST_CASE("every contraction is the same in the tile family as on the reference") {
    run_cases(test_device(Family::tile), contraction_cases());
}

TEST_CASE("every case is the same on a minimum device as on the reference") {
    run_cases(minimum_profile_device(), all_cases());
}

TEST_CASE("pure movement is exact, to the bit") {
    for (const OpCase& c : movement_cases()) {
        CaseRun run = prepare_case(c);
        Graph graph;
        graph.mark_output("y", c.build(graph));
        if (!moves_only(graph)) continue;
        TensorMap variables;
        const auto outputs = run_on_device(test_device(), graph, narrow(run.inputs), variables);
        REQUIRE_MESSAGE(outputs.ok(), outputs.error().message);
        const auto reference = run_reference(*run.graph, run.inputs, run.variables);
        REQUIRE(reference.ok());
        compare(c, "y", outputs->at("y"), reference->outputs.at("y"), 0);
    }
}

}  // namespace vkgan::test
