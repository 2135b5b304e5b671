// The material preview: a sphere, a cube or a plane on a studio's floor, drawn into an image of its own.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/frames.hpp"
#include "samples/render/targets.hpp"
#include "samples/viewer/draw/material_view.hpp"

#include <array>

namespace viewer {

// The Gpu outlives it. For one thread.
class MaterialScene {
public:
    // Views of type 2D_ARRAY of R8G8B8A8_SRGB images with mips, in SHADER_READ_ONLY_OPTIMAL when recorded
    // commands run; layer 0 is read. Null: there is none.
    struct Maps {
        VkImageView albedo = VK_NULL_HANDLE;
        // Bytes are meant, also where the format decodes sRGB. x to the right, y up, 0.5: no slope.
        VkImageView normal = VK_NULL_HANDLE;
        // Red: roughness. Green: height, which is read unless there is a normal map. Bytes again.
        VkImageView roughness_height = VK_NULL_HANDLE;
    };

    static render::Result<MaterialScene> create(const render::Gpu& gpu, VkExtent2D extent);

    // Both: the device must be idle. resize() makes another view(), which may be sampled at once but is empty
    // until the next record(); an extent without area counts as one pixel.
    render::Status resize(VkExtent2D extent);
    void set_maps(const Maps& maps);

    // Outside of a render pass; the maps are what the last set_maps() said. `slot`: frame in flight, below
    // Frames::in_flight. Leaves the image in SHADER_READ_ONLY_OPTIMAL, for fragment shaders after it and for
    // transfers.
    void record(VkCommandBuffer commands, uint32_t slot, const MaterialView& view);

    VkImageView view() const { return picture_.view; }       // VK_IMAGE_VIEW_TYPE_2D_ARRAY of one layer
    const render::Image& image() const { return picture_; }  // R8G8B8A8_SRGB; TRANSFER_SRC is among its usage
    VkExtent2D extent() const { return picture_.info.extent; }

private:
    explicit MaterialScene(const render::Gpu& gpu) : gpu_(&gpu) {}
    render::Status make_layout();
    render::Status make_pipelines();
    render::Status make_slots();
    void draw(VkCommandBuffer commands, MaterialShape shape, bool above_floor) const;

    struct Slot {
        render::Buffer values;
        VkDescriptorSet set = VK_NULL_HANDLE;
    };
    const render::Gpu* gpu_;
    Maps maps_;
    render::Image no_map_;  // stands where a map is missing
    render::OwnedSampler sampler_;
    render::OwnedSetLayout set_layout_;
    render::OwnedPipelineLayout layout_;
    render::OwnedRenderPass pass_;
    struct Pipelines {
        render::OwnedPipeline object, backdrop, reflection;
    };
    std::array<Pipelines, 2> pipelines_;  // of boxes, of a sphere
    render::OwnedDescriptorPool pool_;
    std::array<Slot, render::Frames::in_flight> slots_;
    render::Image picture_;
    render::Targets targets_;
};

}  // namespace viewer
