// One command buffer and one submission a frame.
// SPDX-License-Identifier: MIT
#include "samples/render/frames.hpp"

#include "samples/render/swapchain.hpp"

#include <algorithm>
#include <array>

namespace render {

Result<Frames> Frames::create(const Gpu& gpu) {
    Frames frames(gpu);
    frames.slots_.resize(in_flight);
    for (FrameSlot& slot : frames.slots_) RENDER_TRY(frames.make_slot(slot));
    return frames;
}

Status Frames::make_slot(FrameSlot& slot) const {
    auto pool_info = vk_struct<VkCommandPoolCreateInfo>(VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
    pool_info.queueFamilyIndex = gpu_->queue_family;
    VkCommandPool pool = VK_NULL_HANDLE;
    RENDER_VK(vkCreateCommandPool(gpu_->device, &pool_info, nullptr, &pool));
    slot.pool = OwnedCommandPool(gpu_->device, pool);
    auto info = vk_struct<VkCommandBufferAllocateInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
    info.commandPool = pool;
    info.commandBufferCount = 1;
    RENDER_VK(vkAllocateCommandBuffers(gpu_->device, &info, &slot.commands));
    auto fence_info = vk_struct<VkFenceCreateInfo>(VK_STRUCTURE_TYPE_FENCE_CREATE_INFO);
    fence_info.flags = VK_FENCE_CREATE_SIGNALED_BIT;
    VkFence fence = VK_NULL_HANDLE;
    RENDER_VK(vkCreateFence(gpu_->device, &fence_info, nullptr, &fence));
    slot.done = OwnedFence(gpu_->device, fence);
    RENDER_ASSIGN(slot.acquired, make_semaphore(*gpu_));
    RENDER_ASSIGN(slot.written, make_semaphore(*gpu_));
    return {};
}

Result<FrameSlot*> Frames::begin() {
    FrameSlot& slot = slots_[current_];
    const VkFence done = slot.done;
    RENDER_VK(vkWaitForFences(gpu_->device, 1, &done, VK_TRUE, UINT64_MAX));
    completed_ = std::max(completed_, slot.frame);
    RENDER_VK(vkResetCommandPool(gpu_->device, slot.pool, 0));
    auto info = vk_struct<VkCommandBufferBeginInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO);
    info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    RENDER_VK(vkBeginCommandBuffer(slot.commands, &info));
    return &slot;
}

Status Frames::submit(uint64_t frame, const QueueOrder& order) {
    FrameSlot& slot = slots_[current_];
    RENDER_VK(vkEndCommandBuffer(slot.commands));
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
    RENDER_VK(vkResetFences(gpu_->device, 1, &done));
    RENDER_VK(vkQueueSubmit(gpu_->queue, 1, &info, done));
    slot.frame = frame;
    current_ = (current_ + 1) % in_flight;
    return {};
}

}  // namespace render
