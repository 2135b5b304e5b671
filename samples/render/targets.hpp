// A render pass of a scene, and what it draws into: multisampled colour and depth, resolved into the images
// given.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/memory.hpp"

#include <vector>

namespace render {

// `final_layout`: of the resolved image after the pass, PRESENT_SRC_KHR, TRANSFER_SRC_OPTIMAL or
// SHADER_READ_ONLY_OPTIMAL.
Result<OwnedRenderPass> make_render_pass(const Gpu& gpu, VkFormat format, VkImageLayout final_layout);

struct Targets {
    VkExtent2D extent{};
    Image colour;  // none without multisampling
    Image depth;
    std::vector<OwnedFramebuffer> framebuffers;  // one for each view

    static Result<Targets> create(const Gpu& gpu, VkRenderPass pass, VkFormat format, VkExtent2D extent,
                                  const std::vector<VkImageView>& views);
};

}  // namespace render
