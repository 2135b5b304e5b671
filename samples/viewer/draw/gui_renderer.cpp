// One pipeline; a draw for each command of ImGui, whose texture is a number.
// SPDX-License-Identifier: MIT
#include "samples/viewer/draw/gui_renderer.hpp"

#include "generated/viewer/gui.frag.h"
#include "generated/viewer/gui.vert.h"
#include "samples/render/pipelines.hpp"

#include <imgui.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace viewer {

using namespace render;

namespace {

struct Push {  // as in shaders/gui.frag
    float scale[2], move[2];
    uint32_t layer, other_layer;
};

// Which of the pipelines.
size_t use_of(const PictureLook& look) {
    return size_t(look.nearest) | size_t(look.linear_light) << 1 | size_t(look.other != 0) << 2;
}

constexpr std::array vertex_attributes{
    VkVertexInputAttributeDescription{0, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(ImDrawVert, pos)},
    VkVertexInputAttributeDescription{1, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(ImDrawVert, uv)},
    VkVertexInputAttributeDescription{2, 0, VK_FORMAT_R8G8B8A8_UNORM, offsetof(ImDrawVert, col)}};

Status grow(const Gpu& gpu, Buffer& buffer, VkDeviceSize bytes, VkBufferUsageFlags usage) {
    if (buffer.bytes >= bytes) return {};
    buffer = {};
    RENDER_ASSIGN(buffer, make_buffer(gpu, std::max<VkDeviceSize>(2 * bytes, 65536), usage));
    return {};
}

// The part of the screen that a command may draw to; no area: none.
VkRect2D scissor_of(const ImDrawCmd& command, const ImDrawData& data, VkExtent2D extent) {
    const ImVec2 scale = data.FramebufferScale;
    const float x0 = std::max((command.ClipRect.x - data.DisplayPos.x) * scale.x, 0.0f);
    const float y0 = std::max((command.ClipRect.y - data.DisplayPos.y) * scale.y, 0.0f);
    const float x1 = std::min((command.ClipRect.z - data.DisplayPos.x) * scale.x, float(extent.width));
    const float y1 = std::min((command.ClipRect.w - data.DisplayPos.y) * scale.y, float(extent.height));
    if (x1 <= x0 || y1 <= y0) return {};
    return {{int32_t(x0), int32_t(y0)}, {uint32_t(x1 - x0), uint32_t(y1 - y0)}};
}

}  // namespace

Result<GuiRenderer> GuiRenderer::create(const Gpu& gpu, VkRenderPass pass, Textures& textures) {
    GuiRenderer renderer(gpu, textures);
    const std::array sets{textures.layout(), textures.layout()};
    const VkPushConstantRange range{VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, 0,
                                    sizeof(Push)};
    auto info = vk_struct<VkPipelineLayoutCreateInfo>(VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO);
    info.setLayoutCount = uint32_t(sets.size());
    info.pSetLayouts = sets.data();
    info.pushConstantRangeCount = 1;
    info.pPushConstantRanges = &range;
    VkPipelineLayout layout = VK_NULL_HANDLE;
    RENDER_VK(vkCreatePipelineLayout(gpu.device, &info, nullptr, &layout));
    renderer.layout_ = OwnedPipelineLayout(gpu.device, layout);

    PipelineInfo pipeline{.vertex_shader = gui_vert, .fragment_shader = gui_frag};
    pipeline.vertex_bytes = sizeof(ImDrawVert);
    pipeline.attributes = vertex_attributes;
    pipeline.blend = Blend::alpha;
    pipeline.tests_depth = pipeline.writes_depth = false;
    for (uint32_t use = 0; use < renderer.pipelines_.size(); ++use) {
        const std::array constants{use & 1, use >> 1 & 1, use >> 2 & 1};
        pipeline.constants = constants;
        RENDER_ASSIGN(renderer.pipelines_[use], make_pipeline(gpu, pass, renderer.layout_, pipeline));
    }
    return renderer;
}

Status GuiRenderer::make_font() {
    ImFontAtlas& atlas = *ImGui::GetIO().Fonts;
    unsigned char* pixels = nullptr;
    int width = 0, height = 0;
    atlas.GetTexDataAsRGBA32(&pixels, &width, &height);
    textures_->remove(font_);
    TextureInfo info;
    info.extent = {uint32_t(width), uint32_t(height)};
    RENDER_ASSIGN(font_, textures_->make(info));
    RENDER_TRY(textures_->fill(font_, 0, {pixels, size_t(width) * size_t(height) * 4}));
    atlas.SetTexID(ImTextureID(uintptr_t(picture_id(font_, 0))));
    return {};
}

Status GuiRenderer::upload(Slot& slot, const ImDrawData& data) {
    RENDER_TRY(grow(*gpu_, slot.vertices, VkDeviceSize(data.TotalVtxCount) * sizeof(ImDrawVert),
                    VK_BUFFER_USAGE_VERTEX_BUFFER_BIT));
    RENDER_TRY(grow(*gpu_, slot.indices, VkDeviceSize(data.TotalIdxCount) * sizeof(ImDrawIdx),
                    VK_BUFFER_USAGE_INDEX_BUFFER_BIT));
    auto* vertex = static_cast<std::byte*>(slot.vertices.mapped);
    auto* index = static_cast<std::byte*>(slot.indices.mapped);
    for (int i = 0; i < data.CmdListsCount; ++i) {
        const ImDrawList& list = *data.CmdLists[i];
        std::memcpy(vertex, list.VtxBuffer.Data, size_t(list.VtxBuffer.size_in_bytes()));
        std::memcpy(index, list.IdxBuffer.Data, size_t(list.IdxBuffer.size_in_bytes()));
        vertex += list.VtxBuffer.size_in_bytes();
        index += list.IdxBuffer.size_in_bytes();
    }
    return {};
}

Status GuiRenderer::record(VkCommandBuffer commands, uint32_t slot_number, const ImDrawData& data) {
    const VkExtent2D extent{uint32_t(data.DisplaySize.x * data.FramebufferScale.x),
                            uint32_t(data.DisplaySize.y * data.FramebufferScale.y)};
    if (data.TotalVtxCount == 0 || extent.width == 0 || extent.height == 0) return {};
    Slot& slot = slots_[slot_number];
    RENDER_TRY(upload(slot, data));
    const VkViewport viewport{0, 0, float(extent.width), float(extent.height), 0, 1};
    vkCmdSetViewport(commands, 0, 1, &viewport);
    const VkDeviceSize start = 0;
    const VkBuffer vertices = slot.vertices.handle;
    vkCmdBindVertexBuffers(commands, 0, 1, &vertices, &start);
    vkCmdBindIndexBuffer(commands, slot.indices.handle, 0,
                         sizeof(ImDrawIdx) == 2 ? VK_INDEX_TYPE_UINT16 : VK_INDEX_TYPE_UINT32);
    Push push{{2 / data.DisplaySize.x, 2 / data.DisplaySize.y}, {-1, -1}, 0, 0};
    uint32_t first_index = 0;
    int32_t first_vertex = 0;
    for (int i = 0; i < data.CmdListsCount; ++i) {
        const ImDrawList& list = *data.CmdLists[i];
        for (const ImDrawCmd& command : list.CmdBuffer) {
            const VkRect2D scissor = scissor_of(command, data, extent);
            if (scissor.extent.width == 0 || command.UserCallback) continue;
            vkCmdSetScissor(commands, 0, 1, &scissor);
            const PictureParts parts = parts_of(uintptr_t(command.GetTexID()));
            const std::array sets{textures_->set(parts.texture), textures_->set(parts.look.other)};
            vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, layout_, 0,
                                    uint32_t(sets.size()), sets.data(), 0, nullptr);
            vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, pipelines_[use_of(parts.look)]);
            push.layer = parts.layer;
            push.other_layer = parts.look.other_layer;
            vkCmdPushConstants(commands, layout_, VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT,
                               0, sizeof(push), &push);
            vkCmdDrawIndexed(commands, command.ElemCount, 1, first_index + command.IdxOffset,
                             first_vertex + int32_t(command.VtxOffset), 0);
        }
        first_index += uint32_t(list.IdxBuffer.Size);
        first_vertex += list.VtxBuffer.Size;
    }
    return {};
}

}  // namespace viewer
