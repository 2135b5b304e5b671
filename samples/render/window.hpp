// A window of GLFW that Vulkan draws to. Keys and mouse are its user's, by the handle.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/status.hpp"

#include <memory>
#include <string>
#include <vector>

struct GLFWwindow;

namespace render {

class Window {
public:
    // Without a display: an error (exit code 2) that ends with `instead`, what to do then.
    static Result<std::unique_ptr<Window>> create(VkExtent2D size, const std::string& title,
                                                  const std::string& instead);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    std::vector<const char*> instance_extensions() const;
    bool presents(VkInstance instance, VkPhysicalDevice physical, uint32_t family) const;
    Result<VkSurfaceKHR> make_surface(VkInstance instance) const;

    GLFWwindow* handle() const { return handle_; }
    bool closed() const;
    VkExtent2D size() const;  // in pixels; no area while minimised
    bool take_resized();      // since it was asked last
    float scale() const;
    void set_title(const std::string& title);

private:
    Window() = default;

    GLFWwindow* handle_ = nullptr;
    VkExtent2D known_size_{};
    bool started_ = false;
};

}  // namespace render
