// shift2d and floor, by hand.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"
#include "tests/support/run_graph.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

namespace {

Value shifted(Graph& g) { return op::shift2d(g.input("x", {2, 1, 2, 3}), g.input("by", {2, 2})); }

const DoubleTensor images{{2, 1, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}};

}  // namespace

TEST_CASE("shift2d moves each image down and right by its own offsets, and zeros come in") {
    CHECK(hand_run(shifted, {{"x", images}, {"by", {{2, 2}, {1, 0, 0, -1}}}}) ==
          Numbers{0, 0, 0, 1, 2, 3, 8, 9, 0, 11, 12, 0});
    CHECK(hand_run(shifted, {{"x", images}, {"by", {{2, 2}, {-1, 2, 0, 3}}}}) ==
          Numbers{0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0});
}

TEST_CASE("shift2d takes the nearest whole offset") {
    CHECK(hand_run(shifted, {{"x", images}, {"by", {{2, 2}, {0.6, 0.4, -0.4, -0.6}}}}) ==
          Numbers{0, 0, 0, 1, 2, 3, 8, 9, 0, 11, 12, 0});
}

TEST_CASE("the gradient of shift2d moves back, and offsets get none") {
    const Build gradient = [](Graph& g) {
        const Value x = g.input("x", {1, 1, 1, 3}), by = g.input("by", {1, 2});
        const Value loss = op::sum_all(op::shift2d(x, by) * g.input("w", {1, 1, 1, 3}));
        const std::array wrt{x, by};
        const std::vector<Value> both = differentiate(loss, wrt);
        return op::concat(std::array{op::reshape(both[0], {3}), op::reshape(both[1], {2})}, 0);
    };
    CHECK(hand_run(gradient, {{"x", {{1, 1, 1, 3}, {1, 2, 3}}},
                              {"by", {{1, 2}, {0, 1.2}}},
                              {"w", {{1, 1, 1, 3}, {10, 20, 30}}}}) == Numbers{20, 30, 0, 0, 0});
}

TEST_CASE("offsets that no integer holds move everything out of sight, on a device as well") {
    Graph graph;
    graph.mark_output("y", op::shift2d(graph.input("x", {3, 5, 2, 2}), graph.input("by", {3, 2})));
    TensorMap variables;
    Tensor by(Shape{3, 2});
    by.values = {1e30f, 0, 0, -1e30f, 0, 0};
    const auto outputs =
        run_on_device(test_device(), graph, {{"x", Tensor(Shape{3, 5, 2, 2}, 4)}, {"by", by}}, variables);
    REQUIRE_MESSAGE(outputs.ok(), (outputs.ok() ? "" : outputs.error().message));
    const std::vector<float>& y = outputs->at("y").values;
    for (size_t i = 0; i < y.size(); ++i) CHECK(y[i] == (i < 40 ? 0.0f : 4.0f));
}

TEST_CASE("shift2d wants two offsets an image") {
    CHECK(build_error([](Graph& g) {
              return op::shift2d(g.input("x", {2, 1, 2, 3}), g.input("by", {2, 3}));
          }) == "shift2d: offsets are [2, 3] but must be [2, 2], down and right");
}

TEST_CASE("floor goes down, also below zero") {
    CHECK(hand_run([](Graph& g) { return op::floor(g.input("x", {5})); },
                   {{"x", {{5}, {1.9, -0.1, -2, 3, 0.5}}}}) == Numbers{1, -1, -2, 3, 0});
}
