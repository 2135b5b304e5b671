// concat, by hand.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

TEST_CASE("concat joins columns row by row") {
    const Build build = [](Graph& g) {
        return op::concat(std::array{g.input("a", {2, 1}), g.input("b", {2, 2})}, 1);
    };
    CHECK(hand_run(build, {{"a", {{2, 1}, {1, 4}}}, {"b", {{2, 2}, {2, 3, 5, 6}}}}) ==
          Numbers{1, 2, 3, 4, 5, 6});
}

TEST_CASE("concat of more parts than one kernel takes keeps their order") {
    const Build build = [](Graph& g) {
        const Value x = g.input("x", {3});
        std::vector<Value> parts;
        for (int i = 0; i < 18; ++i) parts.push_back(op::slice(x, 0, i % 3, 1));
        return op::concat(parts, 0);
    };
    Numbers expected;
    for (int i = 0; i < 18; ++i) expected.push_back(10 + i % 3);
    CHECK(hand_run(build, {{"x", {{3}, {10, 11, 12}}}}) == expected);
}

TEST_CASE("concat names the part that does not fit") {
    const std::string error = build_error([](Graph& g) {
        return op::concat(std::array{g.input("a", {2, 1}), g.input("b", {3, 2})}, 1);
    });
    CHECK(error == "concat: part 1 is [3, 2] but part 0 is [2, 1]; only axis 1 may differ");
}
