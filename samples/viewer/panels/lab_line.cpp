// An experiment on a line, as figure 1 of Goodfellow et al. 2014: the two densities, D and the best D above
// x; below, where G sends z.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/lab_draw.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace viewer {
namespace {

constexpr float curves_part = 0.74f;  // of the height
constexpr float density_part = 0.8f;  // of D's scale, that the data's highest place takes

ImU32 faded(ImU32 colour, float alpha) {
    return (colour & ~IM_COL32_A_MASK) | ImU32(alpha * 255) << IM_COL32_A_SHIFT;
}

using Curve = std::vector<ImVec2>;

template <class Values>
Curve curve_of(const LabFrame& frame, const Values& values, float scale) {
    Curve curve;
    const auto count = float(values.size());
    for (size_t i = 0; i < values.size(); ++i) {
        const float x = frame.x0 + (float(i) + 0.5f) / count * (frame.x1 - frame.x0);
        curve.push_back({frame.x(x), std::max(frame.y(float(values[i]) * scale), frame.from.y)});
    }
    return curve;
}

// Neighbours share what they have: a histogram becomes a curve.
std::vector<double> smoothed(const std::vector<double>& shares) {
    std::vector<double> smooth(shares);
    for (size_t i = 1; i + 1 < shares.size(); ++i)
        smooth[i] = shares[i - 1] / 4 + shares[i] / 2 + shares[i + 1] / 4;
    return smooth;
}

// `dash` of every `period` pixels of the curve's length; a dash of 0 is a dot.
void draw_broken(ImDrawList& list, const Curve& curve, ImU32 colour, float dash, float period) {
    const float width = std::max(1.6f, ImGui::GetFontSize() * 0.14f);
    float travelled = 0;
    for (size_t i = 0; i + 1 < curve.size(); ++i) {
        const ImVec2 a = curve[i], b = curve[i + 1];
        const float length = std::hypot(b.x - a.x, b.y - a.y);
        for (float at = 0; at < length;) {
            const float in_period = std::fmod(travelled + at, period);
            const float until = in_period < dash ? dash - in_period : period - in_period;
            const float step = std::min(std::max(until, 0.5f), length - at);
            const auto point = [&](float s) {
                return ImVec2{a.x + (b.x - a.x) * s / length, a.y + (b.y - a.y) * s / length};
            };
            if (in_period < dash) list.AddLine(point(at), point(at + step), colour, width);
            at += step;
        }
        travelled += length;
    }
}

void draw_axes(ImDrawList& list, const LabFrame& frame, const LabColours& colours) {
    for (const float value : {0.0f, 0.5f, 1.0f}) {
        const float y = frame.y(value);
        list.AddLine({frame.from.x, y}, {frame.to.x, y}, faded(colours.axis, value == 0 ? 1.0f : 0.35f));
        if (value == 0) continue;
        list.AddText({frame.from.x + 4, y + 2}, colours.text, value == 1 ? "D = 1: real" : "1/2");
    }
    for (int x = int(std::ceil(frame.x0)); float(x) <= frame.x1; ++x) {
        char text[16];
        std::snprintf(text, sizeof(text), "%d", x);
        const float at = frame.x(float(x));
        list.AddLine({at, frame.to.y}, {at, frame.to.y + 4}, colours.axis);
        list.AddText({at + 3, frame.to.y + 2}, colours.text, text);
    }
}

void draw_fill(ImDrawList& list, const LabFrame& frame, const Curve& curve, ImU32 colour) {
    for (size_t i = 0; i + 1 < curve.size(); ++i) {
        const ImVec2 a = curve[i], b = curve[i + 1];
        if (a.y >= frame.to.y && b.y >= frame.to.y) continue;
        list.AddQuadFilled(a, b, {b.x, frame.to.y}, {a.x, frame.to.y}, colour);
    }
}

// Lines from the ruler of z, below, to that of x.
void draw_map(ImDrawList& list, const LabFrame& frame, const LabView& view, const LabColours& colours,
              float bottom) {
    if (view.experiment.noise_size != 1 || view.nodes.size() < view.latents.size() || view.latents.empty())
        return;
    const float most = std::max(std::abs(view.latents.front()), std::abs(view.latents.back()));
    const float middle = (frame.from.x + frame.to.x) / 2, half = (frame.to.x - frame.from.x) * 0.3f;
    list.AddLine({middle - half, bottom}, {middle + half, bottom}, colours.axis);
    const float letters = ImGui::GetFontSize();
    const float top = frame.to.y + letters * 1.3f;
    list.AddLine({frame.from.x, top}, {frame.to.x, top}, faded(colours.axis, 0.6f));
    // A generator may fall as z grows: the ruler then runs from right to left.
    const float way = view.nodes.back() < view.nodes.front() ? -1.0f : 1.0f;
    for (size_t i = 0; i < view.latents.size(); i += 2) {
        const ImVec2 from{middle + way * view.latents[i] / most * half, bottom},
            to{frame.x(view.nodes[i]), top};
        if (to.x < frame.from.x || to.x > frame.to.x) continue;
        draw_lab_arrow(list, from, {to.x - from.x, to.y - from.y}, faded(colours.manifold, 0.75f));
    }
    char text[32];
    for (const float end : {-1.0f, 1.0f}) {
        std::snprintf(text, sizeof(text), "z = %.1f", double(way * end * most));
        const float width = ImGui::CalcTextSize(text).x;
        list.AddText({middle + end * half + (end < 0 ? -width - 6 : 6), bottom - letters * 0.6f},
                     colours.text, text);
    }
}

void draw_pulls(ImDrawList& list, const LabFrame& frame, const LabView& view, ImU32 colour) {
    const float usual = usual_pull(view), longest = (frame.to.x - frame.from.x) * 0.06f;
    for (size_t i = 0; i < std::min(view.at.size(), view.pulls.size()); i += 3) {
        const float length = std::clamp(view.pulls[i] / usual, -1.5f, 1.5f) * longest;
        const float y = frame.to.y - ImGui::GetFontSize() * (0.35f + 0.22f * float(i / 3 % 4));
        const float x = frame.x(view.at[i]);
        if (x > frame.from.x && x < frame.to.x) draw_lab_arrow(list, {x, y}, {length, 0}, colour);
    }
}

}  // namespace

void draw_lab_line(ImDrawList& list, const LabFrame& whole, const LabView& view, const ViewerState& state) {
    const LabColours& colours = lab_colours(state.look);
    const LabLayers& layers = state.lab.layers;
    LabFrame frame = whole;
    frame.to.y = whole.from.y + (whole.to.y - whole.from.y) * curves_part;
    frame.y0 = 0;
    frame.y1 = 1.08f;
    list.AddRectFilled(whole.from, whole.to, ImGui::ColorConvertFloat4ToU32(colours.map_middle));
    list.PushClipRect(whole.from, whole.to, true);
    draw_axes(list, frame, colours);
    double highest = 1e-9;
    for (const double share : view.p_data) highest = std::max(highest, share);
    const auto scale = float(double(density_part) / highest);
    const float letters = ImGui::GetFontSize(), width = std::max(1.6f, letters * 0.14f);
    if (layers.fake) {
        const Curve p_g = curve_of(frame, smoothed(view.p_g), scale);
        draw_fill(list, frame, p_g, faded(colours.fake, 0.22f));
        list.AddPolyline(p_g.data(), int(p_g.size()), colours.fake, 0, width);
    }
    if (layers.real)
        draw_broken(list, curve_of(frame, view.p_data, scale), colours.real, letters * 0.16f,
                    letters * 0.45f);
    if (layers.best_line) {
        std::vector<ImVec2> piece;
        for (size_t i = 0; i <= view.best.size(); ++i) {
            if (i < view.best.size() && view.best[i] >= 0) {
                const float x =
                    frame.x0 + (float(i) + 0.5f) / float(view.best.size()) * (frame.x1 - frame.x0);
                piece.push_back(frame.at(x, float(view.best[i])));
                continue;
            }
            draw_broken(list, piece, colours.best, letters * 0.5f, letters * 0.8f);
            piece.clear();
        }
    }
    if (layers.judge) {
        const Curve d = curve_of(frame, view.opinions, 1);
        list.AddPolyline(d.data(), int(d.size()), colours.judge, 0, width * 1.2f);
    }
    if (layers.manifold) draw_map(list, frame, view, colours, whole.to.y - letters * 1.2f);
    if (layers.gradients) draw_pulls(list, frame, view, colours.pull);
    list.PopClipRect();
}

}  // namespace viewer
