// Where everything stands, and the order in which it is drawn.
// SPDX-License-Identifier: MIT
#include "samples/embed/scene.hpp"

#include "generated/embed/box.frag.h"
#include "generated/embed/box.vert.h"
#include "generated/embed/floor.frag.h"
#include "generated/embed/floor.vert.h"
#include "generated/embed/glow.frag.h"
#include "generated/embed/glow.vert.h"
#include "generated/embed/overlay.frag.h"
#include "generated/embed/overlay.vert.h"
#include "generated/embed/sky.frag.h"
#include "generated/embed/sky.vert.h"

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace embed {
namespace {

constexpr uint32_t most_boxes = 65;
constexpr size_t most_overlay_vertices = 200'000;
constexpr std::array overlay_attributes{
    VkVertexInputAttributeDescription{0, 0, VK_FORMAT_R32G32_SFLOAT, offsetof(OverlayVertex, x)},
    VkVertexInputAttributeDescription{1, 0, VK_FORMAT_R8G8B8A8_UNORM, offsetof(OverlayVertex, rgba)}};

struct BoxValues {
    Mat4 place;
    std::array<float, 4> half_size{};
};
struct FrameValues {  // as in shaders/frame.glsl
    Mat4 view_projection;
    std::array<float, 4> eye{}, light{}, viewport{};
    std::array<int32_t, 4> counts{};
    std::array<BoxValues, most_boxes> boxes{};
};

BoxValues cube_at(double time) {
    const float turn = float(std::fmod(time * 0.55 + 0.62, 6.283185307179586));
    const float hover = 0.05f * float(std::sin(std::fmod(time * 1.3, 6.283185307179586)));
    return {translate({0, 1.66f + hover, 0.4f}) * rotate_x(0.30f) * rotate_y(turn), {0.92f, 0.92f, 0.92f, 0}};
}

// Half of the panels stand to the left of the cube, half to the right, each row on a circle around the
// viewer.
BoxValues panel_at(uint32_t index, uint32_t count, float aspect) {
    constexpr float radius = 7.4f, cube_gap = 0.21f;
    const uint32_t rows = (count + 11) / 12;
    const uint32_t columns = (count + rows - 1) / rows;
    const uint32_t row = index / columns, column = index % columns;
    const uint32_t in_row = std::min(columns, count - row * columns);
    const float step = std::min(0.143f, 1.144f / float(std::max(columns, 2u)));
    const float side = float(column) < float(in_row) / 2 ? -1.0f : 1.0f;
    const float angle = (float(column) - float(in_row - 1) / 2) * step + side * (count > 1 ? cube_gap : 0.0f);

    float half_width = 0.46f * step * radius;
    float half_height = half_width / aspect;
    const float tallest = 1.5f / float(rows);
    if (half_height > tallest) {
        half_width *= tallest / half_height;
        half_height = tallest;
    }
    const float height = 0.12f + half_height + float(row) * 2.15f * half_height;
    const Vec3 centre{radius * std::sin(angle), height, 4.9f - radius * std::cos(angle)};
    return {translate(centre) * rotate_y(-angle), {half_width, half_height, 0.04f, 0}};
}

PipelineInfo pipeline(const Gpu& gpu, std::span<const uint32_t> vertex_shader,
                      std::span<const uint32_t> fragment_shader) {
    return {.vertex_shader = vertex_shader, .fragment_shader = fragment_shader, .samples = gpu.samples};
}

}  // namespace

Result<Scene> Scene::create(const Gpu& gpu, VkRenderPass pass, const Pictures& pictures, uint32_t slots) {
    Scene scene;
    const ImageInfo& row = pictures.row.info;
    scene.panels_ = std::min(row.layers, most_boxes - 1);
    scene.panel_aspect_ = float(row.extent.width) / float(row.extent.height);
    RENDER_TRY(scene.make_layout(gpu));
    RENDER_TRY(scene.make_pipelines(gpu, pass));
    RENDER_TRY(scene.make_slots(gpu, pictures, slots));
    return scene;
}

Status Scene::make_layout(const Gpu& gpu) {
    auto sampler_info = vk_struct<VkSamplerCreateInfo>(VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO);
    sampler_info.magFilter = sampler_info.minFilter = VK_FILTER_LINEAR;
    sampler_info.mipmapMode = VK_SAMPLER_MIPMAP_MODE_LINEAR;
    sampler_info.addressModeU = sampler_info.addressModeV = VK_SAMPLER_ADDRESS_MODE_CLAMP_TO_EDGE;
    sampler_info.maxLod = VK_LOD_CLAMP_NONE;
    VkSampler sampler = VK_NULL_HANDLE;
    RENDER_VK(vkCreateSampler(gpu.device, &sampler_info, nullptr, &sampler));
    sampler_ = OwnedSampler(gpu.device, sampler);

    constexpr VkShaderStageFlags both = VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT;
    const std::array bindings{
        VkDescriptorSetLayoutBinding{0, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, 1, both, nullptr},
        VkDescriptorSetLayoutBinding{1, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 1, both, &sampler},
        VkDescriptorSetLayoutBinding{2, VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 1, both, &sampler}};
    auto set_info =
        vk_struct<VkDescriptorSetLayoutCreateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO);
    set_info.bindingCount = uint32_t(bindings.size());
    set_info.pBindings = bindings.data();
    VkDescriptorSetLayout set_layout = VK_NULL_HANDLE;
    RENDER_VK(vkCreateDescriptorSetLayout(gpu.device, &set_info, nullptr, &set_layout));
    set_layout_ = OwnedSetLayout(gpu.device, set_layout);

    const VkPushConstantRange push{both, 0, sizeof(int32_t)};
    auto info = vk_struct<VkPipelineLayoutCreateInfo>(VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO);
    info.setLayoutCount = 1;
    info.pSetLayouts = &set_layout;
    info.pushConstantRangeCount = 1;
    info.pPushConstantRanges = &push;
    VkPipelineLayout layout = VK_NULL_HANDLE;
    RENDER_VK(vkCreatePipelineLayout(gpu.device, &info, nullptr, &layout));
    layout_ = OwnedPipelineLayout(gpu.device, layout);
    return {};
}

Status Scene::make_pipelines(const Gpu& gpu, VkRenderPass pass) {
    PipelineInfo sky = pipeline(gpu, sky_vert, sky_frag);
    sky.tests_depth = sky.writes_depth = false;
    RENDER_ASSIGN(sky_, make_pipeline(gpu, pass, layout_, sky));
    RENDER_ASSIGN(boxes_, make_pipeline(gpu, pass, layout_, pipeline(gpu, box_vert, box_frag)));
    PipelineInfo floor = pipeline(gpu, floor_vert, floor_frag);
    floor.blend = Blend::alpha;
    RENDER_ASSIGN(floor_, make_pipeline(gpu, pass, layout_, floor));
    PipelineInfo glow = pipeline(gpu, glow_vert, glow_frag);
    glow.blend = Blend::add;
    glow.writes_depth = false;
    RENDER_ASSIGN(glow_, make_pipeline(gpu, pass, layout_, glow));
    PipelineInfo overlay = pipeline(gpu, overlay_vert, overlay_frag);
    overlay.blend = Blend::alpha;
    overlay.vertex_bytes = sizeof(OverlayVertex);
    overlay.attributes = overlay_attributes;
    overlay.tests_depth = overlay.writes_depth = false;
    RENDER_ASSIGN(overlay_, make_pipeline(gpu, pass, layout_, overlay));
    return {};
}

Status Scene::make_slots(const Gpu& gpu, const Pictures& pictures, uint32_t slots) {
    const std::array sizes{VkDescriptorPoolSize{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, slots},
                           VkDescriptorPoolSize{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, 2 * slots}};
    auto pool_info = vk_struct<VkDescriptorPoolCreateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO);
    pool_info.maxSets = slots;
    pool_info.poolSizeCount = uint32_t(sizes.size());
    pool_info.pPoolSizes = sizes.data();
    VkDescriptorPool pool = VK_NULL_HANDLE;
    RENDER_VK(vkCreateDescriptorPool(gpu.device, &pool_info, nullptr, &pool));
    pool_ = OwnedDescriptorPool(gpu.device, pool);
    for (uint32_t i = 0; i < slots; ++i) {
        Slot slot;
        RENDER_ASSIGN(slot.values, make_buffer(gpu, sizeof(FrameValues), VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT));
        RENDER_ASSIGN(slot.overlay, make_buffer(gpu, most_overlay_vertices * sizeof(OverlayVertex),
                                                VK_BUFFER_USAGE_VERTEX_BUFFER_BIT));
        const VkDescriptorSetLayout set_layout = set_layout_;
        auto info = vk_struct<VkDescriptorSetAllocateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO);
        info.descriptorPool = pool;
        info.descriptorSetCount = 1;
        info.pSetLayouts = &set_layout;
        RENDER_VK(vkAllocateDescriptorSets(gpu.device, &info, &slot.set));

        const VkDescriptorBufferInfo values{slot.values.handle, 0, VK_WHOLE_SIZE};
        constexpr VkImageLayout layout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
        const std::array images{VkDescriptorImageInfo{VK_NULL_HANDLE, pictures.cube.view, layout},
                                VkDescriptorImageInfo{VK_NULL_HANDLE, pictures.row.view, layout}};
        std::array<VkWriteDescriptorSet, 2> writes{};
        for (VkWriteDescriptorSet& write : writes) {
            write.sType = VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET;
            write.dstSet = slot.set;
        }
        writes[0].descriptorCount = 1;
        writes[0].descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
        writes[0].pBufferInfo = &values;
        writes[1].dstBinding = 1;  // and on to the next binding, which is of the same kind
        writes[1].descriptorCount = 2;
        writes[1].descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
        writes[1].pImageInfo = images.data();
        vkUpdateDescriptorSets(gpu.device, uint32_t(writes.size()), writes.data(), 0, nullptr);
        slots_.push_back(std::move(slot));
    }
    return {};
}

void Scene::update(uint32_t slot, const SceneView& view) {
    const float width = float(view.extent.width), height = float(view.extent.height);
    const Vec3 eye{0, 2.15f, view.distance};
    // In narrow windows the angle grows, so that the row stays in sight.
    const float wide = std::max(1.0f, 16.0f / 9.0f * height / width);
    const float angle = 2 * std::atan(std::tan(0.30f) * std::min(wide, 4.0f));
    FrameValues values;
    values.view_projection = perspective(angle, width / height, 0.1f) * look_at(eye, {0, 1.55f, 0});
    values.eye = {eye.x, eye.y, eye.z, 1};
    values.light = {view.light.x, view.light.y, view.light.z, 2.6f};
    values.viewport = {width, height, 0, 0};
    values.counts = {int32_t(panels_ + 1), 0, 0, 0};
    values.boxes[0] = cube_at(view.time);
    for (uint32_t i = 0; i < panels_; ++i) values.boxes[i + 1] = panel_at(i, panels_, panel_aspect_);
    std::memcpy(slots_[slot].values.mapped, &values, sizeof(values));
}

void Scene::draw(VkCommandBuffer commands, uint32_t index, std::span<const OverlayVertex> overlay) const {
    const Slot& slot = slots_[index];
    vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, layout_, 0, 1, &slot.set, 0, nullptr);
    const auto draw = [&](VkPipeline pipeline, uint32_t vertices, uint32_t instances = 1) {
        vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, pipeline);
        vkCmdDraw(commands, vertices, instances, 0, 0);
    };
    const auto draw_boxes = [&](int32_t mirrored) {
        vkCmdPushConstants(commands, layout_, VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT, 0,
                           sizeof(mirrored), &mirrored);
        draw(boxes_, 36, panels_ + 1);
    };
    draw(sky_, 3);
    draw_boxes(1);
    draw(floor_, 6);
    draw_boxes(0);
    draw(glow_, 6);

    const size_t count = std::min(overlay.size(), most_overlay_vertices);
    if (count == 0) return;
    std::memcpy(slot.overlay.mapped, overlay.data(), count * sizeof(OverlayVertex));
    const VkBuffer buffer = slot.overlay.handle;
    const VkDeviceSize offset = 0;
    vkCmdBindVertexBuffers(commands, 0, 1, &buffer, &offset);
    draw(overlay_, uint32_t(count));
}

}  // namespace embed
