// The canvas: covered areas are those of geometry.
// SPDX-License-Identifier: MIT
#include "host/data/canvas.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <numeric>

using namespace vkgan;

namespace {

constexpr int side = 64;

template <class Draw>
double covered(Draw draw) {
    std::vector<float> plane(side * side);
    Canvas canvas(side, plane);
    canvas.fill({0, 0, 0}, {0, 0, 0});
    draw(canvas);
    return (std::accumulate(plane.begin(), plane.end(), 0.0) + side * side) / 2 / (side * side);
}

}  // namespace

TEST_CASE("discs, strokes and arcs cover what they should") {
    using std::numbers::pi;
    constexpr Colour white{1, 1, 1};
    // Smoothing over a pixel is odd about a straight edge, so areas are right up to the edge's curvature.
    const double ellipse = covered([&](Canvas& canvas) {
        canvas.paint(Ellipse{{0.5f, 0.45f}, 0.3f, 0.2f}, white);
    });
    CHECK(ellipse == doctest::Approx(pi * 0.3 * 0.2).epsilon(0.005));
    const double stroke = covered([&](Canvas& canvas) {
        canvas.stroke(Polyline{{0.2f, 0.3f}, {0.7f, 0.6f}}, 0.05f, white);
    });
    CHECK(stroke == doctest::Approx(2 * 0.05 * std::hypot(0.5, 0.3) + pi * 0.05 * 0.05).epsilon(0.01));
    Polyline circle;
    add_arc(circle, {{0.5f, 0.5f}, 0.3f, 0.3f}, 0, 360);
    const double ring = covered([&](Canvas& canvas) { canvas.stroke(circle, 0.04f, white); });
    CHECK(ring == doctest::Approx(2 * pi * 0.3 * 0.08).epsilon(0.01));
    const double twice = covered([&](Canvas& canvas) {
        canvas.stroke(std::vector<Polyline>{circle, circle}, 0.04f, white);
    });
    CHECK(twice == doctest::Approx(ring));
}

TEST_CASE("what lies outside of the canvas is left out") {
    constexpr Colour white{1, 1, 1};
    CHECK(covered([&](Canvas& canvas) { canvas.paint(Ellipse{{5, -3}, 0.3f, 0.2f}, white); }) == 0);
    CHECK(covered([&](Canvas& canvas) { canvas.stroke(Polyline{{-9, -9}, {-8, 30}}, 0.1f, white); }) == 0);
    CHECK(covered([&](Canvas& canvas) { canvas.paint(Ellipse{{0, 0}, 9, 9}, white); }) == 1);
}
