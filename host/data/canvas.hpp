// Canvas: shapes painted one over the other, anti-aliased by their distance functions.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

namespace vkgan {

// The unit square: x to the right, y down.
struct Point {
    float x = 0, y = 0;
};
struct Box {
    Point low, high;
};
using Polyline = std::vector<Point>;
using Colour = std::array<float, 3>;  // red, green, blue in [0, 1]; grey canvases take the first

// Negative within a shape; about the distance to its edge near there.
using Distance = std::function<float(Point)>;

struct Ellipse {
    Point centre;
    float rx = 0, ry = 0;
    float distance(Point p) const;
    Box box() const { return {{centre.x - rx, centre.y - ry}, {centre.x + rx, centre.y + ry}}; }
};

// Appends an arc of an ellipse: degrees, 0 to the right and 90 down.
void add_arc(Polyline& line, const Ellipse& ellipse, float from, float to);

class Canvas {
public:
    // `planes` is [channels, side, side] and outlives the canvas; values in [-1, 1] are written to it.
    Canvas(int side, std::span<float> planes);

    void fill(const Colour& top, const Colour& bottom);
    // Paints what lies inside; nothing outside of `box` is touched.
    void paint(const Box& box, const Colour& colour, const Distance& distance);
    void paint(const Ellipse& ellipse, const Colour& colour);
    // Round ends and joints. Lines that cross are one shape.
    void stroke(std::span<const Polyline> lines, float half_width, const Colour& colour);
    void stroke(const Polyline& line, float half_width, const Colour& colour) {
        stroke(std::span(&line, 1), half_width, colour);
    }

private:
    struct Pixels {  // a range of rows and columns: first and one past the last
        int left, right, top, bottom;
    };
    Pixels pixels_of(const Box& box) const;
    Point centre_of(int column, int row) const;
    void blend(int column, int row, const Colour& colour, float distance);
    void lower_distances(Point a, Point b, float reach);

    int side_;
    size_t channels_;
    std::span<float> planes_;
    std::vector<float> distances_;  // of the stroke that is being painted
};

}  // namespace vkgan
