// Every candidate of every contraction is right, to the bit, in every family.
// SPDX-License-Identifier: MIT
#include "host/engine/tuner.hpp"
#include "host/graph/op.hpp"
#include "host/reference/interpreter.hpp"
#include "tests/ops/case_runs.hpp"
#include "tests/support/run_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

namespace vkgan::test {

namespace {

constexpr size_t cases_per_graph = 24;
// The longest sum of any case has fewer terms than 2^24 / 63^2, so that all are exact (exact_magnitude).
constexpr int64_t magnitude = 63;

// Larger than the registry's, so that the largest tiles are cut more than once.
std::vector<OpCase> large_cases() {
    const auto conv = [](Shape x, Shape w, op::ConvOptions options) {
        return [=](Graph& g) { return op::conv2d(g.input("x", x), g.input("w", w), options); };
    };
    return {
        {"conv2d", "more than two tiles of all sizes", conv({3, 20, 13, 11}, {150, 20, 3, 3}, {.pad = 1})},
        {"conv2d", "two groups of more than a tile", conv({2, 24, 9, 9}, {144, 12, 3, 3}, {.groups = 2})},
        {"conv2d_grad_input", "more than two tiles of all sizes",
         [](Graph& g) {
             return op::conv2d_grad_input(g.input("dy", {3, 36, 11, 11}), g.input("w", {36, 150, 4, 4}), 23,
                                          22, {.stride = 2, .pad = 1});
         }},
        {"conv2d_grad_weight", "slices, rows and columns of more than a tile",
         [](Graph& g) {
             return op::conv2d_grad_weight(g.input("x", {5, 37, 21, 23}), g.input("dy", {5, 75, 11, 12}), 3,
                                           3, {.stride = 2, .pad = 1});
         }},
        {"matmul", "more than two tiles of all sizes",
         [](Graph& g) {
             return op::matmul(g.input("a", {141, 67}), g.input("b", {67, 290}));
         }},
        {"matmul", "transposed, long sums",
         [](Graph& g) {
             return op::matmul(g.input("a", {700, 75}), g.input("b", {700, 70}), true, false);
         }},
    };
}

struct Batch {
    Graph graph;
    TensorMap inputs;
    TensorMap wanted;
};

void append(Batch& batch, const OpCase& c, const std::string& prefix) {
    Graph alone;
    alone.mark_output("y", c.build(alone));
    REQUIRE_MESSAGE(alone.status().ok(), title(c), ": ", alone.status().error().message);
    DoubleTensorMap inputs, variables;
    uint32_t stream = 0;
    for (const Node& node : alone.nodes()) {
        if (node.op != &op_def::input) continue;
        const Tensor tensor = exact_tensor(node.shape, magnitude, stream++);
        batch.inputs[prefix + node.attributes.name] = tensor;
        inputs[node.attributes.name] = {node.shape, {tensor.values.begin(), tensor.values.end()}};
    }
    const auto reference = run_reference(alone, inputs, variables);
    REQUIRE(reference.ok());
    const DoubleTensor& y = reference->outputs.at("y");
    batch.wanted[prefix + "y"] = {y.shape, {y.values.begin(), y.values.end()}};
    std::vector<Value> values;
    for (const Node& node : alone.nodes()) {
        if (node.op == &op_def::input) {
            values.push_back(batch.graph.input(prefix + node.attributes.name, node.shape));
            continue;
        }
        std::vector<Value> from;
        for (const int32_t input : node.inputs) from.push_back(values[size_t(input)]);
        values.push_back(batch.graph.add(*node.op, from, node.attributes));
    }
    batch.graph.mark_output(prefix + "y", values[size_t(alone.outputs()[0].second)]);
}

// The cases with the `index`th candidate wherever there is one; how many problems have it.
size_t run_with(Device& device, const Batch& batch, size_t index) {
    TuningTable table;
    for (const TunedProblem& problem : problems_of(batch.graph, device.traits()))
        if (index < problem.tunable.candidates.size())
            table[problem.tunable.problem] = problem.tunable.candidates[index].to_string();
    if (table.empty()) return 0;
    PlanOptions options{.device = device.traits()};
    options.device.tuning = &table;
    for (const TunedProblem& problem : problems_of(batch.graph, options.device))
        if (table.contains(problem.tunable.problem)) CHECK(problem.tunable.chosen == index);
    TensorMap variables;
    const auto had = run_on_device(device, batch.graph, batch.inputs, variables, &options);
    REQUIRE_MESSAGE(had.ok(), had.error().message);
    for (const auto& [name, wanted] : batch.wanted) {
        CAPTURE(index);
        CAPTURE(name);
        CHECK(first_difference(had->at(name), wanted) == "");
    }
    return table.size();
}

// How many problems had each candidate. The hand rule's, the first, is what device_test.cpp runs; padding
// modes and transposed convolutions are problems that the others have, too.
std::vector<size_t> run_all(Device& device) {
    std::vector<OpCase> cases = large_cases();
    for (OpCase& c : contraction_cases())
        if (c.label.find("padding") == std::string::npos && !c.label.starts_with("transposed:"))
            cases.push_back(std::move(c));
    std::vector<size_t> tried;
    for (size_t first = 0; first < cases.size(); first += cases_per_graph) {
        Batch batch;
        for (size_t i = first; i < std::min(first + cases_per_graph, cases.size()); ++i)
            append(batch, cases[i], std::to_string(i) + " " + title(cases[i]) + "/");
        for (size_t index = 1; const size_t count = run_with(device, batch, index); ++index) {
            tried.resize(std::max(tried.size(), index + 1));
            tried[index] += count;
        }
    }
    return tried;
}

}  // namespace

TEST_CASE("every candidate of the shuffle family is right, to the bit") {
    const std::vector<size_t> tried = run_all(test_device(Family::shuffle));
    REQUIRE(tried.size() >= 3);
    CHECK(tried[2] > 10);
}

TEST_CASE("every candidate of the tile family is right, to the bit") {
    const std::vector<size_t> tried = run_all(test_device(Family::tile));
    REQUIRE(tried.size() >= 3);
    CHECK(tried[2] > 10);
}

TEST_CASE("the kernels by definition have no candidates, and numbers without a choice no table") {
    CHECK(run_all(test_device(Family::direct)).empty());
}

TEST_CASE("candidates differ from one another, and a small device gets those that it can run") {
    for (const int invocations : {128, 256, 1024}) {
        DeviceTraits traits = test_device(Family::tile).traits();
        traits.max_invocations = invocations;
        traits.shared_bytes = 16384;
        Graph graph;
        graph.mark_output("y",
                          op::conv2d(graph.input("x", {8, 64, 32, 32}), graph.input("w", {256, 64, 3, 3})));
        const std::vector<TunedProblem> problems = problems_of(graph, traits);
        REQUIRE(problems.size() == 1);
        std::set<std::string> names;
        for (const KernelChoice& choice : problems[0].tunable.candidates) {
            names.insert(choice.to_string());
            CHECK(choice.invocations <= invocations);
        }
        CHECK(names.size() == problems[0].tunable.candidates.size());
        CHECK(names.size() == (invocations == 128 ? 3 : 5));
        CHECK(problems[0].tunable.terms == 64 * 9);
    }
}

TEST_CASE("a choice comes from the tuning table, else the built-in table, else the rule by hand") {
    DeviceTraits traits{.family = Family::shuffle, .subgroup_size = 16, .max_texel_quads = 1 << 20};
    Graph graph;
    graph.mark_output("y", op::conv2d(graph.input("x", {1, 512, 4, 4}), graph.input("w", {1, 512, 4, 4})));
    const auto chosen = [&] {
        const Tunable tunable = problems_of(graph, traits).at(0).tunable;
        return tunable.candidates[tunable.chosen].to_string();
    };
    const Tunable tunable = problems_of(graph, traits).at(0).tunable;
    CHECK(chosen() == "4x1");  // a row of the built-in table, in vectors of 16 lanes
    const std::string by_hand = tunable.candidates[0].to_string();
    const TuningTable table{{tunable.problem, by_hand}};
    traits.tuning = &table;
    CHECK(chosen() == by_hand);
    traits.tuning = nullptr;
    traits.subgroup_size = 8;
    CHECK(problems_of(graph, traits).at(0).tunable.chosen == 0);
}

}  // namespace vkgan::test
