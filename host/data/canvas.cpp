// Painting by distance: a pixel is covered by one half minus its distance in pixels.
// SPDX-License-Identifier: MIT
#include "host/data/canvas.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace vkgan {

// Not exact (that needs a quartic), but right to first order at the edge.
float Ellipse::distance(Point p) const {
    const float x = (p.x - centre.x) / rx, y = (p.y - centre.y) / ry;
    const float radius = std::sqrt(x * x + y * y);
    const float slope = std::sqrt(x * x / (rx * rx) + y * y / (ry * ry));
    return slope == 0 ? -std::min(rx, ry) : radius * (radius - 1) / slope;
}

void add_arc(Polyline& line, const Ellipse& ellipse, float from, float to) {
    constexpr float step = 12;
    const int pieces = std::max(1, static_cast<int>(std::ceil(std::abs(to - from) / step)));
    for (int i = 0; i <= pieces; ++i) {
        const float degrees = from + (to - from) * static_cast<float>(i) / static_cast<float>(pieces);
        const float angle = degrees * std::numbers::pi_v<float> / 180;
        line.push_back({ellipse.centre.x + ellipse.rx * std::cos(angle),
                        ellipse.centre.y + ellipse.ry * std::sin(angle)});
    }
}

Canvas::Canvas(int side, std::span<float> planes)
    : side_(side),
      channels_(planes.size() / (static_cast<size_t>(side) * static_cast<size_t>(side))),
      planes_(planes) {
    assert(channels_ == 1 || channels_ == 3);
}

Point Canvas::centre_of(int column, int row) const {
    const auto side = static_cast<float>(side_);
    return {(static_cast<float>(column) + 0.5f) / side, (static_cast<float>(row) + 0.5f) / side};
}

// A pixel more on each side, which the edge's smoothing reaches.
Canvas::Pixels Canvas::pixels_of(const Box& box) const {
    const auto side = static_cast<float>(side_);
    const auto first = [&](float at) {
        return static_cast<int>(std::clamp(std::floor(at * side) - 1, 0.0f, side));
    };
    const auto past = [&](float at) {
        return static_cast<int>(std::clamp(std::ceil(at * side) + 1, 0.0f, side));
    };
    return {first(box.low.x), past(box.high.x), first(box.low.y), past(box.high.y)};
}

void Canvas::fill(const Colour& top, const Colour& bottom) {
    const auto side = static_cast<size_t>(side_);
    for (size_t c = 0; c < channels_; ++c)
        for (size_t row = 0; row < side; ++row) {
            const float share = (static_cast<float>(row) + 0.5f) / static_cast<float>(side_);
            const float level = top[c] + (bottom[c] - top[c]) * share;
            std::fill_n(planes_.begin() + static_cast<ptrdiff_t>((c * side + row) * side), side,
                        level * 2 - 1);
        }
}

void Canvas::blend(int column, int row, const Colour& colour, float distance) {
    const float cover = std::clamp(0.5f - distance * static_cast<float>(side_), 0.0f, 1.0f);
    if (cover == 0) return;
    const auto side = static_cast<size_t>(side_);
    const size_t pixel = static_cast<size_t>(row) * side + static_cast<size_t>(column);
    for (size_t c = 0; c < channels_; ++c) {
        float& value = planes_[c * side * side + pixel];
        value += cover * (colour[c] * 2 - 1 - value);
    }
}

void Canvas::paint(const Box& box, const Colour& colour, const Distance& distance) {
    const Pixels pixels = pixels_of(box);
    for (int row = pixels.top; row < pixels.bottom; ++row)
        for (int column = pixels.left; column < pixels.right; ++column)
            blend(column, row, colour, distance(centre_of(column, row)));
}

void Canvas::paint(const Ellipse& ellipse, const Colour& colour) {
    paint(ellipse.box(), colour, [&](Point p) { return ellipse.distance(p); });
}

void Canvas::lower_distances(Point a, Point b, float reach) {
    const auto [left, right] = std::minmax(a.x, b.x);
    const auto [top, bottom] = std::minmax(a.y, b.y);
    const Pixels pixels = pixels_of({{left - reach, top - reach}, {right + reach, bottom + reach}});
    const float dx = b.x - a.x, dy = b.y - a.y, length_squared = dx * dx + dy * dy;
    for (int row = pixels.top; row < pixels.bottom; ++row)
        for (int column = pixels.left; column < pixels.right; ++column) {
            const Point p = centre_of(column, row);
            const float x = p.x - a.x, y = p.y - a.y;
            const float along =
                length_squared == 0 ? 0 : std::clamp((x * dx + y * dy) / length_squared, 0.0f, 1.0f);
            float& least = distances_[static_cast<size_t>(row * side_ + column)];
            least = std::min(least, std::hypot(x - along * dx, y - along * dy));
        }
}

void Canvas::stroke(std::span<const Polyline> lines, float half_width, const Colour& colour) {
    constexpr float far = 1e6f;
    distances_.assign(static_cast<size_t>(side_) * static_cast<size_t>(side_), far);
    for (const Polyline& line : lines)
        for (size_t i = 0; i + 1 < line.size(); ++i) lower_distances(line[i], line[i + 1], half_width);
    for (int row = 0; row < side_; ++row)
        for (int column = 0; column < side_; ++column) {
            const float distance = distances_[static_cast<size_t>(row * side_ + column)];
            if (distance < far) blend(column, row, colour, distance - half_width);
        }
}

}  // namespace vkgan
