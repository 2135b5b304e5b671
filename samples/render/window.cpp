// Opening a window, and what it tells of itself.
// SPDX-License-Identifier: MIT
#include "samples/render/window.hpp"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

namespace render {

Result<std::unique_ptr<Window>> Window::create(VkExtent2D size, const std::string& title,
                                               const std::string& instead) {
    std::unique_ptr<Window> window(new Window);
    window->started_ = glfwInit() == GLFW_TRUE;
    if (!window->started_) {
        const char* why = nullptr;
        glfwGetError(&why);
        return Error{"There is no display to open a window on" +
                         std::string(why ? " (" + std::string(why) + ")" : "") + "; " + instead,
                     2};
    }
    if (!glfwVulkanSupported()) return Error{"GLFW finds no Vulkan that can draw to windows; " + instead, 2};
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    glfwWindowHint(GLFW_SCALE_TO_MONITOR, GLFW_TRUE);
    window->handle_ = glfwCreateWindow(int(size.width), int(size.height), title.c_str(), nullptr, nullptr);
    if (!window->handle_) return Error{"The window could not be opened; " + instead, 2};
    window->known_size_ = window->size();
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
    RENDER_VK(glfwCreateWindowSurface(instance, handle_, nullptr, &surface));
    return surface;
}

bool Window::closed() const { return glfwWindowShouldClose(handle_) == GLFW_TRUE; }

VkExtent2D Window::size() const {
    if (glfwGetWindowAttrib(handle_, GLFW_ICONIFIED)) return {};
    int width = 0, height = 0;
    glfwGetFramebufferSize(handle_, &width, &height);
    return {uint32_t(width), uint32_t(height)};
}

bool Window::take_resized() {
    const VkExtent2D now = size();
    const bool resized = now.width != known_size_.width || now.height != known_size_.height;
    known_size_ = now;
    return resized;
}

float Window::scale() const {
    float x = 1, y = 1;
    glfwGetWindowContentScale(handle_, &x, &y);
    return x > 0 ? x : 1;
}

void Window::set_title(const std::string& title) { glfwSetWindowTitle(handle_, title.c_str()); }

}  // namespace render
