// resample2d and its adjoint, by hand: one row of pixels.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

static Numbers scaled(Numbers row, int64_t width, Resample mode, bool align = false) {
    const Shape shape{1, 1, 1, static_cast<int64_t>(row.size())};
    const Build build = [&](Graph& g) { return op::resample2d(g.input("x", shape), 1, width, mode, align); };
    return hand_run(build, {{"x", {shape, row}}});
}

TEST_CASE("nearest takes the pixel at the floor of the scaled position") {
    CHECK(scaled({1, 2}, 4, Resample::nearest) == Numbers{1, 1, 2, 2});
    CHECK(scaled({1, 2, 3}, 2, Resample::nearest) == Numbers{1, 2});
}

TEST_CASE("bilinear weighs by the distance of pixel centres, or of corners") {
    CHECK(scaled({1, 2}, 4, Resample::bilinear) == Numbers{1, 1.25, 1.75, 2});
    CHECK(scaled({1, 2}, 3, Resample::bilinear, true) == Numbers{1, 1.5, 2});
    CHECK(scaled({5, 7}, 1, Resample::bilinear, true) == Numbers{5});
}

// At t = 1/2 the weights are -3/32, 19/32, 19/32, -3/32.
TEST_CASE("bicubic overshoots as Keys' kernel with a = -0.75 does") {
    CHECK(scaled({0, 0, 1, 1}, 2, Resample::bicubic) == Numbers{-0.09375, 1.09375});
}

TEST_CASE("area averages the pixels that are touched") {
    CHECK(scaled({1, 3, 5}, 2, Resample::area) == Numbers{2, 4});
    CHECK(scaled({1, 3, 5, 9}, 2, Resample::area) == Numbers{2, 7});
}

TEST_CASE("resample2d_grad gives each pixel what it gave") {
    const Shape wide{1, 1, 1, 4};
    const Build build = [&](Graph& g) {
        return op::resample2d_grad(g.input("dy", wide), 1, 2, Resample::bilinear, false);
    };
    CHECK(hand_run(build, {{"dy", {wide, {1, 10, 100, 1000}}}}) == Numbers{1 + 7.5 + 25, 2.5 + 75 + 1000});
}

TEST_CASE("resample2d refuses sizes that no image has") {
    for (const int64_t width : {int64_t{0}, int64_t{-1}, INT64_MAX})
        CHECK(build_error([&](Graph& g) {
                  return op::resample2d(g.input("x", {1, 1, 2, 2}), 2, width, Resample::area);
              }) != "");
}
