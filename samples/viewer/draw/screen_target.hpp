// What the interface is drawn into: one colour attachment, cleared.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/memory.hpp"

#include <functional>
#include <vector>

namespace viewer {

// `final_layout`: PRESENT_SRC_KHR or TRANSFER_SRC_OPTIMAL. Passes of one format are compatible.
render::Result<render::OwnedRenderPass> make_screen_pass(const render::Gpu& gpu, VkFormat format,
                                                         VkImageLayout final_layout);

class ScreenTarget {
public:
    static render::Result<ScreenTarget> create(const render::Gpu& gpu, VkRenderPass pass, VkExtent2D extent,
                                               const std::vector<VkImageView>& views);
    // Begins and ends the pass around `draw`. `rgb`: what it is cleared to, the highest byte unused.
    render::Status record(VkCommandBuffer commands, uint32_t image, uint32_t rgb,
                          const std::function<render::Status()>& draw) const;
    VkExtent2D extent() const { return extent_; }

private:
    VkRenderPass pass_ = VK_NULL_HANDLE;
    VkExtent2D extent_{};
    std::vector<render::OwnedFramebuffer> framebuffers_;
};

}  // namespace viewer
