// The font is part of the program: Roboto by Christian Robertson (Apache 2.0), from Debian's package.
// SPDX-License-Identifier: MIT
#include "samples/viewer/app/gui.hpp"

#include "samples/viewer/panels/theme.hpp"

#define GLFW_INCLUDE_NONE
#include <backends/imgui_impl_glfw.h>
#include <GLFW/glfw3.h>
#include <imgui.h>

#include <algorithm>
#include <cmath>

extern "C" {
extern const unsigned char viewer_font[];
extern const unsigned char viewer_font_end[];
}

namespace viewer {

namespace {

// Without a window: the numbers that GLFW has for the keys which Dear ImGui names, since scripts use them.
void name_keys() {
    struct Row {
        ImGuiKey_ key;
        int glfw;
    };
    static constexpr Row rows[]{{ImGuiKey_Tab, 258},
                                {ImGuiKey_LeftArrow, 263},
                                {ImGuiKey_RightArrow, 262},
                                {ImGuiKey_UpArrow, 265},
                                {ImGuiKey_DownArrow, 264},
                                {ImGuiKey_Home, 268},
                                {ImGuiKey_End, 269},
                                {ImGuiKey_Delete, 261},
                                {ImGuiKey_Backspace, 259},
                                {ImGuiKey_Space, 32},
                                {ImGuiKey_Enter, 257},
                                {ImGuiKey_Escape, 256},
                                {ImGuiKey_KeyPadEnter, 335},
                                {ImGuiKey_A, 'A'},
                                {ImGuiKey_C, 'C'},
                                {ImGuiKey_V, 'V'},
                                {ImGuiKey_X, 'X'},
                                {ImGuiKey_Y, 'Y'},
                                {ImGuiKey_Z, 'Z'}};
    for (const Row& row : rows) ImGui::GetIO().KeyMap[row.key] = row.glfw;
}

}  // namespace

Gui::Gui(GLFWwindow* window) : window_(window) {
    IMGUI_CHECKVERSION();
    context_ = ImGui::CreateContext();
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr;  // sessions keep what is to be kept
    io.LogFilename = nullptr;
    io.BackendFlags |= ImGuiBackendFlags_RendererHasVtxOffset;
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    io.MouseDragThreshold = 0;  // a pixel is a drag already
    if (!window_) {
        name_keys();
        return;
    }
    listen();
    ImGui_ImplGlfw_InitForVulkan(window_, true);  // its callbacks call ours
}

void Gui::listen() {
    glfwSetWindowUserPointer(window_, this);
    glfwSetKeyCallback(window_, [](GLFWwindow* window, int key, int, int action, int modifiers) {
        if (action == GLFW_RELEASE || key < 0) return;
        Gui& gui = *static_cast<Gui*>(glfwGetWindowUserPointer(window));
        gui.keys_.push_back({key, (modifiers & GLFW_MOD_CONTROL) != 0, (modifiers & GLFW_MOD_SHIFT) != 0,
                             action == GLFW_REPEAT});
    });
    glfwSetDropCallback(window_, [](GLFWwindow* window, int count, const char** paths) {
        Gui& gui = *static_cast<Gui*>(glfwGetWindowUserPointer(window));
        gui.dropped_.insert(gui.dropped_.end(), paths, paths + count);
    });
}

// A script says which keys are down, frame by frame.
void Gui::note_script_keys() {
    const ImGuiIO& io = ImGui::GetIO();
    for (size_t key = 0; key < were_down_.size(); ++key) {
        if (io.KeysDown[key] && !were_down_[key]) keys_.push_back({int(key), io.KeyCtrl, io.KeyShift, false});
        were_down_[key] = io.KeysDown[key];
    }
}

Gui::~Gui() {
    if (window_) ImGui_ImplGlfw_Shutdown();
    ImGui::DestroyContext(context_);
}

bool Gui::set_look(const Look& look, float display_scale) {
    constexpr double usual_pixels = 15;
    const auto scale = float(look.scale * double(display_scale));
    const float pixels = std::round(std::clamp(float(usual_pixels) * scale, 7.0f, 96.0f));
    if (pixels == pixels_ && look.palette == palette_) return false;
    const bool other_letters = pixels != pixels_;
    pixels_ = pixels;
    palette_ = look.palette;
    apply_theme(palette_, pixels / float(usual_pixels));
    if (!other_letters) return false;
    ImFontAtlas& fonts = *ImGui::GetIO().Fonts;
    fonts.Clear();
    ImFontConfig config;
    config.FontDataOwnedByAtlas = false;
    config.OversampleH = 2;
    fonts.AddFontFromMemoryTTF(const_cast<unsigned char*>(viewer_font), int(viewer_font_end - viewer_font),
                               pixels, &config);
    fonts.Build();
    return true;
}

void Gui::begin(float width, float height, double seconds) {
    ImGuiIO& io = ImGui::GetIO();
    if (window_) {
        ImGui_ImplGlfw_NewFrame();
    } else {
        io.DisplaySize = {width, height};
        io.DeltaTime = float(std::max(seconds, 1e-4));
        note_script_keys();
    }
    ImGui::NewFrame();
}

const ImDrawData& Gui::end() {
    ImGui::Render();
    return *ImGui::GetDrawData();
}

bool Gui::held() const { return ImGui::IsAnyItemActive() || ImGui::IsAnyMouseDown(); }

}  // namespace viewer
