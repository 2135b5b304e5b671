// Three palettes over one set of shapes.
// SPDX-License-Identifier: MIT
#include "samples/viewer/panels/theme.hpp"

#include <array>

namespace viewer {
namespace {

constexpr std::array<ImU32, 8> curves{IM_COL32(86, 180, 233, 255), IM_COL32(230, 159, 0, 255),
                                      IM_COL32(0, 158, 115, 255),  IM_COL32(204, 121, 167, 255),
                                      IM_COL32(240, 228, 66, 255), IM_COL32(213, 94, 0, 255),
                                      IM_COL32(0, 114, 178, 255),  IM_COL32(170, 170, 170, 255)};

struct Tones {
    ImVec4 window, pane, frame, frame_hovered, text, muted, accent, accent_strong, border;
    Accents accents;
};

ImVec4 rgb(int red, int green, int blue, float alpha = 1) {
    return {float(red) / 255, float(green) / 255, float(blue) / 255, alpha};
}

const Tones dark{rgb(27, 29, 34),
                 rgb(35, 38, 44),
                 rgb(48, 52, 60),
                 rgb(61, 66, 76),
                 rgb(226, 229, 234),
                 rgb(140, 147, 158),
                 rgb(72, 132, 214),
                 rgb(96, 156, 238),
                 rgb(18, 19, 22),
                 {IM_COL32(96, 156, 238, 255), IM_COL32(235, 176, 64, 255), IM_COL32(235, 96, 84, 255),
                  IM_COL32(140, 147, 158, 255), IM_COL32(21, 22, 26, 255), IM_COL32(32, 34, 39, 255),
                  IM_COL32(62, 66, 75, 255), curves}};
const Tones light{rgb(224, 226, 230),
                  rgb(240, 241, 244),
                  rgb(216, 219, 225),
                  rgb(202, 207, 216),
                  rgb(30, 33, 38),
                  rgb(104, 110, 120),
                  rgb(52, 108, 188),
                  rgb(36, 92, 176),
                  rgb(192, 196, 204),
                  {IM_COL32(36, 92, 176, 255), IM_COL32(176, 112, 0, 255), IM_COL32(190, 44, 36, 255),
                   IM_COL32(104, 110, 120, 255), IM_COL32(198, 201, 207, 255), IM_COL32(186, 189, 196, 255),
                   IM_COL32(170, 174, 182, 255), curves}};
// As dark, with blue against orange where others have red and green.
const Tones safe{rgb(24, 26, 31),
                 rgb(32, 35, 41),
                 rgb(46, 50, 58),
                 rgb(60, 65, 76),
                 rgb(236, 238, 242),
                 rgb(158, 164, 174),
                 rgb(0, 114, 178),
                 rgb(86, 180, 233),
                 rgb(14, 15, 18),
                 {IM_COL32(86, 180, 233, 255), IM_COL32(240, 228, 66, 255), IM_COL32(230, 159, 0, 255),
                  IM_COL32(158, 164, 174, 255), IM_COL32(18, 19, 23, 255), IM_COL32(30, 32, 37, 255),
                  IM_COL32(66, 70, 80, 255), curves}};

const Tones* current = &dark;

void set_shapes(ImGuiStyle& style) {
    style.WindowPadding = {10, 10};
    style.FramePadding = {7, 4};
    style.ItemSpacing = {7, 6};
    style.ItemInnerSpacing = {6, 4};
    style.ScrollbarSize = 11;
    style.GrabMinSize = 11;
    style.WindowRounding = 0;
    style.FrameRounding = style.GrabRounding = style.PopupRounding = style.TabRounding = 4;
    style.ScrollbarRounding = 6;
    style.WindowBorderSize = 0;
    style.FrameBorderSize = 0;
    style.DisabledAlpha = 0.45f;
}

}  // namespace

const std::vector<std::string>& palette_names() {
    static const std::vector<std::string> names{"dark", "light", "safe"};
    return names;
}

const Accents& accents() { return current->accents; }

void apply_theme(const std::string& palette, float scale) {
    current = palette == "light" ? &light : palette == "safe" ? &safe : &dark;
    const Tones& tones = *current;
    ImGuiStyle& style = ImGui::GetStyle();
    style = ImGuiStyle();
    if (palette == "light")
        ImGui::StyleColorsLight();
    else
        ImGui::StyleColorsDark();
    set_shapes(style);
    ImVec4* const colours = style.Colors;
    colours[ImGuiCol_WindowBg] = tones.window;
    colours[ImGuiCol_ChildBg] = tones.pane;
    colours[ImGuiCol_PopupBg] = tones.pane;
    colours[ImGuiCol_Border] = tones.border;
    colours[ImGuiCol_Text] = tones.text;
    colours[ImGuiCol_TextDisabled] = tones.muted;
    for (const int frame :
         {ImGuiCol_FrameBg, ImGuiCol_Button, ImGuiCol_Tab, ImGuiCol_Header, ImGuiCol_TableHeaderBg})
        colours[frame] = tones.frame;
    for (const int hovered : {ImGuiCol_FrameBgHovered, ImGuiCol_ButtonHovered, ImGuiCol_HeaderHovered})
        colours[hovered] = tones.frame_hovered;
    for (const int active : {ImGuiCol_FrameBgActive, ImGuiCol_ButtonActive, ImGuiCol_HeaderActive,
                             ImGuiCol_TabActive, ImGuiCol_TabHovered})
        colours[active] = tones.accent;
    for (const int strong : {ImGuiCol_SliderGrab, ImGuiCol_CheckMark, ImGuiCol_SliderGrabActive,
                             ImGuiCol_PlotHistogram, ImGuiCol_PlotLines})
        colours[strong] = tones.accent_strong;
    colours[ImGuiCol_ScrollbarBg] = tones.pane;
    colours[ImGuiCol_ScrollbarGrab] = tones.frame_hovered;
    style.ScaleAllSizes(scale);
}

}  // namespace viewer
