// GLFW's callbacks become actions of Steering.
// SPDX-License-Identifier: MIT
#include "samples/embed/window.hpp"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <algorithm>
#include <utility>

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

Window* window_of(GLFWwindow* handle) { return static_cast<Window*>(glfwGetWindowUserPointer(handle)); }

}  // namespace

Result<std::unique_ptr<Window>> Window::create(VkExtent2D size, const std::string& title) {
    std::unique_ptr<Window> window(new Window);
    window->started_ = glfwInit() == GLFW_TRUE;
    if (!window->started_) {
        const char* why = nullptr;
        glfwGetError(&why);
        return Error{
            "There is no display to open a window on; draw off-screen with --headless --out frame.png. " +
                std::string(why ? "(" + std::string(why) + ")" : ""),
            2};
    }
    if (!glfwVulkanSupported())
        return Error{"GLFW finds no Vulkan that can draw to windows; use --headless.", 2};
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    window->handle_ = glfwCreateWindow(int(size.width), int(size.height), title.c_str(), nullptr, nullptr);
    if (!window->handle_) return Error{"The window could not be opened; use --headless.", 2};
    glfwSetWindowUserPointer(window->handle_, window.get());
    glfwSetKeyCallback(window->handle_, on_key);
    glfwSetCursorPosCallback(
        window->handle_, [](GLFWwindow* handle, double x, double y) { window_of(handle)->on_drag(x, y); });
    glfwSetScrollCallback(window->handle_, [](GLFWwindow* handle, double, double y) {
        if (Steering* steering = window_of(handle)->steering_) steering->scroll(float(y));
    });
    glfwSetFramebufferSizeCallback(window->handle_,
                                   [](GLFWwindow* handle, int, int) { window_of(handle)->resized_ = true; });
    glfwGetCursorPos(window->handle_, &window->mouse_x_, &window->mouse_y_);
    return window;
}

Window::~Window() {
    if (handle_) glfwDestroyWindow(handle_);
    if (started_) glfwTerminate();
}

std::vector<const char*> Window::instance_extensions() const {
    uint32_t count = 0;
    const char** const names = glfwGetRequiredInstanceExtensions(&count);
    return {names, names + count};
}

bool Window::presents(VkInstance instance, VkPhysicalDevice physical, uint32_t family) const {
    return glfwGetPhysicalDevicePresentationSupport(instance, physical, family) == GLFW_TRUE;
}

Result<VkSurfaceKHR> Window::make_surface(VkInstance instance) const {
    VkSurfaceKHR surface = VK_NULL_HANDLE;
    EMBED_VK(glfwCreateWindowSurface(instance, handle_, nullptr, &surface));
    return surface;
}

void Window::poll(Steering& steering, double wait_seconds) {
    steering_ = &steering;
    if (wait_seconds > 0)
        glfwWaitEventsTimeout(wait_seconds);
    else
        glfwPollEvents();
    steering_ = nullptr;
}

void Window::on_key(GLFWwindow* handle, int key, int, int action, int) {
    Steering* const steering = window_of(handle)->steering_;
    if (!steering || action == GLFW_RELEASE) return;
    if (key >= GLFW_KEY_1 && key <= GLFW_KEY_9) steering->choose(size_t(key - GLFW_KEY_1));
    for (const Key& row : keys)
        if (row.key == key && (action == GLFW_PRESS || row.repeats)) steering->act(row.action);
}

void Window::on_drag(double x, double y) {
    const VkExtent2D now = size();
    const double height = std::max(now.height, 1u);
    const auto dx = float((x - mouse_x_) / height), dy = float((y - mouse_y_) / height);
    mouse_x_ = x;
    mouse_y_ = y;
    if (!steering_) return;
    const auto down = [&](int button) { return glfwGetMouseButton(handle_, button) == GLFW_PRESS; };
    const bool shift = glfwGetKey(handle_, GLFW_KEY_LEFT_SHIFT) == GLFW_PRESS;
    const bool left = down(GLFW_MOUSE_BUTTON_LEFT);
    if (down(GLFW_MOUSE_BUTTON_MIDDLE) || (left && shift))
        steering_->drag(Drag::light, dx, dy);
    else if (left)
        steering_->drag(Drag::first_pair, dx, dy);
    else if (down(GLFW_MOUSE_BUTTON_RIGHT))
        steering_->drag(Drag::second_pair, dx, dy);
}

bool Window::closed() const { return glfwWindowShouldClose(handle_) == GLFW_TRUE; }

VkExtent2D Window::size() const {
    if (glfwGetWindowAttrib(handle_, GLFW_ICONIFIED)) return {};
    int width = 0, height = 0;
    glfwGetFramebufferSize(handle_, &width, &height);
    return {uint32_t(width), uint32_t(height)};
}

bool Window::take_resized() { return std::exchange(resized_, false); }

float Window::scale() const {
    float x = 1, y = 1;
    glfwGetWindowContentScale(handle_, &x, &y);
    return x > 0 ? x : 1;
}

void Window::set_title(const std::string& title) { glfwSetWindowTitle(handle_, title.c_str()); }

}  // namespace embed
