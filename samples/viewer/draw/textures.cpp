// Making, filling and describing images.
// SPDX-License-Identifier: MIT
#include "samples/viewer/draw/textures.hpp"

#include <array>
#include <cstring>

namespace viewer {

using namespace render;

namespace {

constexpr VkImageUsageFlags usage =
    VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT;

Result<OwnedSampler> make_sampler(const Gpu& gpu, VkFilter filter) {
    auto info = vk_struct<VkSamplerCreateInfo>(VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO);
    info.magFilter = filter;
    info.minFilter = VK_FILTER_LINEAR;
    info.mipmapMode = VK_SAMPLER_MIPMAP_MODE_LINEAR;
    info.addressModeU = info.addressModeV = info.addressModeW = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
    info.maxLod = VK_LOD_CLAMP_NONE;
    VkSampler sampler = VK_NULL_HANDLE;
    RENDER_VK(vkCreateSampler(gpu.device, &info, nullptr, &sampler));
    return OwnedSampler(gpu.device, sampler);
}

}  // namespace

Result<std::unique_ptr<Textures>> Textures::create(const Gpu& gpu) {
    std::unique_ptr<Textures> textures(new Textures(gpu));
    RENDER_ASSIGN(textures->linear_, make_sampler(gpu, VK_FILTER_LINEAR));
    RENDER_ASSIGN(textures->nearest_, make_sampler(gpu, VK_FILTER_NEAREST));
    RENDER_TRY(textures->make_layout());
    textures->slots_.resize(most);
    textures->slots_[0].used = true;
    RENDER_ASSIGN(const uint32_t grey, textures->make({}));
    textures->slots_[0].set = textures->slots_[grey].set;
    return textures;
}

Status Textures::make_layout() {
    const VkSampler linear = linear_, nearest = nearest_;
    std::array<VkDescriptorSetLayoutBinding, 3> bindings{};
    bindings[0] = {0, VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE, 1, VK_SHADER_STAGE_FRAGMENT_BIT, nullptr};
    bindings[1] = {1, VK_DESCRIPTOR_TYPE_SAMPLER, 1, VK_SHADER_STAGE_FRAGMENT_BIT, &linear};
    bindings[2] = {2, VK_DESCRIPTOR_TYPE_SAMPLER, 1, VK_SHADER_STAGE_FRAGMENT_BIT, &nearest};
    auto info =
        vk_struct<VkDescriptorSetLayoutCreateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO);
    info.bindingCount = uint32_t(bindings.size());
    info.pBindings = bindings.data();
    VkDescriptorSetLayout layout = VK_NULL_HANDLE;
    RENDER_VK(vkCreateDescriptorSetLayout(gpu_.device, &info, nullptr, &layout));
    layout_ = OwnedSetLayout(gpu_.device, layout);

    const std::array sizes{VkDescriptorPoolSize{VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE, most},
                           VkDescriptorPoolSize{VK_DESCRIPTOR_TYPE_SAMPLER, 2 * most}};
    auto pool_info = vk_struct<VkDescriptorPoolCreateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO);
    pool_info.flags = VK_DESCRIPTOR_POOL_CREATE_FREE_DESCRIPTOR_SET_BIT;
    pool_info.maxSets = most;
    pool_info.poolSizeCount = uint32_t(sizes.size());
    pool_info.pPoolSizes = sizes.data();
    VkDescriptorPool pool = VK_NULL_HANDLE;
    RENDER_VK(vkCreateDescriptorPool(gpu_.device, &pool_info, nullptr, &pool));
    pool_ = OwnedDescriptorPool(gpu_.device, pool);
    return {};
}

uint32_t Textures::free_slot() const {
    for (uint32_t i = 1; i < most; ++i)
        if (!slots_[i].used) return i;
    return 0;
}

Result<uint32_t> Textures::add(VkImageView view) {
    const uint32_t number = free_slot();
    if (number == 0) return Error{"There are " + std::to_string(most) + " pictures already."};
    const VkDescriptorSetLayout layout = layout_;
    auto info = vk_struct<VkDescriptorSetAllocateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO);
    info.descriptorPool = pool_;
    info.descriptorSetCount = 1;
    info.pSetLayouts = &layout;
    RENDER_VK(vkAllocateDescriptorSets(gpu_.device, &info, &slots_[number].set));
    slots_[number].used = true;
    write_set(number, view);
    return number;
}

Result<uint32_t> Textures::make(const TextureInfo& of) {
    ImageInfo info{.format = of.format, .extent = of.extent};
    info.mip_levels = of.mip_levels;
    info.layers = of.layers;
    info.array_view = true;
    info.usage = usage;
    RENDER_ASSIGN(Image image, make_image(gpu_, info));
    RENDER_TRY(run_once(gpu_, [&](VkCommandBuffer commands) {
        change_layout(commands, image, VK_IMAGE_LAYOUT_UNDEFINED, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
        const VkClearColorValue grey{{0.13f, 0.14f, 0.16f, 1}};
        const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, of.mip_levels, 0, of.layers};
        vkCmdClearColorImage(commands, image.handle, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, &grey, 1, &all);
        change_layout(commands, image, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                      VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
    }));
    RENDER_ASSIGN(const uint32_t number, add(image.view));
    slots_[number].image = std::move(image);
    return number;
}

void Textures::write_set(uint32_t texture, VkImageView view) {
    const VkDescriptorImageInfo image{VK_NULL_HANDLE, view, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL};
    auto write = vk_struct<VkWriteDescriptorSet>(VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET);
    write.dstSet = slots_[texture].set;
    write.descriptorCount = 1;
    write.descriptorType = VK_DESCRIPTOR_TYPE_SAMPLED_IMAGE;
    write.pImageInfo = &image;
    vkUpdateDescriptorSets(gpu_.device, 1, &write, 0, nullptr);
}

Status Textures::fill(uint32_t texture, uint32_t layer, std::span<const uint8_t> rgba) {
    const Image& of = slots_[texture].image;
    const VkExtent2D extent = of.info.extent;
    const VkDeviceSize bytes = VkDeviceSize(extent.width) * extent.height * 4;
    if (rgba.size() != bytes || layer >= of.info.layers)
        return Error{"A texture of " + std::to_string(bytes) + " bytes was given " +
                     std::to_string(rgba.size()) + "."};
    RENDER_ASSIGN(const Buffer buffer, make_buffer(gpu_, bytes, VK_BUFFER_USAGE_TRANSFER_SRC_BIT));
    std::memcpy(buffer.mapped, rgba.data(), rgba.size());
    return run_once(gpu_, [&](VkCommandBuffer commands) {
        change_layout(commands, of, VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL,
                      VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL);
        VkBufferImageCopy region{};
        region.imageSubresource = {VK_IMAGE_ASPECT_COLOR_BIT, 0, layer, 1};
        region.imageExtent = {extent.width, extent.height, 1};
        vkCmdCopyBufferToImage(commands, buffer.handle, of.handle, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL, 1,
                               &region);
        change_layout(commands, of, VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL,
                      VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL);
    });
}

void Textures::remove(uint32_t texture) {
    if (texture == 0 || !slots_[texture].used) return;
    const VkDescriptorSet set = slots_[texture].set;
    vkFreeDescriptorSets(gpu_.device, pool_, 1, &set);
    slots_[texture] = {};
}

VkDescriptorSet Textures::set(uint32_t texture) const {
    return texture < most && slots_[texture].used ? slots_[texture].set : slots_[0].set;
}

}  // namespace viewer
