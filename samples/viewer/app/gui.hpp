// Dear ImGui: its context, its letters, and where its input comes from.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/panels/ui.hpp"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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
    // Since they were taken last.
    std::vector<KeyPress> take_keys() { return std::exchange(keys_, {}); }
    std::vector<std::string> take_dropped() { return std::exchange(dropped_, {}); }

private:
    GLFWwindow* window_ = nullptr;
    ImGuiContext* context_ = nullptr;
    void listen();
    void note_script_keys();

    float pixels_ = 0;  // of letters
    std::vector<KeyPress> keys_;
    std::vector<std::string> dropped_;
    std::array<bool, 512> were_down_{};  // without a window
    std::string palette_;
};

}  // namespace viewer
