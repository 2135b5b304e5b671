// slice and slice_grad, by hand.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

TEST_CASE("slice takes every step-th element from begin") {
    const Build build = [](Graph& g) { return op::slice(g.input("x", {6}), 0, 1, 2, 3); };
    CHECK(hand_run(build, {{"x", {{6}, {0, 1, 2, 3, 4, 5}}}}) == Numbers{1, 4});
}

TEST_CASE("slice_grad puts them back among zeros") {
    const Build build = [](Graph& g) { return op::slice_grad(g.input("dy", {2}), 0, 1, 3, 6); };
    CHECK(hand_run(build, {{"dy", {{2}, {7, 8}}}}) == Numbers{0, 7, 0, 0, 8, 0});
}

TEST_CASE("slice refuses what does not lie within the axis") {
    CHECK(build_error([](Graph& g) { return op::slice(g.input("x", {6}), 0, 4, 3); }) ==
          "slice: 3 elements from 4 in steps of 1 do not lie within an extent of 6");
    CHECK(build_error([](Graph& g) { return op::slice(g.input("x", {6}), 1, 0, 1); }) != "");
    CHECK(build_error([](Graph& g) { return op::slice(g.input("x", {6}), 0, -1, 1); }) != "");
    CHECK(build_error([](Graph& g) { return op::slice(g.input("x", {6}), 0, 0, 2, INT64_MAX); }) != "");
    CHECK(build_error([](Graph& g) { return op::slice_grad(g.input("x", {6}), 0, 1, 1, 6); }) != "");
}
