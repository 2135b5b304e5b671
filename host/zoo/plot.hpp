// Plots as SVG: panels in a grid, each with axes and marks, and one legend for all of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vkgan::plot {

// Okabe & Ito 2008, told apart by the colour-blind, then grey and brown; classes 0 to 9 take them in order.
enum class Colour { blue, vermillion, green, orange, sky, purple, yellow, black, grey, brown };
Colour colour_of(int index);  // around the ten

enum class Stroke { solid, dashed, dotted };

// Points that are not finite are left out: lines have gaps there.
struct Mark {
    enum class Kind {
        line,    // through (x, y)
        area,    // steps of height y between edges x: one x more than y
        bars,    // from 0 to y around x, `width` wide
        points,  // discs of `size` pixels
        arrows,  // from (x, y) to (x2, y2)
        heat,    // y is columns x rows, row-major from the bottom; x the edges: left, right, bottom, top
    } kind = Kind::line;
    std::vector<double> x, y, x2{}, y2{};
    std::string label{};  // in the legend; empty: not there
    Colour colour = Colour::blue;
    Stroke stroke = Stroke::solid;
    double size = 2;     // of lines and points, in pixels
    double width = 0.8;  // of bars, in units of x
    double opacity = 1;
    int columns = 0;  // of heat
};

struct Note {
    double x = 0, y = 0;
    std::string text;
    enum class Anchor { start, middle, end } anchor = Anchor::middle;
    Colour colour = Colour::black;
};

struct Axis {
    std::string title{};
    // NaN: as far as the marks reach.
    double low = std::numeric_limits<double>::quiet_NaN();
    double high = std::numeric_limits<double>::quiet_NaN();
    bool logarithmic = false;                             // values not above 0 are left out
    std::vector<std::pair<double, std::string>> names{};  // ticks with words instead of numbers
    double least_tick = -std::numeric_limits<double>::infinity();
};

struct Panel {
    std::string title{};
    Axis x{}, y{};
    std::vector<Mark> marks{};
    std::vector<Note> notes{};
    int span = 1;  // columns that it takes
};

struct Plot {
    std::string title{};
    std::vector<Panel> panels{};
    int columns = 2;
    double panel_width = 460, panel_height = 300;  // pixels, with axes and titles
};

std::string to_svg(const Plot& plot);

// Round numbers (1, 2 or 5 times a power of ten apart) inside [low, high], about so many; none unless both
// are finite and low < high.
std::vector<double> nice_ticks(double low, double high, int about);
std::string escape(std::string_view text);  // for XML

}  // namespace vkgan::plot
