// Mouse, keys and waiting, as JSON: what tests and documentation do to the window.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/status.hpp"
#include "samples/viewer/panels/ui.hpp"

#include <string>
#include <vector>

namespace viewer {

// [{"click": "page.Train"}, {"hover": "canvas"}, {"drag": "pad", "x": 40, "y": 10}, {"key": "F1"}, {"type":
// "digits"},
//  {"wait": 20}, {"wait_for": "picture"}, {"save": "out.png"}, {"set": {...}}]
struct ScriptStep {
    enum class Kind : uint8_t { click, hover, drag, key, type, drop, wait, wait_for, save } kind = Kind::wait;
    std::string what;    // a widget's name; a key's; text; what is waited for; a file
    float x = 0, y = 0;  // of drag: pixels
    int frames = 1;      // of wait
    int button = 0;      // of drag: 0 left, 1 right, 2 middle
};

class Script {
public:
    static render::Result<Script> load(const std::string& path);
    static render::Result<Script> parse(std::string_view text, const std::string& what);

    // Before a frame: sets the mouse and keys of the current ImGui context. False: it has ended. An error
    // names the step that cannot be done: a widget that was never drawn, or what was waited for too long.
    render::Result<bool> step(const Places& places, const Facts& facts, bool drawing);
    // A file that the window is to be saved to after this frame; empty: none.
    std::string take_save() { return std::exchange(save_, {}); }
    // A file or folder that is dropped on the window; empty: none.
    std::string take_drop() { return std::exchange(drop_, {}); }

private:
    render::Result<bool> act(const ScriptStep& now, const Places& places, const Facts& facts, bool drawing);
    std::vector<ScriptStep> steps_;
    size_t next_ = 0;
    int phase_ = 0;  // frames that the step has had
    float from_x_ = 0, from_y_ = 0;
    std::string save_, drop_;
};

}  // namespace viewer
