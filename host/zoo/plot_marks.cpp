// Marks of plots as SVG.
// SPDX-License-Identifier: MIT
#include "host/zoo/plot_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace vkgan::plot {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
// Far outside of any picture; renderers compute in floats.
constexpr double farthest = 20000;

bool drawable(double x, double y) {
    return std::isfinite(x) && std::isfinite(y) && std::abs(x) < farthest && std::abs(y) < farthest;
}

double clamped(double pixel) {
    return !std::isfinite(pixel) ? nan : std::clamp(pixel, -farthest / 2, farthest / 2);
}

std::string dashes(Stroke stroke, double size) {
    if (stroke == Stroke::solid) return "";
    if (stroke == Stroke::dashed) return R"( stroke-dasharray="8 5")";
    return fmt::format(R"( stroke-dasharray="0.1 {:.1f}" stroke-linecap="round")", 2.4 * size);
}

std::string line_style(const Mark& mark) {
    return fmt::format(R"(fill="none" stroke="{}" stroke-width="{:.1f}" stroke-opacity="{:.2f}"{})",
                       hex_of(mark.colour), mark.size, mark.opacity, dashes(mark.stroke, mark.size));
}

std::string draw_line(const Mark& mark, const Frame& frame) {
    std::string path;
    bool down = false;
    for (size_t i = 0; i < std::min(mark.x.size(), mark.y.size()); ++i) {
        const double x = clamped(frame.px(mark.x[i])), y = clamped(frame.py(mark.y[i]));
        if (drawable(x, y)) path += fmt::format("{}{:.1f} {:.1f}", down ? " L" : " M", x, y);
        down = drawable(x, y);
    }
    if (path.empty()) return "";
    return fmt::format("<path d=\"{}\" {}/>\n", path.substr(1), line_style(mark));
}

std::string rectangle(const Frame& frame, const std::array<double, 4>& sides, std::string_view style) {
    const double left = clamped(frame.px(sides[0])), right = clamped(frame.px(sides[1]));
    const double low = clamped(frame.py(sides[2])), high = clamped(frame.py(sides[3]));
    if (!drawable(left, low) || !drawable(right, high)) return "";
    return fmt::format(R"(<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" {}/>)",
                       std::min(left, right), std::min(low, high), std::abs(right - left),
                       std::abs(high - low), style) +
           "\n";
}

double floor_of(const Frame& frame) {
    return frame.y.logarithmic ? frame.y.low : std::clamp(0.0, frame.y.low, frame.y.high);
}

std::string draw_area(const Mark& mark, const Frame& frame) {
    std::string path;
    const double base = clamped(frame.py(floor_of(frame)));
    for (size_t i = 0; i + 1 < mark.x.size() && i < mark.y.size(); ++i) {
        const double left = clamped(frame.px(mark.x[i])), right = clamped(frame.px(mark.x[i + 1]));
        const double y = clamped(frame.py(mark.y[i]));
        if (!drawable(left, y) || !drawable(right, base)) continue;
        path += fmt::format("M{:.1f} {:.1f} V{:.1f} H{:.1f} V{:.1f} Z ", left, base, y, right, base);
    }
    if (path.empty()) return "";
    return fmt::format("<path d=\"{}\" fill=\"{}\" fill-opacity=\"{:.2f}\"/>\n", path, hex_of(mark.colour),
                       mark.opacity);
}

std::string draw_bars(const Mark& mark, const Frame& frame) {
    std::string text;
    const std::string style =
        fmt::format(R"(fill="{}" fill-opacity="{:.2f}")", hex_of(mark.colour), mark.opacity);
    for (size_t i = 0; i < std::min(mark.x.size(), mark.y.size()); ++i)
        text += rectangle(
            frame, {mark.x[i] - mark.width / 2, mark.x[i] + mark.width / 2, floor_of(frame), mark.y[i]},
            style);
    return text;
}

std::string draw_points(const Mark& mark, const Frame& frame) {
    std::string text =
        fmt::format("<g fill=\"{}\" fill-opacity=\"{:.2f}\">\n", hex_of(mark.colour), mark.opacity);
    for (size_t i = 0; i < std::min(mark.x.size(), mark.y.size()); ++i) {
        const double x = frame.px(mark.x[i]), y = frame.py(mark.y[i]);
        if (drawable(x, y))
            text += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"/>\n", x, y, mark.size);
    }
    return text + "</g>\n";
}

std::string draw_arrows(const Mark& mark, const Frame& frame) {
    std::string path;
    for (size_t i = 0; i < std::min(mark.x.size(), mark.x2.size()); ++i) {
        const double x = frame.px(mark.x[i]), y = frame.py(mark.y[i]);
        const double tip_x = clamped(frame.px(mark.x2[i])), tip_y = clamped(frame.py(mark.y2[i]));
        const double length = std::hypot(tip_x - x, tip_y - y);
        if (!drawable(x, y) || !drawable(tip_x, tip_y) || length == 0) continue;
        const double u = (tip_x - x) / length, v = (tip_y - y) / length, head = std::min(6.0, length / 2);
        path += fmt::format("M{:.1f} {:.1f} L{:.1f} {:.1f} ", x, y, tip_x, tip_y);
        path += fmt::format("M{:.1f} {:.1f} L{:.1f} {:.1f} L{:.1f} {:.1f} ", tip_x - head * (u + v / 2),
                            tip_y - head * (v - u / 2), tip_x, tip_y, tip_x - head * (u - v / 2),
                            tip_y - head * (v + u / 2));
    }
    return path.empty() ? "" : fmt::format("<path d=\"{}\" {}/>\n", path, line_style(mark));
}

// White to deep blue, evenly darker.
std::string heat_colour(double share) {
    constexpr std::array<std::array<double, 3>, 4> anchors{
        {{247, 251, 255}, {158, 202, 225}, {49, 130, 189}, {8, 48, 107}}};
    const double place = std::clamp(share, 0.0, 1.0) * 3;
    const size_t lower = std::min<size_t>(2, size_t(place));
    std::array<int, 3> rgb{};
    for (size_t c = 0; c < 3; ++c)
        rgb[c] = int(std::lround(std::lerp(anchors[lower][c], anchors[lower + 1][c], place - double(lower))));
    return fmt::format("#{:02x}{:02x}{:02x}", rgb[0], rgb[1], rgb[2]);
}

std::string draw_heat(const Mark& mark, const Frame& frame) {
    if (mark.columns < 1 || mark.x.size() != 4 || mark.y.empty()) return "";
    double low = nan, high = nan;
    for (const double value : mark.y) {
        if (!std::isfinite(value)) continue;
        low = std::isnan(low) ? value : std::min(low, value);
        high = std::isnan(high) ? value : std::max(high, value);
    }
    const size_t columns = size_t(mark.columns), rows = mark.y.size() / columns;
    const double wide = (mark.x[1] - mark.x[0]) / double(columns),
                 tall = (mark.x[3] - mark.x[2]) / double(rows);
    std::string text = "<g shape-rendering=\"crispEdges\">\n";
    for (size_t i = 0; i < rows * columns; ++i) {
        if (!std::isfinite(mark.y[i])) continue;
        const double left = mark.x[0] + wide * double(i % columns),
                     bottom = mark.x[2] + tall * double(i / columns);
        const double share = high > low ? (mark.y[i] - low) / (high - low) : 0;
        text += rectangle(frame, {left, left + wide, bottom, bottom + tall},
                          fmt::format("fill=\"{}\"", heat_colour(share)));
    }
    return text + "</g>\n";
}

struct Extent {
    double low = nan, high = nan;
    bool positive;  // only such count

    void add(double value) {
        if (!std::isfinite(value) || (positive && value <= 0)) return;
        low = std::isnan(low) ? value : std::min(low, value);
        high = std::isnan(high) ? value : std::max(high, value);
    }
    void add(const std::vector<double>& values) {
        for (const double value : values) add(value);
    }
};

Range range_of(const Axis& axis, Extent extent, double margin) {
    if (std::isnan(extent.low))
        extent.low = axis.logarithmic ? 1 : 0, extent.high = axis.logarithmic ? 10 : 1;
    if (axis.logarithmic) {
        extent.low = std::pow(10, std::floor(std::log10(extent.low)));
        extent.high = std::pow(10, std::ceil(std::log10(extent.high)));
    }
    double space = axis.logarithmic ? 0 : margin * (extent.high - extent.low);
    if (extent.high <= extent.low) space = std::abs(extent.low) * 0.5 + 0.5;
    Range range{extent.low == 0 ? 0 : extent.low - space, extent.high + space, axis.logarithmic};
    if (axis.logarithmic && extent.high <= extent.low)
        range.low = extent.low / 10, range.high = extent.low * 10;
    if (std::isfinite(axis.low)) range.low = axis.low;
    if (std::isfinite(axis.high)) range.high = axis.high;
    return range;
}

}  // namespace

const char* hex_of(Colour colour) {
    constexpr std::array<const char*, 10> hex{"#0072b2", "#d55e00", "#009e73", "#e69f00", "#56b4e9",
                                              "#cc79a7", "#b8a800", "#1a1a1a", "#8a8a8a", "#7f4f24"};
    return hex[size_t(colour)];
}

Colour colour_of(int index) { return Colour(((index % 10) + 10) % 10); }

double Range::share(double value) const {
    if (!logarithmic) return (value - low) / (high - low);
    if (!(value > 0)) return nan;
    return std::log(value / low) / std::log(high / low);
}

Range x_range(const Panel& panel) {
    Extent extent{.positive = panel.x.logarithmic};
    bool bars = false;
    for (const Mark& mark : panel.marks) {
        if (mark.kind == Mark::Kind::heat)
            extent.add({mark.x[0], mark.x[1]});
        else
            extent.add(mark.x);
        extent.add(mark.x2);
        bars = bars || mark.kind == Mark::Kind::bars;
    }
    if (bars) extent.add(extent.low - 0.6), extent.add(extent.high + 0.6);
    return range_of(panel.x, extent, 0);
}

Range y_range(const Panel& panel) {
    Extent extent{.positive = panel.y.logarithmic};
    for (const Mark& mark : panel.marks) {
        if (mark.kind == Mark::Kind::heat)
            extent.add({mark.x[2], mark.x[3]});
        else
            extent.add(mark.y);
        extent.add(mark.y2);
        if (mark.kind == Mark::Kind::bars || mark.kind == Mark::Kind::area) extent.add(0);
    }
    return range_of(panel.y, extent, 0.08);
}

std::string draw(const Mark& mark, const Frame& frame) {
    switch (mark.kind) {
        case Mark::Kind::line: return draw_line(mark, frame);
        case Mark::Kind::area: return draw_area(mark, frame);
        case Mark::Kind::bars: return draw_bars(mark, frame);
        case Mark::Kind::points: return draw_points(mark, frame);
        case Mark::Kind::arrows: return draw_arrows(mark, frame);
        case Mark::Kind::heat: return draw_heat(mark, frame);
    }
    return "";
}

std::string draw_key(const Mark& mark, double x, double y) {
    if (mark.kind == Mark::Kind::line || mark.kind == Mark::Kind::arrows)
        return fmt::format("<path d=\"M{:.1f} {:.1f} H{:.1f}\" {}/>\n", x, y, x + 26, line_style(mark));
    const char* const hex = hex_of(mark.colour);
    if (mark.kind == Mark::Kind::points)
        return fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\" fill=\"{}\"/>\n", x + 13, y, hex);
    return fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"22\" height=\"11\" fill=\"{}\" "
        "fill-opacity=\"{:.2f}\"/>\n",
        x + 2, y - 5.5, hex, mark.opacity);
}

}  // namespace vkgan::plot
