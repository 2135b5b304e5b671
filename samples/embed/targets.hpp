// The one render pass, and what it draws into: multisampled colour and depth, resolved into the images given.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/memory.hpp"

#include <vector>

namespace embed {

// `final_layout`: of the resolved image after the pass, PRESENT_SRC_KHR or TRANSFER_SRC_OPTIMAL.
Result<OwnedRenderPass> make_render_pass(const Gpu& gpu, VkFormat format, VkImageLayout final_layout);

struct Targets {
    VkExtent2D extent{};
    Image colour;  // none without multisampling
    Image depth;
    std::vector<OwnedFramebuffer> framebuffers;  // one for each view

    static Result<Targets> create(const Gpu& gpu, VkRenderPass pass, VkFormat format, VkExtent2D extent,
                                  const std::vector<VkImageView>& views);
};

}  // namespace embed
