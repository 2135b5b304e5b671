// The stage: a turning cube, a row of panels, a polished floor, one light.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/canvas.hpp"
#include "samples/embed/maths.hpp"
#include "samples/embed/pictures.hpp"
#include "samples/render/pipelines.hpp"

#include <span>
#include <vector>

namespace embed {

struct SceneView {
    double time = 0;  // seconds: the cube's turn
    Vec3 light{1.3f, 3.25f, 3.2f};
    float distance = 9.2f;  // of the eye
    VkExtent2D extent{};
};

class Scene {
public:
    // `slots`: frames in flight, each with values and a descriptor set of its own.
    static Result<Scene> create(const Gpu& gpu, VkRenderPass pass, const Pictures& pictures, uint32_t slots);

    void update(uint32_t slot, const SceneView& view);
    // Inside the render pass. `overlay` holds vertices of triangles in pixels.
    void draw(VkCommandBuffer commands, uint32_t slot, std::span<const OverlayVertex> overlay) const;

private:
    Status make_layout(const Gpu& gpu);
    Status make_pipelines(const Gpu& gpu, VkRenderPass pass);
    Status make_slots(const Gpu& gpu, const Pictures& pictures, uint32_t slots);

    struct Slot {
        Buffer values;
        Buffer overlay;
        VkDescriptorSet set = VK_NULL_HANDLE;
    };
    uint32_t panels_ = 0;
    float panel_aspect_ = 1;  // width to height
    OwnedSampler sampler_;
    OwnedSetLayout set_layout_;
    OwnedPipelineLayout layout_;
    OwnedPipeline sky_, boxes_, floor_, glow_, overlay_;
    OwnedDescriptorPool pool_;
    std::vector<Slot> slots_;
};

}  // namespace embed
