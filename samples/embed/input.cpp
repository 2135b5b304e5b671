// GLFW's callbacks.
// SPDX-License-Identifier: MIT
#include "samples/embed/input.hpp"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>

namespace embed {
namespace {

struct Key {
    int key;
    Action action;
    bool repeats;
};
constexpr Key keys[]{
    {GLFW_KEY_DOWN, Action::next_slider, true},
    {GLFW_KEY_UP, Action::previous_slider, true},
    {GLFW_KEY_RIGHT, Action::raise, true},
    {GLFW_KEY_LEFT, Action::lower, true},
    {GLFW_KEY_0, Action::reset, false},
    {GLFW_KEY_EQUAL, Action::more_budget, true},
    {GLFW_KEY_KP_ADD, Action::more_budget, true},
    {GLFW_KEY_MINUS, Action::less_budget, true},
    {GLFW_KEY_KP_SUBTRACT, Action::less_budget, true},
    {GLFW_KEY_T, Action::training, false},
    {GLFW_KEY_P, Action::pause, false},
    {GLFW_KEY_C, Action::cancel_step, false},
    {GLFW_KEY_R, Action::new_seed, false},
    {GLFW_KEY_SPACE, Action::animate, false},
    {GLFW_KEY_F1, Action::help, false},
    {GLFW_KEY_ESCAPE, Action::quit, false},
};

Input& input_of(GLFWwindow* handle) { return *static_cast<Input*>(glfwGetWindowUserPointer(handle)); }

}  // namespace

Input::Input(render::Window& window, Steering& steering) : window_(window), steering_(steering) {
    GLFWwindow* const handle = window.handle();
    glfwSetWindowUserPointer(handle, this);
    glfwSetKeyCallback(
        handle, [](GLFWwindow* of, int key, int, int action, int) { input_of(of).on_key(key, action); });
    glfwSetCursorPosCallback(handle, [](GLFWwindow* of, double x, double y) { input_of(of).on_drag(x, y); });
    glfwSetScrollCallback(handle,
                          [](GLFWwindow* of, double, double y) { input_of(of).steering_.scroll(float(y)); });
    glfwGetCursorPos(handle, &mouse_x_, &mouse_y_);
}

void Input::poll(double wait_seconds) {
    if (wait_seconds > 0)
        glfwWaitEventsTimeout(wait_seconds);
    else
        glfwPollEvents();
}

void Input::on_key(int key, int action) {
    if (action == GLFW_RELEASE) return;
    if (key >= GLFW_KEY_1 && key <= GLFW_KEY_9) steering_.choose(size_t(key - GLFW_KEY_1));
    for (const Key& row : keys)
        if (row.key == key && (action == GLFW_PRESS || row.repeats)) steering_.act(row.action);
}

void Input::on_drag(double x, double y) {
    const VkExtent2D now = window_.size();
    const double height = std::max(now.height, 1u);
    const auto dx = float((x - mouse_x_) / height), dy = float((y - mouse_y_) / height);
    mouse_x_ = x;
    mouse_y_ = y;
    const auto down = [&](int button) { return glfwGetMouseButton(window_.handle(), button) == GLFW_PRESS; };
    const bool shift = glfwGetKey(window_.handle(), GLFW_KEY_LEFT_SHIFT) == GLFW_PRESS;
    const bool left = down(GLFW_MOUSE_BUTTON_LEFT);
    if (down(GLFW_MOUSE_BUTTON_MIDDLE) || (left && shift))
        steering_.drag(Drag::light, dx, dy);
    else if (left)
        steering_.drag(Drag::first_pair, dx, dy);
    else if (down(GLFW_MOUSE_BUTTON_RIGHT))
        steering_.drag(Drag::second_pair, dx, dy);
}

}  // namespace embed
