// Inside of plots: from values to pixels, and marks as SVG.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/zoo/plot.hpp"

namespace vkgan::plot {

struct Range {
    double low = 0, high = 1;
    bool logarithmic = false;

    double share(double value) const;  // 0 at low, 1 at high; NaN where there is none
};

// Where a panel's data lie, in pixels.
struct Frame {
    double left = 0, top = 0, width = 0, height = 0;
    Range x, y;

    double px(double value) const { return left + width * x.share(value); }
    double py(double value) const { return top + height * (1 - y.share(value)); }
};

Range x_range(const Panel& panel);
Range y_range(const Panel& panel);
std::string draw(const Mark& mark, const Frame& frame);
std::string draw_key(const Mark& mark, double x, double y);  // its sign in the legend, 26 pixels wide
const char* hex_of(Colour colour);

}  // namespace vkgan::plot
