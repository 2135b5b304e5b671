// permute, by hand.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

TEST_CASE("permute with two axes transposes") {
    const std::array axes{1, 0};
    const Build build = [&](Graph& g) { return op::permute(g.input("x", {2, 3}), axes); };
    CHECK(hand_run(build, {{"x", {{2, 3}, {1, 2, 3, 4, 5, 6}}}}) == Numbers{1, 4, 2, 5, 3, 6});
}

TEST_CASE("permute refuses axes that are repeated, out of range or too few") {
    for (const std::vector<int>& axes :
         {std::vector{0, 0}, std::vector{0, 2}, std::vector{-1, 0}, std::vector{0}})
        CHECK(build_error([&](Graph& g) { return op::permute(g.input("x", {2, 3}), axes); }) != "");
}
