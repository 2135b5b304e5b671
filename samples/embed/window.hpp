// The window, its keys and its mouse: all of GLFW is here.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/gpu.hpp"
#include "samples/embed/steering.hpp"

#include <memory>
#include <string>
#include <vector>

struct GLFWwindow;

namespace embed {

class Window {
public:
    // Without a display: an error that says what to do.
    static Result<std::unique_ptr<Window>> create(VkExtent2D size, const std::string& title);
    ~Window();

    std::vector<const char*> instance_extensions() const;
    bool presents(VkInstance instance, VkPhysicalDevice physical, uint32_t family) const;
    Result<VkSurfaceKHR> make_surface(VkInstance instance) const;

    // Handles what has happened since; with `wait_seconds` above 0, waits for something to happen.
    void poll(Steering& steering, double wait_seconds = 0);
    bool closed() const;
    VkExtent2D size() const;  // in pixels; no area while minimised
    bool take_resized();      // since it was asked last
    float scale() const;
    void set_title(const std::string& title);

private:
    Window() = default;
    static void on_key(GLFWwindow* handle, int key, int scancode, int action, int mods);
    void on_drag(double x, double y);

    GLFWwindow* handle_ = nullptr;
    Steering* steering_ = nullptr;  // during poll
    double mouse_x_ = 0, mouse_y_ = 0;
    bool resized_ = false, started_ = false;
};

}  // namespace embed
