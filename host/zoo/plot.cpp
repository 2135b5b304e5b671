// Plots as SVG: the lay-out of panels, axes and legend.
// SPDX-License-Identifier: MIT
#include "host/zoo/plot.hpp"

#include "host/zoo/plot_marks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vkgan::plot {

namespace {

constexpr double margin = 16, title_height = 34, legend_line = 24, key_width = 34, letter = 7.9;
constexpr double left_space = 62, right_space = 14, top_space = 30, bottom_space = 46;
constexpr const char* ink = "#222222";

struct Text {
    double x = 0, y = 0;
    std::string text;
    int size = 12;
    const char* anchor = "middle";
    const char* colour = ink;
    bool bold = false, upright = false;
};

std::string draw(const Text& text) {
    return fmt::format(
        "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\" text-anchor=\"{}\" fill=\"{}\"{}{}>{}</text>\n",
        text.x, text.y, text.size, text.anchor, text.colour, text.bold ? " font-weight=\"bold\"" : "",
        text.upright ? fmt::format(" transform=\"rotate(-90 {:.1f} {:.1f})\"", text.x, text.y) : "",
        escape(text.text));
}

std::string rule(double x1, double y1, double x2, double y2, const char* colour) {
    return fmt::format("<path d=\"M{:.1f} {:.1f} L{:.1f} {:.1f}\" stroke=\"{}\" fill=\"none\"/>\n", x1, y1,
                       x2, y2, colour);
}

using Ticks = std::vector<std::pair<double, std::string>>;

Ticks ticks_of(const Axis& axis, const Range& range, int about) {
    if (!axis.names.empty()) return axis.names;
    Ticks ticks;
    if (range.logarithmic) {
        const int first = int(std::ceil(std::log10(range.low) - 1e-9));
        const int last = int(std::floor(std::log10(range.high) + 1e-9));
        const int every = std::max(1, (last - first) / 8 + 1);
        for (int power = first; power <= last; power += every)
            ticks.emplace_back(std::pow(10, power), power >= -2 && power <= 3
                                                        ? fmt::format("{:g}", std::pow(10, power))
                                                        : fmt::format("1e{}", power));
        return ticks;
    }
    for (const double value : nice_ticks(range.low, range.high, about))
        ticks.emplace_back(value, fmt::format("{:.6g}", value));
    std::erase_if(ticks, [&](const auto& tick) { return tick.first < axis.least_tick; });
    return ticks;
}

std::string draw_axes(const Panel& panel, const Frame& frame) {
    const double right = frame.left + frame.width, bottom = frame.top + frame.height;
    std::string text;
    for (const auto& [value, name] : ticks_of(panel.x, frame.x, int(frame.width / 70))) {
        const double x = frame.px(value);
        if (!(x >= frame.left - 0.5 && x <= right + 0.5)) continue;
        if (panel.x.names.empty()) text += rule(x, frame.top, x, bottom, "#e6e6e6");
        text += rule(x, bottom, x, bottom + 4, ink);
        text += draw(Text{.x = x, .y = bottom + 17, .text = name});
    }
    for (const auto& [value, name] : ticks_of(panel.y, frame.y, int(frame.height / 42))) {
        const double y = frame.py(value);
        if (!(y >= frame.top - 0.5 && y <= bottom + 0.5)) continue;
        text += rule(frame.left, y, right, y, "#e6e6e6");
        text += rule(frame.left - 4, y, frame.left, y, ink);
        text += draw(Text{.x = frame.left - 7, .y = y + 4, .text = name, .anchor = "end"});
    }
    text += rule(frame.left, frame.top, frame.left, bottom, ink);
    text += rule(frame.left, bottom, right, bottom, ink);
    const double middle = frame.left + frame.width / 2;
    text += draw(Text{.x = middle, .y = frame.top - 10, .text = panel.title, .size = 14, .bold = true});
    text += draw(Text{.x = middle, .y = bottom + 36, .text = panel.x.title, .size = 13});
    return text + draw(Text{.x = frame.left - 46,
                            .y = frame.top + frame.height / 2,
                            .text = panel.y.title,
                            .size = 13,
                            .upright = true});
}

std::string draw_panel(const Panel& panel, const Frame& frame, size_t index) {
    std::string text = draw_axes(panel, frame);
    text += fmt::format(
        "<clipPath id=\"panel{}\"><rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
        "height=\"{:.1f}\"/></clipPath>\n<g clip-path=\"url(#panel{})\">\n",
        index, frame.left, frame.top, frame.width, frame.height, index);
    for (const Mark& mark : panel.marks) text += draw(mark, frame);
    text += "</g>\n";
    for (const Note& note : panel.notes) {
        const double x = frame.px(note.x), y = frame.py(note.y);
        if (!std::isfinite(x) || !std::isfinite(y)) continue;
        const char* anchor = note.anchor == Note::Anchor::start    ? "start"
                             : note.anchor == Note::Anchor::middle ? "middle"
                                                                   : "end";
        text +=
            draw(Text{.x = x, .y = y, .text = note.text, .anchor = anchor, .colour = hex_of(note.colour)});
    }
    return text;
}

// Marks with different labels, in lines that fit; each with its place.
struct Legend {
    struct Entry {
        const Mark* mark;
        double x, y;
    };
    std::vector<Entry> entries;
    double height = 0;
};

Legend legend_of(const Plot& plot, double width) {
    Legend legend;
    double x = 0, y = 0;
    for (const Panel& panel : plot.panels)
        for (const Mark& mark : panel.marks) {
            if (mark.label.empty() || std::ranges::any_of(legend.entries, [&](const Legend::Entry& entry) {
                    return entry.mark->label == mark.label;
                }))
                continue;
            const double wide = key_width + letter * double(mark.label.size()) + 18;
            if (x > 0 && x + wide > width) x = 0, y += legend_line;
            legend.entries.push_back({&mark, x, y});
            x += wide;
        }
    legend.height = legend.entries.empty() ? 0 : y + legend_line + 4;
    return legend;
}

Frame frame_of(const Panel& panel, const Plot& plot, double x, double y) {
    return {x + left_space,
            y + top_space,
            plot.panel_width * panel.span - left_space - right_space,
            plot.panel_height - top_space - bottom_space,
            x_range(panel),
            y_range(panel)};
}

std::string draw_panels(const Plot& plot, double top, double& height) {
    std::string text;
    int column = 0, row = 0;
    for (size_t i = 0; i < plot.panels.size(); ++i) {
        const Panel& panel = plot.panels[i];
        if (column + panel.span > plot.columns && column > 0) column = 0, ++row;
        text += draw_panel(
            panel, frame_of(panel, plot, margin + plot.panel_width * column, top + plot.panel_height * row),
            i);
        column += panel.span;
    }
    height = plot.panel_height * (row + 1);
    return text;
}

}  // namespace

std::vector<double> nice_ticks(double low, double high, int about) {
    if (!std::isfinite(low) || !std::isfinite(high) || !(low < high)) return {};
    const double wanted = (high - low) / std::max(1, about);
    const double power = std::pow(10, std::floor(std::log10(wanted)));
    double step = 10 * power;
    for (const double factor : {5.0, 2.0, 1.0})
        if (factor * power >= wanted * 0.999) step = factor * power;
    std::vector<double> ticks;
    for (double k = std::ceil(low / step - 1e-9); k * step <= high + step * 1e-9; ++k)
        ticks.push_back(k == 0 ? 0 : k * step);
    return ticks;
}

std::string escape(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '&')
            result += "&amp;";
        else if (c == '<')
            result += "&lt;";
        else if (c == '>')
            result += "&gt;";
        else if (c == '"')
            result += "&quot;";
        else if (static_cast<unsigned char>(c) >= 0x20)
            result += c;
    }
    return result;
}

std::string to_svg(const Plot& plot) {
    const double width = plot.panel_width * plot.columns + 2 * margin;
    const Legend legend = legend_of(plot, width - 2 * margin - left_space);
    const double legend_top = margin + (plot.title.empty() ? 0 : title_height);
    double panels = 0;
    std::string body = draw_panels(plot, legend_top + legend.height, panels);
    for (const Legend::Entry& entry : legend.entries) {
        const double x = margin + left_space + entry.x, y = legend_top + entry.y + 8;
        body += draw_key(*entry.mark, x, y);
        body += draw(
            Text{.x = x + key_width, .y = y + 4, .text = entry.mark->label, .size = 13, .anchor = "start"});
    }
    if (!plot.title.empty())
        body += draw(Text{.x = width / 2, .y = margin + 12, .text = plot.title, .size = 17, .bold = true});
    const double height = legend_top + legend.height + panels + margin / 2;
    return fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"{1:.0f}\" "
        "viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"DejaVu Sans, Verdana, sans-serif\">\n"
        "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n{2}</svg>\n",
        width, height, body);
}

}  // namespace vkgan::plot
