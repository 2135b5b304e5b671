// Render pass, attachments and framebuffers.
// SPDX-License-Identifier: MIT
#include "samples/render/targets.hpp"

#include <array>

namespace render {
namespace {

// D16 must be there, but the scene likes more; one of the other two must be, too.
VkFormat depth_format(const Gpu& gpu) {
    VkFormatProperties properties;
    vkGetPhysicalDeviceFormatProperties(gpu.physical, VK_FORMAT_D32_SFLOAT, &properties);
    const bool has = properties.optimalTilingFeatures & VK_FORMAT_FEATURE_DEPTH_STENCIL_ATTACHMENT_BIT;
    return has ? VK_FORMAT_D32_SFLOAT : VK_FORMAT_X8_D24_UNORM_PACK32;
}

bool multisampled(const Gpu& gpu) { return gpu.samples != VK_SAMPLE_COUNT_1_BIT; }

VkAttachmentDescription attachment(VkFormat format, VkSampleCountFlagBits samples, VkImageLayout layout) {
    VkAttachmentDescription description{};
    description.format = format;
    description.samples = samples;
    description.loadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE;
    description.storeOp = VK_ATTACHMENT_STORE_OP_DONT_CARE;
    description.stencilLoadOp = VK_ATTACHMENT_LOAD_OP_DONT_CARE;
    description.stencilStoreOp = VK_ATTACHMENT_STORE_OP_DONT_CARE;
    description.finalLayout = layout;
    return description;
}

// Frames in flight share colour and depth: a frame's writes wait for those of the frame before.
std::array<VkSubpassDependency, 2> dependencies() {
    std::array<VkSubpassDependency, 2> both{};
    VkSubpassDependency& before = both[0];
    before.srcSubpass = VK_SUBPASS_EXTERNAL;
    before.srcStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT |
                          VK_PIPELINE_STAGE_EARLY_FRAGMENT_TESTS_BIT |
                          VK_PIPELINE_STAGE_LATE_FRAGMENT_TESTS_BIT;
    before.dstStageMask = before.srcStageMask;
    before.srcAccessMask =
        VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT | VK_ACCESS_DEPTH_STENCIL_ATTACHMENT_WRITE_BIT;
    before.dstAccessMask = before.srcAccessMask | VK_ACCESS_COLOR_ATTACHMENT_READ_BIT |
                           VK_ACCESS_DEPTH_STENCIL_ATTACHMENT_READ_BIT;
    VkSubpassDependency& after = both[1];
    after.dstSubpass = VK_SUBPASS_EXTERNAL;
    after.srcStageMask = VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT;
    after.dstStageMask = VK_PIPELINE_STAGE_TRANSFER_BIT | VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT;
    after.srcAccessMask = VK_ACCESS_COLOR_ATTACHMENT_WRITE_BIT;
    after.dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_SHADER_READ_BIT;
    return both;
}

}  // namespace

Result<OwnedRenderPass> make_render_pass(const Gpu& gpu, VkFormat format, VkImageLayout final_layout) {
    constexpr VkImageLayout colour_layout = VK_IMAGE_LAYOUT_COLOR_ATTACHMENT_OPTIMAL;
    constexpr VkImageLayout depth_layout = VK_IMAGE_LAYOUT_DEPTH_STENCIL_ATTACHMENT_OPTIMAL;
    // Without multisampling the first attachment is the image itself, and there is no third.
    std::array attachments{attachment(format, gpu.samples, multisampled(gpu) ? colour_layout : final_layout),
                           attachment(depth_format(gpu), gpu.samples, depth_layout),
                           attachment(format, VK_SAMPLE_COUNT_1_BIT, final_layout)};
    attachments[multisampled(gpu) ? 2 : 0].storeOp = VK_ATTACHMENT_STORE_OP_STORE;
    attachments[1].loadOp = VK_ATTACHMENT_LOAD_OP_CLEAR;

    const VkAttachmentReference colour{0, colour_layout}, depth{1, depth_layout}, resolve{2, colour_layout};
    VkSubpassDescription subpass{};
    subpass.pipelineBindPoint = VK_PIPELINE_BIND_POINT_GRAPHICS;
    subpass.colorAttachmentCount = 1;
    subpass.pColorAttachments = &colour;
    subpass.pDepthStencilAttachment = &depth;
    subpass.pResolveAttachments = multisampled(gpu) ? &resolve : nullptr;

    const auto order = dependencies();
    auto info = vk_struct<VkRenderPassCreateInfo>(VK_STRUCTURE_TYPE_RENDER_PASS_CREATE_INFO);
    info.attachmentCount = multisampled(gpu) ? 3 : 2;
    info.pAttachments = attachments.data();
    info.subpassCount = 1;
    info.pSubpasses = &subpass;
    info.dependencyCount = uint32_t(order.size());
    info.pDependencies = order.data();
    VkRenderPass pass = VK_NULL_HANDLE;
    RENDER_VK(vkCreateRenderPass(gpu.device, &info, nullptr, &pass));
    return OwnedRenderPass(gpu.device, pass);
}

Result<Targets> Targets::create(const Gpu& gpu, VkRenderPass pass, VkFormat format, VkExtent2D extent,
                                const std::vector<VkImageView>& views) {
    Targets targets;
    targets.extent = extent;
    ImageInfo image{.format = format, .extent = extent, .samples = gpu.samples};
    image.usage = VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT;
    if (multisampled(gpu)) {
        RENDER_ASSIGN(targets.colour, make_image(gpu, image));
    }
    image.format = depth_format(gpu);
    image.usage = VK_IMAGE_USAGE_DEPTH_STENCIL_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSIENT_ATTACHMENT_BIT;
    image.aspect = VK_IMAGE_ASPECT_DEPTH_BIT;
    RENDER_ASSIGN(targets.depth, make_image(gpu, image));

    for (VkImageView view : views) {
        const std::array with{VkImageView(targets.colour.view), VkImageView(targets.depth.view), view};
        const std::array without{view, VkImageView(targets.depth.view)};
        auto info = vk_struct<VkFramebufferCreateInfo>(VK_STRUCTURE_TYPE_FRAMEBUFFER_CREATE_INFO);
        info.renderPass = pass;
        info.attachmentCount = multisampled(gpu) ? 3 : 2;
        info.pAttachments = multisampled(gpu) ? with.data() : without.data();
        info.width = extent.width;
        info.height = extent.height;
        info.layers = 1;
        VkFramebuffer framebuffer = VK_NULL_HANDLE;
        RENDER_VK(vkCreateFramebuffer(gpu.device, &info, nullptr, &framebuffer));
        targets.framebuffers.emplace_back(gpu.device, framebuffer);
    }
    return targets;
}

}  // namespace render
