// An image as a host makes it, for tests: filled, brought into layouts, and read back.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/device.hpp"
#include "host/gpu/memory.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

namespace vkgan {

// Records commands, sends them and waits.
inline void run_commands(Device& device, const std::function<void(VkCommandBuffer)>& record) {
    const VolkDeviceTable& vk = device.vk();
    auto pool_info = vk_struct<VkCommandPoolCreateInfo>(VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
    pool_info.queueFamilyIndex = device.queue_family();
    VkCommandPool pool = VK_NULL_HANDLE;
    REQUIRE(vk.vkCreateCommandPool(device.handle(), &pool_info, nullptr, &pool) == VK_SUCCESS);
    auto info = vk_struct<VkCommandBufferAllocateInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
    info.commandPool = pool;
    info.commandBufferCount = 1;
    VkCommandBuffer commands = VK_NULL_HANDLE;
    REQUIRE(vk.vkAllocateCommandBuffers(device.handle(), &info, &commands) == VK_SUCCESS);
    const auto begin = vk_struct<VkCommandBufferBeginInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO);
    REQUIRE(vk.vkBeginCommandBuffer(commands, &begin) == VK_SUCCESS);
    record(commands);
    REQUIRE(vk.vkEndCommandBuffer(commands) == VK_SUCCESS);
    VkFence fence = VK_NULL_HANDLE;
    const auto fence_info = vk_struct<VkFenceCreateInfo>(VK_STRUCTURE_TYPE_FENCE_CREATE_INFO);
    REQUIRE(vk.vkCreateFence(device.handle(), &fence_info, nullptr, &fence) == VK_SUCCESS);
    auto submit = vk_struct<VkSubmitInfo>(VK_STRUCTURE_TYPE_SUBMIT_INFO);
    submit.commandBufferCount = 1;
    submit.pCommandBuffers = &commands;
    REQUIRE(device.submit(submit, fence, "a test's commands").ok());
    REQUIRE(vk.vkWaitForFences(device.handle(), 1, &fence, VK_TRUE, UINT64_MAX) == VK_SUCCESS);
    vk.vkDestroyFence(device.handle(), fence, nullptr);
    vk.vkDestroyCommandPool(device.handle(), pool, nullptr);
}

struct HostImageInfo {
    VkFormat format = VK_FORMAT_R8G8B8A8_UNORM;
    uint32_t width = 1, height = 1, levels = 1, layers = 1;
    VkImageUsageFlags usage = VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT |
                              VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT;
};

class HostImage {
public:
    HostImage(Device& device, const HostImageInfo& info) : device_(device), info_(info) {
        const VolkDeviceTable& vk = device.vk();
        auto image = vk_struct<VkImageCreateInfo>(VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO);
        image.imageType = VK_IMAGE_TYPE_2D;
        image.format = info.format;
        image.extent = {info.width, info.height, 1};
        image.mipLevels = info.levels;
        image.arrayLayers = info.layers;
        image.samples = VK_SAMPLE_COUNT_1_BIT;
        image.tiling = VK_IMAGE_TILING_OPTIMAL;
        image.usage = info.usage;
        REQUIRE(vk.vkCreateImage(device.handle(), &image, nullptr, &image_) == VK_SUCCESS);
        VkMemoryRequirements needs{};
        vk.vkGetImageMemoryRequirements(device.handle(), image_, &needs);
        auto memory = vk_struct<VkMemoryAllocateInfo>(VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO);
        memory.allocationSize = needs.size;
        while (!(needs.memoryTypeBits >> memory.memoryTypeIndex & 1)) ++memory.memoryTypeIndex;
        REQUIRE(vk.vkAllocateMemory(device.handle(), &memory, nullptr, &memory_) == VK_SUCCESS);
        REQUIRE(vk.vkBindImageMemory(device.handle(), image_, memory_, 0) == VK_SUCCESS);
    }
    ~HostImage() {
        device_.vk().vkDestroyImage(device_.handle(), image_, nullptr);
        device_.vk().vkFreeMemory(device_.handle(), memory_, nullptr);
    }
    HostImage(const HostImage&) = delete;
    HostImage& operator=(const HostImage&) = delete;

    VkImage handle() const { return image_; }
    const HostImageInfo& info() const { return info_; }
    uint32_t level_width(uint32_t level) const { return std::max(info_.width >> level, 1u); }
    uint32_t level_height(uint32_t level) const { return std::max(info_.height >> level, 1u); }
    size_t texel_bytes() const { return info_.format == VK_FORMAT_R16G16B16A16_SFLOAT ? 8 : 4; }

    // All of it, in one colour; then it is in `layout`.
    void fill(VkImageLayout layout) {
        const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, info_.levels, 0, info_.layers};
        const VkClearColorValue colour{.float32 = {0, 1, 1, 0}};
        run_commands(device_, [&](VkCommandBuffer to) {
            change(to, all, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
            device_.vk().vkCmdClearColorImage(to, image_, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, &colour, 1,
                                              &all);
            change(to, all, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, layout);
        });
    }

    // The texels of one level of one layer, which is in `layout`, and in TRANSFER_SRC_OPTIMAL afterwards.
    std::vector<uint8_t> read(uint32_t level, uint32_t layer, VkImageLayout layout) {
        const size_t bytes = texel_bytes() * level_width(level) * level_height(level);
        auto buffer = Buffer::create(device_, {.name = "texels",
                                               .memory_class = "test",
                                               .bytes = int64_t(bytes),
                                               .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                               .use = MemoryUse::readback});
        REQUIRE(buffer.ok());
        VkBufferImageCopy region{};
        region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level, layer, 1};
        region.imageExtent = {level_width(level), level_height(level), 1};
        run_commands(device_, [&](VkCommandBuffer to) {
            change(to, {VK_IMAGE_ASPECT_COLOR_BIT, level, 1, layer, 1}, layout,
                   VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL);
            device_.vk().vkCmdCopyImageToBuffer(to, image_, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                                                buffer->handle(), 1, &region);
            auto barrier = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
            barrier.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
            barrier.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
            device_.vk().vkCmdPipelineBarrier(to, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT,
                                              0, 1, &barrier, 0, nullptr, 0, nullptr);
        });
        std::vector<uint8_t> texels(bytes);
        std::memcpy(texels.data(), buffer->mapped(), bytes);
        return texels;
    }

private:
    void change(VkCommandBuffer to, const VkImageSubresourceRange& range, VkImageLayout from,
                VkImageLayout into) {
        auto barrier = vk_struct<VkImageMemoryBarrier>(VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER);
        barrier.srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT;
        barrier.dstAccessMask = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
        barrier.oldLayout = from;
        barrier.newLayout = into;
        barrier.srcQueueFamilyIndex = barrier.dstQueueFamilyIndex = VK_QUEUE_FAMILY_IGNORED;
        barrier.image = image_;
        barrier.subresourceRange = range;
        device_.vk().vkCmdPipelineBarrier(to, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                          VK_PIPELINE_STAGE_ALL_COMMANDS_BIT, 0, 0, nullptr, 0, nullptr, 1,
                                          &barrier);
    }

    Device& device_;
    HostImageInfo info_;
    VkImage image_ = VK_NULL_HANDLE;
    VkDeviceMemory memory_ = VK_NULL_HANDLE;
};

}  // namespace vkgan
