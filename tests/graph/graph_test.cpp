// Building graphs: golden dump, common subexpressions, versions, poison.
// SPDX-License-Identifier: MIT
#include "host/graph/graph.hpp"

#include "host/graph/op.hpp"
#include "host/ops/ops.hpp"

#include <doctest/doctest.h>

namespace vkgan {

TEST_CASE("dump prints one line a node") {
    Graph g;
    const int32_t w =
        g.declare_variable({.name = "D.main.0.weight", .group = "D.parameters", .shape = {64, 3, 4, 4}});
    const Value real = g.input("real", {32, 3, 64, 64});
    const Value y = op::conv2d(real, g.read(w), {.stride = 2, .pad = 1});
    g.mark_output("mean", op::mean_all(op::leaky_relu(y, 0.2)));
    CHECK(g.dump() == R"(variable "D.main.0.weight" in "D.parameters" : f32 [64, 3, 4, 4]
%0 = input "real" : f32 [32, 3, 64, 64]
%1 = read "D.main.0.weight" : f32 [64, 3, 4, 4]
%2 = conv2d(%0, %1) {stride 2, pad 1, dilation 1, groups 1} : f32 [32, 64, 32, 32]
%3 = leaky_relu(%2) {slope 0.2} : f32 [32, 64, 32, 32]
%4 = reduce_sum(%3) {axes [0, 1, 2, 3]} : f32 [1, 1, 1, 1]
%5 = reshape(%4) {extents []} : f32 []
%6 = scale(%5) {factor 4.76837158203125e-07} : f32 []
output "mean" = %6
)");
}

TEST_CASE("equal computations are one node") {
    Graph g;
    const Value x = g.input("x", {3}), y = g.input("y", {3});
    CHECK(op::add(x, y) == op::add(x, y));
    CHECK(op::scale(x, 2) == op::scale(x, 2));
    CHECK(op::scale(x, 2) != op::scale(x, 3));
    CHECK(op::sub(x, y) != op::sub(y, x));
    CHECK(g.input("x", {3}) == x);
}

TEST_CASE("a read after an update is another node with the next version") {
    Graph g;
    const int32_t p = g.declare_variable({.name = "p", .group = "", .shape = {2}});
    const Value before = g.read(p);
    CHECK(g.read(p) == before);
    op::assign(g, p, before * 2.0);
    const Value after = g.read(p);
    CHECK(after != before);
    CHECK(g.node(before).version == 0);
    CHECK(g.node(after).version == 1);
    CHECK(op::square(before) != op::square(after));
}

TEST_CASE("equal updates are never merged") {
    Graph g;
    const int32_t p = g.declare_variable({.name = "p", .group = "", .shape = {2}});
    const Value x = g.input("x", {2});
    CHECK(op::assign(g, p, x) != op::assign(g, p, x));
}

TEST_CASE("the first mistake is kept and everything built on it is poison") {
    Graph g;
    const Value x = g.input("x", {2, 3}), y = g.input("y", {4});
    const Value bad = x + y;
    CHECK(bad.index == -1);
    CHECK(g.status().error().message == "add: operand shapes [2, 3] and [4] do not broadcast");
    const size_t nodes = g.nodes().size();
    CHECK(op::tanh(op::conv2d(bad, x)).index == -1);
    CHECK(op::mean_all(bad).index == -1);
    CHECK(g.nodes().size() == nodes);
    CHECK(g.status().error().message == "add: operand shapes [2, 3] and [4] do not broadcast");
}

TEST_CASE("an input or variable declared twice must be the same") {
    Graph g;
    g.input("x", {2});
    g.input("x", {3});
    CHECK(g.status().error().message == "input x: declared as [2] before and as [3] now");
    Graph h;
    const Variable p{.name = "p", .group = "G", .shape = {2}};
    CHECK(h.declare_variable(p) == h.declare_variable(p));
    h.declare_variable({.name = "p", .group = "G", .shape = {5}});
    CHECK(h.status().error().message ==
          "variable p: declared as [2] in group \"G\" before and as [5] in group \"G\" now");
}

TEST_CASE("values of another graph, extents of zero and monstrous shapes are refused") {
    Graph g, other;
    op::neg(g.input("x", {2}));
    g.add(g.nodes()[1].op[0], std::vector{other.input("x", {2})});
    CHECK(g.status().error().message == "neg: input 0 belongs to another graph or a failed one");
    Graph empty;
    empty.input("x", {2, 0});
    CHECK(empty.status().error().message == "input: extent 0 in shape [2, 0] must be at least 1");
    Graph huge;
    op::broadcast(huge.input("x", {}), {int64_t{1} << 40, int64_t{1} << 40});
    CHECK(!huge.status().ok());
}

TEST_CASE("indices cannot be computed with") {
    Graph g;
    op::exp(g.input("labels", {3}, DType::i32));
    CHECK(g.status().error().message == "exp: input 0 is i32 but must be f32");
}

TEST_CASE("an output's name belongs to one value") {
    Graph g;
    const Value x = g.input("x", {2});
    g.mark_output("y", x);
    g.mark_output("y", x);
    CHECK(g.status().ok());
    g.mark_output("y", op::neg(x));
    CHECK(g.status().error().message == "output y: names node %0 already and cannot name %1 too");
}

}  // namespace vkgan
