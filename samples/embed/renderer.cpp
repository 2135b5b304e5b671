// One command buffer and one submission a frame.
// SPDX-License-Identifier: MIT
#include "samples/embed/renderer.hpp"

#include "samples/embed/swapchain.hpp"

#include <algorithm>
#include <array>

namespace embed {

Result<Renderer> Renderer::create(const Gpu& gpu, VkFormat format, VkImageLayout final_layout,
                                  const Pictures& pictures) {
    Renderer renderer(gpu);
    renderer.format_ = format;
    EMBED_ASSIGN(renderer.pass_, make_render_pass(gpu, format, final_layout));
    EMBED_ASSIGN(renderer.scene_, Scene::create(gpu, renderer.pass_, pictures, frames_in_flight));
    renderer.slots_.resize(frames_in_flight);
    for (FrameSlot& slot : renderer.slots_) EMBED_TRY(renderer.make_slot(slot));
    return renderer;
}

Status Renderer::make_slot(FrameSlot& slot) const {
    auto pool_info = vk_struct<VkCommandPoolCreateInfo>(VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
    pool_info.queueFamilyIndex = gpu_->queue_family;
    VkCommandPool pool = VK_NULL_HANDLE;
    EMBED_VK(vkCreateCommandPool(gpu_->device, &pool_info, nullptr, &pool));
    slot.pool = OwnedCommandPool(gpu_->device, pool);
    auto info = vk_struct<VkCommandBufferAllocateInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
    info.commandPool = pool;
    info.commandBufferCount = 1;
    EMBED_VK(vkAllocateCommandBuffers(gpu_->device, &info, &slot.commands));
    auto fence_info = vk_struct<VkFenceCreateInfo>(VK_STRUCTURE_TYPE_FENCE_CREATE_INFO);
    fence_info.flags = VK_FENCE_CREATE_SIGNALED_BIT;
    VkFence fence = VK_NULL_HANDLE;
    EMBED_VK(vkCreateFence(gpu_->device, &fence_info, nullptr, &fence));
    slot.done = OwnedFence(gpu_->device, fence);
    EMBED_ASSIGN(slot.acquired, make_semaphore(*gpu_));
    EMBED_ASSIGN(slot.written, make_semaphore(*gpu_));
    return {};
}

Status Renderer::set_images(VkExtent2D extent, const std::vector<VkImageView>& views) {
    targets_ = {};
    EMBED_ASSIGN(targets_, Targets::create(*gpu_, pass_, format_, extent, views));
    return {};
}

Result<FrameSlot*> Renderer::begin() {
    FrameSlot& slot = slots_[current_];
    const VkFence done = slot.done;
    EMBED_VK(vkWaitForFences(gpu_->device, 1, &done, VK_TRUE, UINT64_MAX));
    completed_ = std::max(completed_, slot.frame);
    EMBED_VK(vkResetCommandPool(gpu_->device, slot.pool, 0));
    auto info = vk_struct<VkCommandBufferBeginInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO);
    info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    EMBED_VK(vkBeginCommandBuffer(slot.commands, &info));
    return &slot;
}

Status Renderer::finish(uint64_t frame, uint32_t image, const SceneView& view,
                        std::span<const OverlayVertex> overlay, const QueueOrder& order) {
    FrameSlot& slot = slots_[current_];
    const VkCommandBuffer commands = slot.commands;
    SceneView sized = view;
    sized.extent = targets_.extent;
    scene_->update(current_, sized);

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
    scene_->draw(commands, current_, overlay);
    vkCmdEndRenderPass(commands);
    EMBED_VK(vkEndCommandBuffer(commands));

    EMBED_TRY(submit(slot, order));
    slot.frame = frame;
    current_ = (current_ + 1) % frames_in_flight;
    return {};
}

Status Renderer::submit(FrameSlot& slot, const QueueOrder& order) const {
    std::array<VkSemaphore, 2> waits{};
    std::array<VkPipelineStageFlags, 2> stages{};
    uint32_t wait_count = 0;
    const auto wait = [&](VkSemaphore semaphore, VkPipelineStageFlags stage) {
        if (!semaphore) return;
        waits[wait_count] = semaphore;
        stages[wait_count++] = stage;
    };
    wait(order.acquired, VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT);
    wait(order.written, VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT);
    auto info = vk_struct<VkSubmitInfo>(VK_STRUCTURE_TYPE_SUBMIT_INFO);
    info.waitSemaphoreCount = wait_count;
    info.pWaitSemaphores = waits.data();
    info.pWaitDstStageMask = stages.data();
    info.commandBufferCount = 1;
    info.pCommandBuffers = &slot.commands;
    info.signalSemaphoreCount = order.drawn ? 1 : 0;
    info.pSignalSemaphores = &order.drawn;
    const VkFence done = slot.done;
    EMBED_VK(vkResetFences(gpu_->device, 1, &done));
    EMBED_VK(vkQueueSubmit(gpu_->queue, 1, &info, done));
    return {};
}

}  // namespace embed
