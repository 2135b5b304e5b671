// The render pass around the scene.
// SPDX-License-Identifier: MIT
#include "samples/embed/renderer.hpp"

#include <array>

namespace embed {

Result<Renderer> Renderer::create(const Gpu& gpu, VkFormat format, VkImageLayout final_layout,
                                  const Pictures& pictures) {
    Renderer renderer(gpu);
    renderer.format_ = format;
    RENDER_ASSIGN(renderer.pass_, make_render_pass(gpu, format, final_layout));
    RENDER_ASSIGN(renderer.scene_, Scene::create(gpu, renderer.pass_, pictures, Frames::in_flight));
    RENDER_ASSIGN(renderer.frames_, Frames::create(gpu));
    return renderer;
}

Status Renderer::set_images(VkExtent2D extent, const std::vector<VkImageView>& views) {
    targets_ = {};
    RENDER_ASSIGN(targets_, Targets::create(*gpu_, pass_, format_, extent, views));
    return {};
}

Status Renderer::finish(uint64_t frame, uint32_t image, const SceneView& view,
                        std::span<const OverlayVertex> overlay, const QueueOrder& order) {
    const VkCommandBuffer commands = frames_->recording();
    SceneView sized = view;
    sized.extent = targets_.extent;
    scene_->update(frames_->current(), sized);

    std::array<VkClearValue, 3> clear{};
    clear[1].depthStencil.depth = 1;
    auto info = vk_struct<VkRenderPassBeginInfo>(VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO);
    info.renderPass = pass_;
    info.framebuffer = targets_.framebuffers[image];
    info.renderArea.extent = targets_.extent;
    info.clearValueCount = uint32_t(clear.size());
    info.pClearValues = clear.data();
    vkCmdBeginRenderPass(commands, &info, VK_SUBPASS_CONTENTS_INLINE);
    const VkViewport viewport{0, 0, float(targets_.extent.width), float(targets_.extent.height), 0, 1};
    const VkRect2D scissor{{0, 0}, targets_.extent};
    vkCmdSetViewport(commands, 0, 1, &viewport);
    vkCmdSetScissor(commands, 0, 1, &scissor);
    scene_->draw(commands, frames_->current(), overlay);
    vkCmdEndRenderPass(commands);
    return frames_->submit(frame, order);
}

}  // namespace embed
