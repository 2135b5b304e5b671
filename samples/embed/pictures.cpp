// Making the textures, and describing them to the plugin.
// SPDX-License-Identifier: MIT
#include "samples/embed/pictures.hpp"

#include <algorithm>
#include <bit>

namespace embed {
namespace {

ImageInfo picture_info(VkFormat format, VkExtent2D extent, uint32_t layers) {
    ImageInfo info{.format = format, .extent = extent, .layers = layers};
    info.mip_levels = uint32_t(std::bit_width(std::max(extent.width, extent.height)));
    // The plugin writes by transfer; it needs no other usage than this one.
    info.usage = VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT;
    return info;
}

vkgan_image_target target_of(const Image& image, uint32_t colour) {
    vkgan_image_target target = VKGAN_MAKE(image_target);
    target.image = image.handle;
    target.usage = image.info.usage;
    target.format = image.info.format;
    target.width = image.info.extent.width;
    target.height = image.info.extent.height;
    target.mip_levels = image.info.mip_levels;
    target.layers = image.info.layers;
    target.layout_in = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
    target.layout_out = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
    target.colour = colour;
    return target;
}

}  // namespace

Result<Pictures> Pictures::create(const Gpu& gpu, VkExtent2D extent, uint32_t batch) {
    Pictures pictures;
    RENDER_ASSIGN(pictures.cube, make_image(gpu, picture_info(VK_FORMAT_R8G8B8A8_SRGB, extent, 1)));
    ImageInfo row = picture_info(VK_FORMAT_R16G16B16A16_SFLOAT, extent, batch);
    row.array_view = true;
    RENDER_ASSIGN(pictures.row, make_image(gpu, row));
    RENDER_TRY(run_once(gpu, [&](VkCommandBuffer commands) {
        for (const Image* image : {&pictures.cube, &pictures.row}) {
            change_layout(commands, *image, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
            const VkClearColorValue grey{{0.05f, 0.06f, 0.08f, 1}};
            const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, image->info.mip_levels, 0,
                                              image->info.layers};
            vkCmdClearColorImage(commands, image->handle, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, &grey, 1,
                                 &all);
            change_layout(commands, *image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                          VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
        }
    }));
    return pictures;
}

std::array<vkgan_image_target, 2> Pictures::targets() const {
    return {target_of(cube, VKGAN_COLOUR_ENCODED), target_of(row, VKGAN_COLOUR_LINEAR)};
}

}  // namespace embed
