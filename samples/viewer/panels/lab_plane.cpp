// An experiment in the plane: D's opinion as colours, the bent grid of latents, points, arrows.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/lab_draw.hpp"

#include <algorithm>
#include <cmath>

namespace viewer {
namespace {

const LabColours on_dark{
    IM_COL32(120, 200, 255, 255), IM_COL32(255, 170, 40, 255), IM_COL32(10, 12, 16, 230),
    IM_COL32(45, 190, 150, 255),  IM_COL32(240, 228, 66, 255), IM_COL32(224, 150, 196, 255),
    IM_COL32(244, 246, 250, 255), IM_COL32(96, 102, 114, 255), IM_COL32(150, 157, 168, 255),
    {0.09f, 0.33f, 0.56f, 1},     {0.115f, 0.12f, 0.14f, 1},   {0.56f, 0.30f, 0.05f, 1}};
const LabColours on_light{
    IM_COL32(0, 92, 160, 255), IM_COL32(196, 92, 0, 255),    IM_COL32(255, 255, 255, 235),
    IM_COL32(0, 122, 90, 255), IM_COL32(122, 100, 0, 255),   IM_COL32(150, 50, 110, 255),
    IM_COL32(30, 33, 38, 255), IM_COL32(140, 146, 156, 255), IM_COL32(84, 90, 100, 255),
    {0.62f, 0.79f, 0.93f, 1},  {0.94f, 0.94f, 0.95f, 1},     {0.97f, 0.80f, 0.57f, 1}};

ImU32 faded(ImU32 colour, float alpha) {
    const auto kept = ImU32(std::clamp(alpha, 0.0f, 1.0f) * float(colour >> IM_COL32_A_SHIFT & 0xFF));
    return (colour & ~IM_COL32_A_MASK) | kept << IM_COL32_A_SHIFT;
}

ImU32 map_colour(const LabColours& colours, float opinion) {
    // Small differences from undecided are to be seen, too.
    const float t = std::clamp(2 * opinion - 1, -1.0f, 1.0f), part = std::pow(std::abs(t), 0.65f);
    const ImVec4 &middle = colours.map_middle, &end = t > 0 ? colours.map_real : colours.map_fake;
    return ImGui::ColorConvertFloat4ToU32({middle.x + (end.x - middle.x) * part,
                                           middle.y + (end.y - middle.y) * part,
                                           middle.z + (end.z - middle.z) * part, 1});
}

// Blended between the middles of cells.
void draw_opinions(ImDrawList& list, const LabFrame& frame, const std::vector<float>& opinions,
                   const LabColours& colours) {
    constexpr int n = plane_bins;
    if (opinions.size() < size_t(n * n)) return;
    const float step_x = (frame.x1 - frame.x0) / n, step_y = (frame.y1 - frame.y0) / n;
    const auto colour = [&](int row, int column) {
        const int i = std::clamp(row, 0, n - 1) * n + std::clamp(column, 0, n - 1);
        return map_colour(colours, opinions[size_t(i)]);
    };
    const auto place = [&](int row, int column) {
        return frame.at(std::clamp(frame.x0 + (float(column) + 0.5f) * step_x, frame.x0, frame.x1),
                        std::clamp(frame.y0 + (float(row) + 0.5f) * step_y, frame.y0, frame.y1));
    };
    for (int row = -1; row < n; ++row)
        for (int column = -1; column < n; ++column)
            list.AddRectFilledMultiColor(place(row + 1, column), place(row, column + 1),
                                         colour(row + 1, column), colour(row + 1, column + 1),
                                         colour(row, column + 1), colour(row, column));
}

// Of histograms: cell by cell, where there is anything.
void draw_best(ImDrawList& list, const LabFrame& frame, const std::vector<double>& best,
               const LabColours& colours) {
    constexpr int n = plane_bins;
    if (best.size() < size_t(n * n)) return;
    const float step_x = (frame.to.x - frame.from.x) / n, step_y = (frame.to.y - frame.from.y) / n;
    for (int row = 0; row < n; ++row)
        for (int column = 0; column < n; ++column) {
            const double value = best[size_t(row * n + column)];
            if (value < 0) continue;
            const ImVec2 low{frame.from.x + float(column) * step_x, frame.to.y - float(row + 1) * step_y};
            list.AddRectFilled(low, {low.x + step_x, low.y + step_y}, map_colour(colours, float(value)));
        }
}

void draw_manifold(ImDrawList& list, const LabFrame& frame, const LabView& view, ImU32 colour) {
    const auto side = size_t(view.side);
    const auto at = [&](size_t node) { return frame.at(view.nodes[2 * node], view.nodes[2 * node + 1]); };
    if (view.experiment.noise_size == 1) {
        std::vector<ImVec2> curve;
        for (size_t i = 0; i < side && 2 * i + 1 < view.nodes.size(); ++i) curve.push_back(at(i));
        return list.AddPolyline(curve.data(), int(curve.size()), faded(colour, 0.8f), 0, 2);
    }
    for (const ManifoldCell& cell : manifold_cells(view.nodes, view.side)) {
        const ImVec2 a = at(cell.corners[0]), b = at(cell.corners[1]), c = at(cell.corners[2]),
                     d = at(cell.corners[3]);
        list.AddQuadFilled(a, b, c, d, faded(colour, 0.04f + 0.34f * cell.density * cell.density));
        list.AddQuad(a, b, c, d, faded(colour, 0.10f + 0.30f * cell.density));
    }
}

void draw_dots(ImDrawList& list, const LabFrame& frame, const std::vector<float>& points, ImU32 colour,
               ImU32 rim) {
    constexpr size_t most = 450;
    const size_t count = points.size() / 2, shown = std::min(count, most);
    const float radius = std::max(1.6f, ImGui::GetFontSize() * 0.15f);
    for (size_t i = 0; i < shown; ++i) {
        const size_t k = i * count / shown;
        const ImVec2 at = frame.at(points[2 * k], points[2 * k + 1]);
        list.AddCircleFilled(at, radius + 1, rim, 8);
        list.AddCircleFilled(at, radius, colour, 8);
    }
}

void draw_pulls(ImDrawList& list, const LabFrame& frame, const LabView& view, ImU32 colour) {
    const float usual = usual_pull(view), longest = (frame.to.x - frame.from.x) * 0.075f;
    for (size_t i = 0; 2 * i + 1 < std::min(view.at.size(), view.pulls.size()); ++i) {
        const float x = view.pulls[2 * i] / usual, y = view.pulls[2 * i + 1] / usual;
        const float length = std::hypot(x, y), shown = std::min(length, 1.5f);
        if (!(length > 0.02f)) continue;
        draw_lab_arrow(list, frame.at(view.at[2 * i], view.at[2 * i + 1]),
                       {x / length * shown * longest, -y / length * shown * longest}, colour);
    }
}

}  // namespace

const LabColours& lab_colours(const Look& look) { return look.palette == "light" ? on_light : on_dark; }

float usual_pull(const LabView& view) {
    const size_t axes = on_line(view.experiment) ? 1 : 2;
    std::vector<float> lengths;
    for (size_t i = 0; (i + 1) * axes <= view.pulls.size(); ++i)
        lengths.push_back(axes == 1 ? std::abs(view.pulls[i])
                                    : std::hypot(view.pulls[2 * i], view.pulls[2 * i + 1]));
    if (lengths.empty()) return 1;
    std::ranges::sort(lengths);
    return std::max(lengths[lengths.size() * 9 / 10], 1e-9f);
}

void draw_lab_arrow(ImDrawList& list, ImVec2 from, ImVec2 by, ImU32 colour) {
    const float length = std::hypot(by.x, by.y), head = std::min(ImGui::GetFontSize() * 0.32f, length);
    if (!(length > 1)) return;
    const ImVec2 along{by.x / length, by.y / length}, to{from.x + by.x, from.y + by.y};
    const ImVec2 neck{to.x - along.x * head, to.y - along.y * head};
    list.AddLine(from, neck, colour, 1.2f);
    list.AddTriangleFilled(to, {neck.x - along.y * head * 0.5f, neck.y + along.x * head * 0.5f},
                           {neck.x + along.y * head * 0.5f, neck.y - along.x * head * 0.5f}, colour);
}

void draw_lab_plane(ImDrawList& list, const LabFrame& frame, const LabView& view, const ViewerState& state) {
    const LabColours& colours = lab_colours(state.look);
    const LabLayers& layers = state.lab.layers;
    list.AddRectFilled(frame.from, frame.to, ImGui::ColorConvertFloat4ToU32(colours.map_middle));
    list.PushClipRect(frame.from, frame.to, true);
    if (layers.best)
        draw_best(list, frame, view.best, colours);
    else if (layers.judge)
        draw_opinions(list, frame, view.opinions, colours);
    if (layers.manifold && !view.nodes.empty()) draw_manifold(list, frame, view, colours.manifold);
    if (layers.real) draw_dots(list, frame, view.real, colours.real, colours.rim);
    if (layers.fake) draw_dots(list, frame, view.fakes, colours.fake, colours.rim);
    if (layers.gradients) draw_pulls(list, frame, view, colours.pull);
    list.PopClipRect();
}

}  // namespace viewer
