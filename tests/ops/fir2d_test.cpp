// fir2d, by hand: one row of pixels.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

static Numbers filtered(Numbers row, Numbers taps, int up, int down, op::Padding padding) {
    const Shape shape{1, 1, 1, static_cast<int64_t>(row.size())};
    const Build build = [&](Graph& g) { return op::fir2d(g.input("x", shape), taps, up, down, padding); };
    return hand_run(build, {{"x", {shape, row}}});
}

TEST_CASE("fir2d convolves, so an impulse gives the taps in their order") {
    CHECK(filtered({0, 0, 1, 0, 0}, {2, 1, 4}, 1, 1, {.top = 1, .bottom = 1, .left = 0, .right = 0}) ==
          Numbers{2, 1, 4});
}

TEST_CASE("fir2d upsamples between zeros and keeps every down-th") {
    CHECK(filtered({3, 5}, {1}, 2, 1, {.bottom = -1}) == Numbers{3, 0, 5, 0});
    CHECK(filtered({1, 2, 3, 4, 5}, {1}, 1, 2, {}) == Numbers{1, 3, 5});
    CHECK(filtered({1, 2, 3, 4, 5}, {1}, 1, 2, {.left = -1}) == Numbers{2, 4});
}

TEST_CASE("fir2d refuses to filter fewer elements than taps, and factors below one") {
    const auto error = [](Numbers taps, int up, int down) {
        return build_error([&](Graph& g) {
            return op::fir2d(g.input("x", {1, 1, 2, 2}), taps, up, down, {});
        });
    };
    CHECK(error({1, 2, 1}, 1, 1) == "fir2d: 3 taps on 2 padded elements");
    CHECK(error({1}, 0, 1) != "");
    CHECK(error({1}, 1, -1) != "");
    CHECK(error({}, 1, 1) != "");
}
