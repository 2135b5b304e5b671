// differentiate(): hand-checked gradients, twice over, and what it leaves out.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"

#include "host/graph/op.hpp"
#include "host/ops/ops.hpp"
#include "host/reference/interpreter.hpp"

#include <doctest/doctest.h>

#include <array>

namespace vkgan {

namespace {

std::vector<double> run(const Graph& g, const std::vector<double>& x) {
    DoubleTensorMap inputs{{"x", {{int64_t(x.size())}, x}}}, variables;
    const auto result = run_reference(g, inputs, variables);
    REQUIRE_MESSAGE(result.ok(), result.error().message);
    return result->outputs.at("y").values;
}

}  // namespace

TEST_CASE("x^3 by products has gradient 3 x^2 and second gradient 6 x") {
    Graph g;
    const Value x = g.input("x", {3});
    const Value first = differentiate(x * x * x, std::array{x})[0];
    g.mark_output("y", first);
    CHECK(run(g, {1, 2, -3}) == std::vector<double>{3, 12, 27});
    Graph h;
    const Value z = h.input("x", {3});
    const Value once = differentiate(z * z * z, std::array{z})[0];
    h.mark_output("y", differentiate(once, std::array{z})[0]);
    CHECK(run(h, {1, 2, -3}) == std::vector<double>{6, 12, -18});
}

TEST_CASE("a seed is contracted with the result's gradient") {
    Graph g;
    const Value x = g.input("x", {3});
    const Value seed = op::constant(g, 5, {3});
    g.mark_output("y", differentiate(op::square(x), std::array{x}, seed)[0]);
    CHECK(run(g, {1, 2, 3}) == std::vector<double>{10, 20, 30});
}

TEST_CASE("relu, leaky relu and maxima have PyTorch's gradients at their kinks") {
    const auto gradient = [](auto f) {
        Graph g;
        const Value x = g.input("x", {3});
        g.mark_output("y", differentiate(f(x), std::array{x})[0]);
        return run(g, {-1, 0, 2});
    };
    CHECK(gradient([](Value x) { return op::relu(x); }) == std::vector<double>{0, 0, 1});
    CHECK(gradient([](Value x) { return op::leaky_relu(x, 0.25); }) == std::vector<double>{0.25, 0.25, 1});
    CHECK(gradient([](Value x) { return op::abs(x); }) == std::vector<double>{-1, 0, 1});
    CHECK(gradient([](Value x) { return op::clamp(x, -1, 1); }) == std::vector<double>{1, 1, 0});
    CHECK(gradient([](Value x) { return op::maximum(x, op::constant(*x.graph, 0, {3})); }) ==
          std::vector<double>{0, 0.5, 1});
}

TEST_CASE("equal maxima share the gradient") {
    Graph g;
    const Value x = g.input("x", {4});
    g.mark_output("y", differentiate(op::reduce_max(x, std::array{0}), std::array{x})[0]);
    CHECK(run(g, {3, 1, 3, 2}) == std::vector<double>{0.5, 0, 0.5, 0});
}

TEST_CASE("what the target does not depend on gets an explicit zero") {
    Graph g;
    const Value x = g.input("x", {3}), other = g.input("other", {2, 2});
    const std::vector<Value> gradients = differentiate(op::square(x), std::array{other, x});
    CHECK(g.node(gradients[0]).op->name == "constant");
    CHECK(gradients[0].shape() == Shape{2, 2});
    const Value later = g.input("later", {5});
    CHECK(differentiate(x, std::array{later})[0].shape() == Shape{5});
}

TEST_CASE("only nodes between wrt and target are differentiated") {
    Graph g;
    const Value x = g.input("x", {1, 3, 8, 8}), w = g.input("w", {4, 3, 3, 3});
    differentiate(op::conv2d(x, w), std::array{w});
    for (const Node& node : g.nodes()) CHECK(node.op->name != "conv2d_grad_input");
}

TEST_CASE("an intermediate value and its source both get gradients") {
    Graph g;
    const Value x = g.input("x", {3});
    const Value middle = op::square(x);
    const std::vector<Value> gradients = differentiate(op::square(middle), std::array{middle, x});
    g.mark_output("y", gradients[0] + gradients[1]);  // 2 x^2 + 4 x^3
    CHECK(run(g, {1, 2, -1}) == std::vector<double>{6, 40, -2});
}

TEST_CASE("a target that is its own wrt has gradient one") {
    Graph g;
    const Value x = g.input("x", {3});
    g.mark_output("y", differentiate(x, std::array{x})[0]);
    CHECK(run(g, {7, 8, 9}) == std::vector<double>{1, 1, 1});
}

TEST_CASE("a poisoned graph gives poison") {
    Graph g;
    const Value x = g.input("x", {3});
    const Value bad = x + g.input("y", {2});
    CHECK(differentiate(bad, std::array{x})[0].index == -1);
    Graph h;
    const Value z = h.input("z", {3});
    CHECK(differentiate(z, std::array{z}, h.input("seed", {2}))[0].index == -1);
    CHECK(h.status().error().message == "differentiate: seed has shape [2] but the target [3]");
}

}  // namespace vkgan
