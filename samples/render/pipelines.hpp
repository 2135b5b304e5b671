// Graphics pipelines that differ in shaders, vertices, blending and depth only.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/gpu.hpp"
#include "samples/render/owned.hpp"

#include <span>

namespace render {

enum class Blend : uint8_t { none, alpha, add };

struct PipelineInfo {
    std::span<const uint32_t> vertex_shader, fragment_shader;  // SPIR-V
    // One buffer of vertices at binding 0; stride 0: the shader knows its vertices.
    uint32_t vertex_bytes = 0;
    std::span<const VkVertexInputAttributeDescription> attributes;
    // Specialisation constants of both shaders: number i has constant_id i.
    std::span<const uint32_t> constants;
    Blend blend = Blend::none;
    bool tests_depth = true, writes_depth = true;
    VkSampleCountFlagBits samples = VK_SAMPLE_COUNT_1_BIT;
};

// Viewport and scissors are set while recording.
Result<OwnedPipeline> make_pipeline(const Gpu& gpu, VkRenderPass pass, VkPipelineLayout layout,
                                    const PipelineInfo& info);

}  // namespace render
