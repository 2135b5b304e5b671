// Pass and framebuffers.
// SPDX-License-Identifier: MIT
#include "samples/viewer/draw/screen_target.hpp"

#include <array>

namespace viewer {

using namespace render;

Result<OwnedRenderPass> make_screen_pass(const Gpu& gpu, VkFormat format, VkImageLayout final_layout) {
    VkAttachmentDescription colour{};
    colour.format = format;
    colour.samples = VK_SAMPLE_COUNT_1_BIT;
    colour.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR;
    colour.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
    colour.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE;
    colour.stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE;
    colour.finalLayout = final_layout;
    const VkAttachmentReference reference{0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL};
    VkSubpassDescription subpass{};
    subpass.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS;
    subpass.colorAttachmentCount = 1;
    subpass.pColorAttachments = &reference;
    // An image is written after what read it last, and read by transfers after it.
    std::array<VkSubpassDependency, 2> order{};
    order[0].srcSubpass = VK_SUBPASS_EXTERNAL;
    order[0].srcStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT;
    order[0].dstStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    order[0].srcAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT;
    order[0].dstAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT | VK_ACCESS_COLOR_ATTACHMENT_READ_BIT;
    order[1].dstSubpass = VK_SUBPASS_EXTERNAL;
    order[1].srcStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    order[1].dstStageMask = VK_PIPELINE_STAGE_TRANSFER_BIT;
    order[1].srcAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT;
    order[1].dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT;
    auto info = vk_struct<VkRenderPassCreateInfo>(VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO);
    info.attachmentCount = 1;
    info.pAttachments = &colour;
    info.subpassCount = 1;
    info.pSubpasses = &subpass;
    info.dependencyCount = uint32_t(order.size());
    info.pDependencies = order.data();
    VkRenderPass pass = VK_NULL_HANDLE;
    RENDER_VK(vkCreateRenderPass(gpu.device, &info, nullptr, &pass));
    return OwnedRenderPass(gpu.device, pass);
}

Result<ScreenTarget> ScreenTarget::create(const Gpu& gpu, VkRenderPass pass, VkExtent2D extent,
                                          const std::vector<VkImageView>& views) {
    ScreenTarget target;
    target.pass_ = pass;
    target.extent_ = extent;
    for (const VkImageView view : views) {
        auto info = vk_struct<VkFramebufferCreateInfo>(VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO);
        info.renderPass = pass;
        info.attachmentCount = 1;
        info.pAttachments = &view;
        info.width = extent.width;
        info.height = extent.height;
        info.layers = 1;
        VkFramebuffer framebuffer = VK_NULL_HANDLE;
        RENDER_VK(vkCreateFramebuffer(gpu.device, &info, nullptr, &framebuffer));
        target.framebuffers_.emplace_back(gpu.device, framebuffer);
    }
    return target;
}

Status ScreenTarget::record(VkCommandBuffer commands, uint32_t image, uint32_t rgb,
                            const std::function<Status()>& draw) const {
    const auto part = [&](int shift) { return float(rgb >> shift & 0xFF) / 255; };
    VkClearValue clear{};
    clear.color = {{part(0), part(8), part(16), 1}};
    auto info = vk_struct<VkRenderPassBeginInfo>(VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO);
    info.renderPass = pass_;
    info.framebuffer = framebuffers_[image];
    info.renderArea.extent = extent_;
    info.clearValueCount = 1;
    info.pClearValues = &clear;
    vkCmdBeginRenderPass(commands, &info, VK_SUBPASS_CONTENTS_INLINE);
    const Status drawn = draw();
    vkCmdEndRenderPass(commands);
    return drawn;
}

}  // namespace viewer
