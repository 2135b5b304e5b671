// one_hot, by hand.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

TEST_CASE("one_hot marks the class of each row, and nothing for an unknown class") {
    const Build build = [](Graph& g) { return op::one_hot(g.input("i", {3}, DType::i32), 3); };
    CHECK(hand_run(build, {{"i", {{3}, {2, 0, 3}}}}) == Numbers{0, 0, 1, 1, 0, 0, 0, 0, 0});
    CHECK(build_error([](Graph& g) { return op::one_hot(g.input("i", {3}, DType::i32), 0); }) != "");
    CHECK(build_error([](Graph& g) { return op::one_hot(g.input("i", {3}), 3); }) != "");
}
