// Buffers and images, each with an allocation of its own: a sample has a dozen; an engine would put in its
// allocator.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/gpu.hpp"
#include "samples/render/owned.hpp"

#include <functional>

namespace render {

struct Buffer {  // visible to the host, mapped for its life
    OwnedMemory memory;
    OwnedBuffer handle;
    void* mapped = nullptr;
    VkDeviceSize bytes = 0;
};

struct ImageInfo {
    VkFormat format = VK_FORMAT_R8G8B8A8_SRGB;
    VkExtent2D extent{1, 1};
    uint32_t mip_levels = 1, layers = 1;
    bool array_view = false;
    VkSampleCountFlagBits samples = VK_SAMPLE_COUNT_1_BIT;
    VkImageUsageFlags usage = 0;
    VkImageAspectFlags aspect = VK_IMAGE_ASPECT_COLOR_BIT;
};

struct Image {
    OwnedMemory memory;
    OwnedImage handle;
    OwnedImageView view;
    ImageInfo info;
};

Result<Buffer> make_buffer(const Gpu& gpu, VkDeviceSize bytes, VkBufferUsageFlags usage);
Result<Image> make_image(const Gpu& gpu, const ImageInfo& info);

// Records commands, submits them and waits: for set-up and for saving a picture, never in a frame.
Status run_once(const Gpu& gpu, const std::function<void(VkCommandBuffer)>& record);

// All levels and layers from one layout to another; waits for everything before it.
void change_layout(VkCommandBuffer commands, const Image& image, VkImageLayout from, VkImageLayout to);

}  // namespace render
