// Draws what Dear ImGui has laid out, and pictures where they lie on the device.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/frames.hpp"
#include "samples/viewer/draw/textures.hpp"

#include <array>

struct ImDrawData;

namespace viewer {

class GuiRenderer {
public:
    // `pass`: one colour attachment of a UNORM format, without depth.
    static render::Result<GuiRenderer> create(const render::Gpu& gpu, VkRenderPass pass, Textures& textures);
    // The current ImGui context's font atlas, again whenever it has changed. The device must be idle.
    render::Status make_font();

    // Inside the render pass. `slot`: of the frames in flight.
    render::Status record(VkCommandBuffer commands, uint32_t slot, const ImDrawData& data);

private:
    GuiRenderer(const render::Gpu& gpu, Textures& textures) : gpu_(&gpu), textures_(&textures) {}
    struct Slot {
        render::Buffer vertices, indices;
    };
    render::Status upload(Slot& slot, const ImDrawData& data);

    const render::Gpu* gpu_;
    Textures* textures_;
    render::OwnedPipelineLayout layout_;
    std::array<render::OwnedPipeline, 8> pipelines_;  // by use
    uint32_t font_ = 0;
    std::array<Slot, render::Frames::in_flight> slots_;
};

}  // namespace viewer
