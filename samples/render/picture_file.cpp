// Copies the image to a buffer that the host sees; stb_image_write does the rest.
// SPDX-License-Identifier: MIT
#include "samples/render/picture_file.hpp"

#include <fstream>
#include <utility>

#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_image_write.h>
#pragma GCC diagnostic pop

namespace render {

Status save_png(const Gpu& gpu, const Image& image, const std::string& file) {
    const VkExtent2D extent = image.info.extent;
    RENDER_ASSIGN(const Buffer buffer, make_buffer(gpu, VkDeviceSize(extent.width) * extent.height * 4,
                                                   VK_BUFFER_USAGE_TRANSFER_DST_BIT));
    RENDER_TRY(run_once(gpu, [&](VkCommandBuffer commands) {
        VkBufferImageCopy region{};
        region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, 0, 1};
        region.imageExtent = {extent.width, extent.height, 1};
        vkCmdCopyImageToBuffer(commands, image.handle, VK_IMAGE_LAYOUT_TRANSFER_SRC_OPTIMAL, buffer.handle, 1,
                               &region);
        auto barrier = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
        barrier.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
        barrier.dstAccessMask = VK_ACCESS_HOST_READ_BIT;
        vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT, VK_PIPELINE_STAGE_HOST_BIT, 0, 1,
                             &barrier, 0, nullptr, 0, nullptr);
    }));
    const VkFormat format = image.info.format;
    if (format == VK_FORMAT_B8G8R8A8_UNORM || format == VK_FORMAT_B8G8R8A8_SRGB) {
        auto* const bytes = static_cast<uint8_t*>(buffer.mapped);
        for (VkDeviceSize i = 0; i + 3 < buffer.bytes; i += 4) std::swap(bytes[i], bytes[i + 2]);
    }
    return save_png({static_cast<const uint8_t*>(buffer.mapped), size_t(buffer.bytes)}, extent, file);
}

Status save_png(std::span<const uint8_t> rgba, VkExtent2D extent, const std::string& file) {
    const size_t wanted = size_t(extent.width) * extent.height * 4;
    if (rgba.size() < wanted)
        return Error{file + ": a picture of " + std::to_string(wanted) + " bytes was given " +
                     std::to_string(rgba.size()) + "."};
    if (!stbi_write_png(file.c_str(), int(extent.width), int(extent.height), 4, rgba.data(),
                        int(extent.width) * 4))
        return Error{"The picture could not be written to " + file + "."};
    return {};
}

Status save_text(const std::string& text, const std::string& file) {
    std::ofstream stream(file, std::ios::binary);
    stream << text;
    stream.close();
    if (!stream) return Error{file + " could not be written."};
    return {};
}

}  // namespace render
