// What the user has set: by keys and mouse in the window, by nobody without one.
// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/vkgan_plugin.h"
#include "samples/embed/maths.hpp"

#include <array>
#include <string>
#include <vector>

namespace embed {

enum class Action : uint8_t {
    next_slider,
    previous_slider,
    raise,
    lower,
    reset,
    more_budget,
    less_budget,
    training,
    pause,
    cancel_step,
    new_seed,
    animate,
    help,
    quit
};
enum class Drag : uint8_t { first_pair, second_pair, light };

// A control of the model that can be changed while it generates.
struct Slider {
    std::string name;
    double value = 0, low = 0, high = 1, step = 0.1;
    bool set = false;      // by the user; else the plugin draws it from the seed
    bool changed = false;  // and the plugin does not know yet
};

// The model's own names of attributes if it has any ("Smiling"); else "y" with eight entries becomes "y.0" to
// "y.7".
std::vector<Slider> sliders_of(const std::vector<vkgan_control>& controls);

struct Steering {
    uint64_t seed = 1;
    double budget_ms = 4;
    bool train = false, paused = false, animated = true, help = false, quit = false;
    bool cancel_step = false;  // once
    double time = 0;           // seconds of animation
    std::array<float, 4> angles{};
    Vec3 light{1.3f, 3.25f, 3.2f};
    float distance = 9.2f;
    std::vector<Slider> sliders;
    size_t chosen = 0;

    void act(Action action);
    void choose(size_t slider);
    void drag(Drag what, float x, float y);  // in parts of the window's height
    void scroll(float steps);
};

}  // namespace embed
