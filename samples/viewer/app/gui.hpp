// Dear ImGui: its context, its letters, and where its input comes from.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/panels/ui.hpp"

#include <memory>
#include <string>

struct GLFWwindow;
struct ImGuiContext;

namespace viewer {

class Gui {
public:
    // `window` null: no input but what a script gives.
    explicit Gui(GLFWwindow* window);
    ~Gui();
    Gui(const Gui&) = delete;
    Gui& operator=(const Gui&) = delete;

    // Letters and spacing for it, if it is another than before: true then, and the font's texture is to be
    // made again.
    bool set_look(const Look& look, float display_scale);
    // `seconds`: since the last frame, above 0. Without a window: the size of what is drawn into.
    void begin(float width, float height, double seconds);
    const ImDrawData& end();
    // A mouse button or key is held on a widget.
    bool held() const;

private:
    GLFWwindow* window_ = nullptr;
    ImGuiContext* context_ = nullptr;
    float pixels_ = 0;  // of letters
    std::string palette_;
};

}  // namespace viewer
