// simplify(): what goes and what must stay.
// SPDX-License-Identifier: MIT
#include "host/graph/graph.hpp"

#include "host/graph/op.hpp"
#include "host/ops/ops.hpp"

#include <doctest/doctest.h>

#include <array>

namespace vkgan {

namespace {

// The ops of a graph's nodes in order: "input neg".
std::string ops(const Graph& g) {
    std::string text;
    for (const Node& node : g.nodes()) text += (text.empty() ? "" : " ") + std::string(node.op->name);
    return text;
}

}  // namespace

TEST_CASE("dead nodes go, outputs and updates stay") {
    Graph g;
    const Value x = g.input("x", {2});
    op::exp(x);
    const int32_t p = g.declare_variable({.name = "p", .group = "", .shape = {2}});
    op::assign(g, p, op::neg(x));
    g.mark_output("y", op::square(x));
    CHECK(ops(simplify(g)) == "input neg assign square");
}

TEST_CASE("neutral operands and double negation go") {
    Graph g;
    const Value x = g.input("x", {2, 3});
    const Value zero = op::constant(g, 0, {2, 3}), one = op::constant(g, 1, {2, 3});
    const Value y =
        op::neg(op::neg(op::pointwise("mul", std::array{op::pointwise("add", std::array{zero, x}), one})));
    g.mark_output("y", op::exp(y));
    CHECK(ops(simplify(g)) == "input exp");
}

TEST_CASE("x times zero stays, for x may be a NaN") {
    Graph g;
    g.mark_output("y", g.input("x", {2}) * op::constant(g, 0, {2}));
    CHECK(ops(simplify(g)) == "input scale");
}

TEST_CASE("constants fold, through broadcasts too") {
    Graph g;
    const Value three = op::broadcast(op::constant(g, 3), {2, 2});
    g.mark_output("y", op::sqrt(op::square(three) + op::constant(g, 7)));
    const Graph simple = simplify(g);
    CHECK(ops(simple) == "constant");
    CHECK(simple.nodes()[0].attributes.floats == std::vector<double>{4});
    CHECK(simple.nodes()[0].shape == Shape{2, 2});
}

TEST_CASE("chains of reshapes and permutes merge") {
    Graph g;
    const Value x = g.input("x", {2, 3, 4});
    const std::array<int, 3> turn{1, 2, 0}, back{2, 0, 1};
    g.mark_output("same", op::exp(op::permute(op::permute(x, turn), back)));
    g.mark_output("flat", op::exp(op::reshape(op::reshape(x, {4, 6}), {24})));
    CHECK(ops(simplify(g)) == "input exp reshape exp");
}

TEST_CASE("reads keep their place between updates") {
    Graph g;
    const int32_t p = g.declare_variable({.name = "p", .group = "", .shape = {2}});
    const Value before = g.read(p);
    op::assign(g, p, before * 2.0);
    g.mark_output("y", before + g.read(p));
    const Graph simple = simplify(g);
    CHECK(ops(simple) == "read scale assign read add");
    CHECK(simple.nodes()[3].version == 1);
}

TEST_CASE("a failed graph stays failed") {
    Graph g;
    g.fail({Code::invalid_argument, "wrong"});
    CHECK(simplify(g).status().error().message == "wrong");
}

}  // namespace vkgan
