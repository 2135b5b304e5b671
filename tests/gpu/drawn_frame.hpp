// A host's drawing, for tests: a render pass that clears an image.
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/gpu/host_image.hpp"

#include <doctest/doctest.h>

#include <cstdint>

namespace vkgan {

class DrawnFrame {
public:
    DrawnFrame(Device& device, uint32_t side)
        : device_(device), image_(device, {.width = side, .height = side}), side_(side) {
        const VolkDeviceTable& vk = device.vk();
        VkAttachmentDescription attachment{};
        attachment.format = image_.info().format;
        attachment.samples = VK_SAMPLE_COUNT_1_BIT;
        attachment.loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR;
        attachment.storeOp = VK_ATTACHMENT_STORE_OP_STORE;
        attachment.initialLayout = VK_IMAGE_LAYOUT_UNDEFINED;
        attachment.finalLayout = VK_IMAGE_LAYOUT_GENERAL;
        const VkAttachmentReference reference{0, VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL};
        VkSubpassDescription subpass{};
        subpass.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS;
        subpass.colorAttachmentCount = 1;
        subpass.pColorAttachments = &reference;
        VkSubpassDependency dependency{};
        dependency.srcSubpass = VK_SUBPASS_EXTERNAL;
        dependency.srcStageMask = dependency.dstStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
        dependency.srcAccessMask = dependency.dstAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT;
        auto pass = vk_struct<VkRenderPassCreateInfo>(VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO);
        pass.attachmentCount = 1;
        pass.pAttachments = &attachment;
        pass.subpassCount = 1;
        pass.pSubpasses = &subpass;
        pass.dependencyCount = 1;
        pass.pDependencies = &dependency;
        REQUIRE(vk.vkCreateRenderPass(device.handle(), &pass, nullptr, &pass_) == VK_SUCCESS);
        auto view = vk_struct<VkImageViewCreateInfo>(VK_STRUCTURE_TYPE_IMAGE_VIEW_CREATE_INFO);
        view.image = image_.handle();
        view.viewType = VK_IMAGE_VIEW_TYPE_2D;
        view.format = image_.info().format;
        view.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
        REQUIRE(vk.vkCreateImageView(device.handle(), &view, nullptr, &view_) == VK_SUCCESS);
        auto buffer = vk_struct<VkFramebufferCreateInfo>(VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO);
        buffer.renderPass = pass_;
        buffer.attachmentCount = 1;
        buffer.pAttachments = &view_;
        buffer.width = buffer.height = side;
        buffer.layers = 1;
        REQUIRE(vk.vkCreateFramebuffer(device.handle(), &buffer, nullptr, &buffer_) == VK_SUCCESS);
    }
    ~DrawnFrame() {
        const VolkDeviceTable& vk = device_.vk();
        vk.vkDestroyFramebuffer(device_.handle(), buffer_, nullptr);
        vk.vkDestroyImageView(device_.handle(), view_, nullptr);
        vk.vkDestroyRenderPass(device_.handle(), pass_, nullptr);
    }
    DrawnFrame(const DrawnFrame&) = delete;
    DrawnFrame& operator=(const DrawnFrame&) = delete;

    void write(VkCommandBuffer commands) const {
        VkClearValue colour{};
        auto begin = vk_struct<VkRenderPassBeginInfo>(VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO);
        begin.renderPass = pass_;
        begin.framebuffer = buffer_;
        begin.renderArea = {{0, 0}, {side_, side_}};
        begin.clearValueCount = 1;
        begin.pClearValues = &colour;
        device_.vk().vkCmdBeginRenderPass(commands, &begin, VK_SUBPASS_CONTENTS_INLINE);
        device_.vk().vkCmdEndRenderPass(commands);
    }
    void draw() const {
        run_commands(device_, [&](VkCommandBuffer commands) { write(commands); });
    }

private:
    Device& device_;
    HostImage image_;
    uint32_t side_;
    VkRenderPass pass_ = VK_NULL_HANDLE;
    VkImageView view_ = VK_NULL_HANDLE;
    VkFramebuffer buffer_ = VK_NULL_HANDLE;
};

}  // namespace vkgan
