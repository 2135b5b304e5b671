// reshape keeps row-major order.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

TEST_CASE("reshape keeps the row-major order of elements") {
    const Build build = [](Graph& g) { return op::reshape(g.input("x", {2, 3}), {3, 2}); };
    CHECK(hand_run(build, {{"x", {{2, 3}, {1, 2, 3, 4, 5, 6}}}}) == Numbers{1, 2, 3, 4, 5, 6});
}

TEST_CASE("reshape names both shapes and counts when they do not fit") {
    const std::string error = build_error([](Graph& g) { return op::reshape(g.input("x", {2, 3}), {4, 2}); });
    CHECK(error == "reshape: [2, 3] has 6 elements but [4, 2] has 8");
    CHECK(build_error([](Graph& g) { return op::reshape(g.input("x", {2, 3}), {-2, -3}); }) != "");
}
