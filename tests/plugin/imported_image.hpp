// An image on another device, of memory that the plugin exported: as another program would import it.
// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/vkgan_plugin.h"
#include "tests/gpu/host_image.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace vkgan::test {

// The device has VK_KHR_external_memory_fd enabled, and the UUIDs of the shared image. Takes the descriptor.
class ImportedImage {
public:
    ImportedImage(Device& device, const vkgan_shared_image& shared) : device_(device), shared_(shared) {
        const VolkDeviceTable& vk = device.vk();
        auto external =
            vk_struct<VkExternalMemoryImageCreateInfo>(VK_STRUCTURE_TYPE_EXTERNAL_MEMORY_IMAGE_CREATE_INFO);
        external.handleTypes = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
        auto image = vk_struct<VkImageCreateInfo>(VK_STRUCTURE_TYPE_IMAGE_CREATE_INFO);
        image.pNext = &external;
        image.imageType = VK_IMAGE_TYPE_2D;
        image.format = shared.format;
        image.extent = {shared.width, shared.height, 1};
        image.mipLevels = shared.mip_levels;
        image.arrayLayers = shared.layers;
        image.samples = VK_SAMPLE_COUNT_1_BIT;
        image.tiling = VK_IMAGE_TILING_OPTIMAL;
        image.usage = shared.usage;
        REQUIRE(vk.vkCreateImage(device.handle(), &image, nullptr, &image_) == VK_SUCCESS);
        VkMemoryRequirements needs{};
        vk.vkGetImageMemoryRequirements(device.handle(), image_, &needs);
        CHECK(needs.size <= shared.memory_bytes);
        CHECK((needs.memoryTypeBits >> shared.memory_type & 1) == 1);
        auto dedicated =
            vk_struct<VkMemoryDedicatedAllocateInfo>(VK_STRUCTURE_TYPE_MEMORY_DEDICATED_ALLOCATE_INFO);
        dedicated.image = image_;
        auto import = vk_struct<VkImportMemoryFdInfoKHR>(VK_STRUCTURE_TYPE_IMPORT_MEMORY_FD_INFO_KHR);
        import.pNext = &dedicated;
        import.handleType = VK_EXTERNAL_MEMORY_HANDLE_TYPE_OPAQUE_FD_BIT;
        import.fd = shared.memory_fd;
        auto memory = vk_struct<VkMemoryAllocateInfo>(VK_STRUCTURE_TYPE_MEMORY_ALLOCATE_INFO);
        memory.pNext = &import;
        memory.allocationSize = shared.memory_bytes;
        memory.memoryTypeIndex = shared.memory_type;
        REQUIRE(vk.vkAllocateMemory(device.handle(), &memory, nullptr, &memory_) == VK_SUCCESS);
        REQUIRE(vk.vkBindImageMemory(device.handle(), image_, memory_, 0) == VK_SUCCESS);
    }
    ~ImportedImage() {
        device_.vk().vkDestroyImage(device_.handle(), image_, nullptr);
        device_.vk().vkFreeMemory(device_.handle(), memory_, nullptr);
    }
    ImportedImage(const ImportedImage&) = delete;
    ImportedImage& operator=(const ImportedImage&) = delete;

    // The second half of the plugin's transfer TRANSFER_DST_OPTIMAL -> TRANSFER_SRC_OPTIMAL of everything.
    void acquire() {
        run_commands(device_, [&](VkCommandBuffer to) {
            auto barrier = vk_struct<VkImageMemoryBarrier>(VK_STRUCTURE_TYPE_IMAGE_MEMORY_BARRIER);
            barrier.dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT;
            barrier.oldLayout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL;
            barrier.newLayout = VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL;
            barrier.srcQueueFamilyIndex = VK_QUEUE_FAMILY_EXTERNAL;
            barrier.dstQueueFamilyIndex = device_.queue_family();
            barrier.image = image_;
            barrier.subresourceRange = {VK_IMAGE_ASPECT_COLOR_BIT, 0, shared_.mip_levels, 0, shared_.layers};
            device_.vk().vkCmdPipelineBarrier(to, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                              VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 0, nullptr, 0, nullptr, 1,
                                              &barrier);
        });
    }

    // Texels of 4 bytes of one level of one layer, once acquired.
    std::vector<std::byte> read(uint32_t level, uint32_t layer) {
        const uint32_t width = std::max(shared_.width >> level, 1u),
                       height = std::max(shared_.height >> level, 1u);
        auto buffer = Buffer::create(device_, {.name = "texels",
                                               .memory_class = "test",
                                               .bytes = int64_t{width} * height * 4,
                                               .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                               .use = MemoryUse::readback});
        REQUIRE(buffer.ok());
        VkBufferImageCopy region{};
        region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, level, layer, 1};
        region.imageExtent = {width, height, 1};
        run_commands(device_, [&](VkCommandBuffer to) {
            device_.vk().vkCmdCopyImageToBuffer(to, image_, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL,
                                                buffer->handle(), 1, &region);
            auto barrier = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
            barrier.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
            barrier.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
            device_.vk().vkCmdPipelineBarrier(to, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT,
                                              0, 1, &barrier, 0, nullptr, 0, nullptr);
        });
        const std::byte* const from = buffer->mapped();
        return {from, from + size_t{width} * height * 4};
    }

private:
    Device& device_;
    vkgan_shared_image shared_;
    VkImage image_ = VK_NULL_HANDLE;
    VkDeviceMemory memory_ = VK_NULL_HANDLE;
};

}  // namespace vkgan::test
