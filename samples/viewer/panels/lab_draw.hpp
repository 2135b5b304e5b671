// What the pictures of the page Lab are drawn with.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/lab/lab_facts.hpp"
#include "samples/viewer/state/state.hpp"

#include <imgui.h>

namespace viewer {

// Blue real, orange fake: told apart by colour-blind people, too.
struct LabColours {
    ImU32 real, fake, rim;  // dots and curves, and what is around dots
    ImU32 judge, best, manifold, pull, axis, text;
    ImVec4 map_real, map_middle, map_fake;  // D's opinion
};
const LabColours& lab_colours(const Look& look);

// A piece of the window that shows a piece of the plane.
struct LabFrame {
    ImVec2 from, to;
    float x0 = 0, x1 = 1, y0 = 0, y1 = 1;  // at the left, right, lower and upper edge
    float x(float value) const { return from.x + (value - x0) / (x1 - x0) * (to.x - from.x); }
    float y(float value) const { return to.y - (value - y0) / (y1 - y0) * (to.y - from.y); }
    ImVec2 at(float px, float py) const { return {x(px), y(py)}; }
};

void draw_lab_plane(ImDrawList& list, const LabFrame& frame, const LabView& view, const ViewerState& state);
void draw_lab_line(ImDrawList& list, const LabFrame& frame, const LabView& view, const ViewerState& state);
void draw_lab_arrow(ImDrawList& list, ImVec2 from, ImVec2 by, ImU32 colour);
// Of pulls: what the longest usual arrow has.
float usual_pull(const LabView& view);

}  // namespace viewer
