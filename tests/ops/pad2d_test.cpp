// pad2d and its adjoint, by hand.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "tests/ops/hand_run.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;
using namespace vkgan::test;
using Numbers = std::vector<double>;

static Numbers padded(Pad mode) {
    const Build build = [=](Graph& g) {
        return op::pad2d(g.input("x", {1, 1, 1, 3}), {.left = 2, .right = 2}, mode);
    };
    return hand_run(build, {{"x", {{1, 1, 1, 3}, {1, 2, 3}}}});
}

static Numbers adjoint(Pad mode) {
    const Build build = [=](Graph& g) {
        return op::pad2d_grad(g.input("dy", {1, 1, 1, 7}), {.left = 2, .right = 2}, mode);
    };
    return hand_run(build, {{"dy", {{1, 1, 1, 7}, {1, 10, 100, 1000, 2, 20, 200}}}});
}

TEST_CASE("pad2d surrounds an image by zeros, its mirror image, its border or its other side") {
    CHECK(padded(Pad::zero) == Numbers{0, 0, 1, 2, 3, 0, 0});
    CHECK(padded(Pad::reflect) == Numbers{3, 2, 1, 2, 3, 2, 1});
    CHECK(padded(Pad::replicate) == Numbers{1, 1, 1, 2, 3, 3, 3});
    CHECK(padded(Pad::circular) == Numbers{2, 3, 1, 2, 3, 1, 2});
}

TEST_CASE("pad2d_grad sums what every pixel was shown as") {
    CHECK(adjoint(Pad::zero) == Numbers{100, 1000, 2});
    CHECK(adjoint(Pad::reflect) == Numbers{300, 1030, 3});
    CHECK(adjoint(Pad::replicate) == Numbers{111, 1000, 222});
    CHECK(adjoint(Pad::circular) == Numbers{120, 1201, 12});
}

TEST_CASE("pad2d crops with negative zero padding only") {
    const auto crop = [](Pad mode) {
        return [=](Graph& g) {
            return op::pad2d(g.input("x", {1, 1, 1, 3}), {.left = -1, .right = -1}, mode);
        };
    };
    CHECK(hand_run(crop(Pad::zero), {{"x", {{1, 1, 1, 3}, {1, 2, 3}}}}) == Numbers{2});
    CHECK(build_error(crop(Pad::reflect)) != "");
}

TEST_CASE("pad2d reflects less than the image's extent") {
    const std::string error = build_error([](Graph& g) {
        return op::pad2d(g.input("x", {1, 1, 1, 3}), {.left = 3}, Pad::reflect);
    });
    CHECK(error == "pad2d: padding 3 of an extent of 3 must be within 0 to 2 in this mode");
}
