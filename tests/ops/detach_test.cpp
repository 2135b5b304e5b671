// detach: the value passes, the gradient does not.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

TEST_CASE("detach is a constant to gradients: d(x detach(x)) / dx is x, not 2 x") {
    const Build value = [](Graph& g) {
        const Value x = g.input("x", {3});
        return x * op::detach(x);
    };
    const Build gradient = [](Graph& g) {
        const Value x = g.input("x", {3});
        return differentiate(op::sum_all(x * op::detach(x)), std::array{x})[0];
    };
    CHECK(hand_run(value, {{"x", {{3}, {1, -2, 3}}}}) == Numbers{1, 4, 9});
    CHECK(hand_run(gradient, {{"x", {{3}, {1, -2, 3}}}}) == Numbers{1, -2, 3});
}
