// Keys and mouse of the window, as actions of Steering.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/drawing.hpp"
#include "samples/embed/steering.hpp"
#include "samples/render/window.hpp"

namespace embed {

// Stays where it is: the window's callbacks find it.
class Input {
public:
    Input(render::Window& window, Steering& steering);
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    // Handles what has happened since; with `wait_seconds` above 0, waits for something to happen.
    void poll(double wait_seconds = 0);

private:
    void on_key(int key, int action);
    void on_drag(double x, double y);

    render::Window& window_;
    Steering& steering_;
    double mouse_x_ = 0, mouse_y_ = 0;
};

}  // namespace embed
