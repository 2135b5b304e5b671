// Graphics pipelines that differ in shaders, blending and depth only.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/embed/gpu.hpp"
#include "samples/embed/owned.hpp"

#include <span>

namespace embed {

enum class Blend : uint8_t { none, alpha, add };

struct OverlayVertex {
    float x, y;     // pixels
    uint32_t rgba;  // red in the lowest byte
};

struct PipelineInfo {
    std::span<const uint32_t> vertex_shader, fragment_shader;  // SPIR-V
    bool overlay_vertices = false;  // reads OverlayVertex; else the shader knows its vertices
    Blend blend = Blend::none;
    bool tests_depth = true, writes_depth = true;
};

Result<OwnedPipeline> make_pipeline(const Gpu& gpu, VkRenderPass pass, VkPipelineLayout layout,
                                    const PipelineInfo& info);

}  // namespace embed
