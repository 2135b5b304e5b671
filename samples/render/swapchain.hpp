// The window's images. They change with its size; there are none while it has no area.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/memory.hpp"

#include <optional>
#include <vector>

namespace render {

// A format of the surface with four bytes a pixel that encodes what is written as sRGB, or that does not;
// else its first.
Result<VkSurfaceFormatKHR> choose_format(const Gpu& gpu, VkSurfaceKHR surface, bool encodes);

class Swapchain {
public:
    Swapchain(const Gpu& gpu, VkSurfaceKHR surface, VkSurfaceFormatKHR format)
        : gpu_(gpu), surface_(surface), format_(format) {}

    // The device must be idle. `size`: of the window, where the surface leaves it open. False: no area.
    Result<bool> resize(VkExtent2D size);

    // The image to draw into, once `ready` is signalled; nothing when the swapchain must be made again.
    Result<std::optional<uint32_t>> acquire(VkSemaphore ready);
    VkSemaphore drawn(uint32_t image) const { return drawn_[image]; }  // to signal by what draws it
    // False when the swapchain should be made again.
    Result<bool> present(uint32_t image);

    VkExtent2D extent() const { return extent_; }
    std::vector<VkImageView> views() const { return {views_.begin(), views_.end()}; }

private:
    Status make_views();

    const Gpu& gpu_;
    VkSurfaceKHR surface_;
    VkSurfaceFormatKHR format_;
    VkExtent2D extent_{};
    OwnedSwapchain handle_;
    std::vector<OwnedImageView> views_;
    std::vector<OwnedSemaphore> drawn_;
};

Result<OwnedSemaphore> make_semaphore(const Gpu& gpu);

}  // namespace render
