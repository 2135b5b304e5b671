// gather and scatter_add, by hand.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

TEST_CASE("gather reads rows by index, and zeros past the table") {
    const Build build = [](Graph& g) {
        return op::gather(g.input("t", {2, 2}), g.input("i", {3}, DType::i32));
    };
    CHECK(hand_run(build, {{"t", {{2, 2}, {1, 2, 3, 4}}}, {"i", {{3}, {1, 0, 2}}}}) ==
          Numbers{3, 4, 1, 2, 0, 0});
}

TEST_CASE("scatter_add sums the rows that share an index") {
    const Build build = [](Graph& g) {
        return op::scatter_add(g.input("r", {3, 1}), g.input("i", {3}, DType::i32), 3);
    };
    CHECK(hand_run(build, {{"r", {{3, 1}, {1, 10, 100}}}, {"i", {{3}, {2, 0, 2}}}}) == Numbers{10, 0, 101});
}

TEST_CASE("gather wants an index of integers") {
    CHECK(build_error([](Graph& g) {
              return op::gather(g.input("t", {2, 2}), g.input("i", {3}));
          }) == "gather: the index is f32 but must be i32");
}
