// Images that shaders read, by number: one descriptor set each, all alike.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/memory.hpp"
#include "samples/viewer/draw/picture_id.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace viewer {

struct TextureInfo {
    VkFormat format = VK_FORMAT_R8G8B8A8_UNORM;
    VkExtent2D extent{1, 1};
    uint32_t mip_levels = 1, layers = 1;
};

class Textures {
public:
    static constexpr uint32_t most = 256;

    static render::Result<std::unique_ptr<Textures>> create(const render::Gpu& gpu);

    // Dark grey, in the layout SHADER_READ_ONLY_OPTIMAL, in which it stays. Waits. Numbers begin with 1.
    render::Result<uint32_t> make(const TextureInfo& info);
    // Another image, which is not the textures'.
    render::Result<uint32_t> add(VkImageView view);
    // All pixels of a layer's largest level; waits for the device.
    render::Status fill(uint32_t texture, uint32_t layer, std::span<const uint8_t> rgba);
    // The device must be idle.
    void remove(uint32_t texture);

    const render::Image& image(uint32_t texture) const { return slots_[texture].image; }
    VkDescriptorSet set(uint32_t texture) const;  // of any number; an empty one's is of a grey pixel
    VkDescriptorSetLayout layout() const { return layout_; }

private:
    struct Slot {
        bool used = false;
        render::Image image;
        VkDescriptorSet set = VK_NULL_HANDLE;
    };
    explicit Textures(const render::Gpu& gpu) : gpu_(gpu) {}
    render::Status make_layout();
    uint32_t free_slot() const;
    void write_set(uint32_t texture, VkImageView view);

    const render::Gpu& gpu_;
    render::OwnedSampler linear_, nearest_;
    render::OwnedSetLayout layout_;
    render::OwnedDescriptorPool pool_;
    std::vector<Slot> slots_;
};

}  // namespace viewer
