// Colours and spacing.
// SPDX-License-Identifier: MIT
#pragma once

#include <imgui.h>

#include <span>
#include <string>
#include <vector>

namespace viewer {

const std::vector<std::string>& palette_names();
// `scale`: of everything; the style of the current ImGui context is replaced.
void apply_theme(const std::string& palette, float scale);

struct Accents {
    ImU32 accent, warning, alarm, muted, canvas, canvas_dot, line;
    std::span<const ImU32> curves;  // told apart by colour-blind people, too (Okabe & Ito 2008)
};
const Accents& accents();  // of the palette that was applied last, in this thread's context

}  // namespace viewer
