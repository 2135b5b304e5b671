// Pipelines and descriptors of the material preview, and the order in which it is drawn.
// SPDX-License-Identifier: MIT
#include "samples/viewer/draw/material_scene.hpp"

#include "generated/viewer/material.frag.h"
#include "generated/viewer/material.vert.h"
#include "generated/viewer/material_backdrop.frag.h"
#include "generated/viewer/material_backdrop.vert.h"

#include "samples/render/pipelines.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace viewer {

using namespace render;

namespace {

constexpr VkFormat picture_format = VK_FORMAT_R8G8B8A8_SRGB;
constexpr VkImageLayout read_layout = VK_IMAGE_LAYOUT_SHADER_READ_ONLY_OPTIMAL;
constexpr VkShaderStageFlags both_stages = VK_SHADER_STAGE_VERTEX_BIT | VK_SHADER_STAGE_FRAGMENT_BIT;
constexpr uint32_t map_count = 4;  // the height lies in one of the three
constexpr uint32_t sphere_vertices = 72 * 44 * 6, box_vertices = 6 * 6;  // as material.vert numbers them

using Vec4 = std::array<float, 4>;

struct FrameValues {  // as in shaders/material.glsl
    Vec4 eye{}, right{}, up{}, back{}, light{}, half_size{}, surface{};
    std::array<int32_t, 4> has{};
};

std::array<float, 3> half_size_of(MaterialShape shape) {
    switch (shape) {
        case MaterialShape::cube: return {0.8f, 0.8f, 0.8f};
        case MaterialShape::plane: return {1, 1, 0.035f};
        default: return {1, 1, 1};
    }
}

// Of unit length, from the origin; yaw 0 and pitch 0 is +z.
std::array<float, 3> direction(float yaw, float pitch) {
    return {std::sin(yaw) * std::cos(pitch), std::sin(pitch), std::cos(yaw) * std::cos(pitch)};
}

void set_camera(FrameValues& values, const MaterialView& view, VkExtent2D extent) {
    const float pitch = std::clamp(view.pitch, -1.5f, 1.5f),
                distance = std::clamp(view.distance, 2.0f, 20.0f);
    const auto [x, y, z] = direction(view.yaw, pitch);
    const auto [up_x, up_y, up_z] = direction(view.yaw, pitch + 1.57079633f);
    // The angle of view is that of the picture's shorter side, so that the object keeps its size in it.
    const float aspect = float(extent.width) / float(extent.height);
    constexpr float scale = 3.5f;  // 1 / tan(half of 32 degrees)
    values.eye = {distance * x, distance * y + values.half_size[1], distance * z, values.eye[3]};
    values.right = {std::cos(view.yaw), 0, -std::sin(view.yaw), scale / std::max(aspect, 1.0f)};
    values.up = {up_x, up_y, up_z, scale * std::min(aspect, 1.0f)};
    values.back = {x, y, z, 0};
}

FrameValues values_of(const MaterialView& view, VkExtent2D extent) {
    FrameValues values;
    const auto [half_x, half_y, half_z] = half_size_of(view.shape);
    const auto [x, y, z] = direction(view.light_yaw, view.light_pitch);
    values.half_size = {half_x, half_y, half_z, std::exp2(std::clamp(view.exposure, -8.0f, 8.0f))};
    values.light = {x, y, z, std::clamp(view.light_strength, 0.0f, 10.0f)};
    values.surface = {std::clamp(view.roughness, 0.0f, 1.0f), std::clamp(view.bumpiness, 0.0f, 1.0f), 0, 0};
    values.eye[3] = std::clamp(view.tiles, 1.0f, 8.0f);
    values.has[0] = int32_t(view.shape);
    set_camera(values, view, extent);
    return values;
}

// Empty, but in the layout to be read.
Result<Image> make_empty(const Gpu& gpu, VkExtent2D extent, VkImageUsageFlags usage) {
    ImageInfo info{.format = picture_format, .extent = extent, .array_view = true};
    info.usage = usage | VK_IMAGE_USAGE_SAMPLED_BIT | VK_IMAGE_USAGE_TRANSFER_DST_BIT;
    RENDER_ASSIGN(Image image, make_image(gpu, info));
    RENDER_TRY(run_once(gpu, [&](VkCommandBuffer commands) {
        constexpr VkImageLayout write_layout = VK_IMAGE_LAYOUT_TRANSFER_DST_OPTIMAL;
        change_layout(commands, image, VK_IMAGE_LAYOUT_UNDEFINED, write_layout);
        const VkClearColorValue wall{{0.0110f, 0.0123f, 0.0160f, 1}};
        const VkImageSubresourceRange all{VK_IMAGE_ASPECT_COLOR_BIT, 0, 1, 0, 1};
        vkCmdClearColorImage(commands, image.handle, write_layout, &wall, 1, &all);
        change_layout(commands, image, write_layout, read_layout);
    }));
    return image;
}

Result<OwnedSampler> make_sampler(const Gpu& gpu) {
    auto info = vk_struct<VkSamplerCreateInfo>(VK_STRUCTURE_TYPE_SAMPLER_CREATE_INFO);
    info.magFilter = info.minFilter = VK_FILTER_LINEAR;
    info.mipmapMode = VK_SAMPLER_MIPMAP_MODE_LINEAR;
    info.addressModeU = info.addressModeV = info.addressModeW = VK_SAMPLER_ADDRESS_MODE_REPEAT;
    info.maxLod = VK_LOD_CLAMP_NONE;
    VkSampler sampler = VK_NULL_HANDLE;
    RENDER_VK(vkCreateSampler(gpu.device, &info, nullptr, &sampler));
    return OwnedSampler(gpu.device, sampler);
}

}  // namespace

Result<MaterialScene> MaterialScene::create(const Gpu& gpu, VkExtent2D extent) {
    MaterialScene scene(gpu);
    RENDER_ASSIGN(scene.no_map_, make_empty(gpu, {1, 1}, 0));
    RENDER_ASSIGN(scene.sampler_, make_sampler(gpu));
    RENDER_ASSIGN(scene.pass_, make_render_pass(gpu, picture_format, read_layout));
    RENDER_TRY(scene.make_layout());
    RENDER_TRY(scene.make_pipelines());
    RENDER_TRY(scene.make_slots());
    scene.set_maps({});
    RENDER_TRY(scene.resize(extent));
    return scene;
}

Status MaterialScene::make_layout() {
    const VkSampler sampler = sampler_;
    const VkDescriptorType image = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
    const std::array bindings{
        VkDescriptorSetLayoutBinding{0, VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, 1, both_stages, nullptr},
        VkDescriptorSetLayoutBinding{1, image, 1, VK_SHADER_STAGE_FRAGMENT_BIT, &sampler},
        VkDescriptorSetLayoutBinding{2, image, 1, VK_SHADER_STAGE_FRAGMENT_BIT, &sampler},
        VkDescriptorSetLayoutBinding{3, image, 1, VK_SHADER_STAGE_FRAGMENT_BIT, &sampler},
        VkDescriptorSetLayoutBinding{4, image, 1, VK_SHADER_STAGE_FRAGMENT_BIT, &sampler}};
    auto set_info =
        vk_struct<VkDescriptorSetLayoutCreateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO);
    set_info.bindingCount = uint32_t(bindings.size());
    set_info.pBindings = bindings.data();
    VkDescriptorSetLayout set_layout = VK_NULL_HANDLE;
    RENDER_VK(vkCreateDescriptorSetLayout(gpu_->device, &set_info, nullptr, &set_layout));
    set_layout_ = OwnedSetLayout(gpu_->device, set_layout);

    auto info = vk_struct<VkPipelineLayoutCreateInfo>(VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO);
    info.setLayoutCount = 1;
    info.pSetLayouts = &set_layout;
    VkPipelineLayout layout = VK_NULL_HANDLE;
    RENDER_VK(vkCreatePipelineLayout(gpu_->device, &info, nullptr, &layout));
    layout_ = OwnedPipelineLayout(gpu_->device, layout);
    return {};
}

Status MaterialScene::make_pipelines() {
    for (uint32_t sphere = 0; sphere < pipelines_.size(); ++sphere) {
        Pipelines& made = pipelines_[sphere];
        const std::array<uint32_t, 3> constants{gpu_->is_software, sphere, 0},
            mirrored{constants[0], sphere, 1};
        const PipelineInfo object{.vertex_shader = material_vert,
                                  .fragment_shader = material_frag,
                                  .constants = constants,
                                  .samples = gpu_->samples};
        RENDER_ASSIGN(made.object, make_pipeline(*gpu_, pass_, layout_, object));
        PipelineInfo reflection = object;
        reflection.constants = mirrored;
        reflection.blend = Blend::add;
        reflection.writes_depth = false;
        RENDER_ASSIGN(made.reflection, make_pipeline(*gpu_, pass_, layout_, reflection));
        PipelineInfo backdrop = object;
        backdrop.vertex_shader = material_backdrop_vert;
        backdrop.fragment_shader = material_backdrop_frag;
        backdrop.writes_depth = false;
        RENDER_ASSIGN(made.backdrop, make_pipeline(*gpu_, pass_, layout_, backdrop));
    }
    return {};
}

Status MaterialScene::make_slots() {
    const uint32_t count = uint32_t(slots_.size());
    const std::array sizes{
        VkDescriptorPoolSize{VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER, count},
        VkDescriptorPoolSize{VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER, map_count * count}};
    auto pool_info = vk_struct<VkDescriptorPoolCreateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO);
    pool_info.maxSets = count;
    pool_info.poolSizeCount = uint32_t(sizes.size());
    pool_info.pPoolSizes = sizes.data();
    VkDescriptorPool pool = VK_NULL_HANDLE;
    RENDER_VK(vkCreateDescriptorPool(gpu_->device, &pool_info, nullptr, &pool));
    pool_ = OwnedDescriptorPool(gpu_->device, pool);
    const VkDescriptorSetLayout set_layout = set_layout_;
    for (Slot& slot : slots_) {
        RENDER_ASSIGN(slot.values,
                      make_buffer(*gpu_, sizeof(FrameValues), VK_BUFFER_USAGE_UNIFORM_BUFFER_BIT));
        auto info = vk_struct<VkDescriptorSetAllocateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO);
        info.descriptorPool = pool;
        info.descriptorSetCount = 1;
        info.pSetLayouts = &set_layout;
        RENDER_VK(vkAllocateDescriptorSets(gpu_->device, &info, &slot.set));

        const VkDescriptorBufferInfo values{slot.values.handle, 0, VK_WHOLE_SIZE};
        auto write = vk_struct<VkWriteDescriptorSet>(VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET);
        write.dstSet = slot.set;
        write.descriptorCount = 1;
        write.descriptorType = VK_DESCRIPTOR_TYPE_UNIFORM_BUFFER;
        write.pBufferInfo = &values;
        vkUpdateDescriptorSets(gpu_->device, 1, &write, 0, nullptr);
    }
    return {};
}

void MaterialScene::set_maps(const Maps& maps) {
    maps_ = maps;
    std::array<VkDescriptorImageInfo, map_count> images{};
    const VkImageView height = maps.roughness_height ? maps.roughness_height : maps.albedo;
    const std::array views{maps.albedo, maps.normal, maps.roughness_height, height};
    for (size_t i = 0; i < views.size(); ++i)
        images[i] = {VK_NULL_HANDLE, views[i] ? views[i] : VkImageView(no_map_.view), read_layout};
    for (const Slot& slot : slots_) {
        auto write = vk_struct<VkWriteDescriptorSet>(VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET);
        write.dstSet = slot.set;
        write.dstBinding = 1;  // and on to the next bindings, which are of the same kind
        write.descriptorCount = map_count;
        write.descriptorType = VK_DESCRIPTOR_TYPE_COMBINED_IMAGE_SAMPLER;
        write.pImageInfo = images.data();
        vkUpdateDescriptorSets(gpu_->device, 1, &write, 0, nullptr);
    }
}

Status MaterialScene::resize(VkExtent2D extent) {
    targets_ = {};
    extent = {std::max(extent.width, 1u), std::max(extent.height, 1u)};
    RENDER_ASSIGN(
        picture_,
        make_empty(*gpu_, extent, VK_IMAGE_USAGE_COLOR_ATTACHMENT_BIT | VK_IMAGE_USAGE_TRANSFER_SRC_BIT));
    RENDER_ASSIGN(targets_, Targets::create(*gpu_, pass_, picture_format, extent, {picture_.view}));
    return {};
}

void MaterialScene::record(VkCommandBuffer commands, uint32_t index, const MaterialView& view) {
    const Slot& slot = slots_[index];
    FrameValues values = values_of(view, extent());
    values.has[1] = maps_.albedo != VK_NULL_HANDLE;
    values.has[2] = maps_.normal != VK_NULL_HANDLE;
    values.has[3] = maps_.roughness_height != VK_NULL_HANDLE;
    std::memcpy(slot.values.mapped, &values, sizeof(values));

    // The frame before may still read the picture; what is read and then written needs order, not memory.
    vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_FRAGMENT_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT,
                         VK_PIPELINE_STAGE_COLOR_ATTACHMENT_OUTPUT_BIT, 0, 0, nullptr, 0, nullptr, 0,
                         nullptr);
    std::array<VkClearValue, 3> clear{};
    clear[1].depthStencil.depth = 1;
    auto info = vk_struct<VkRenderPassBeginInfo>(VK_STRUCTURE_TYPE_RENDER_PASS_BEGIN_INFO);
    info.renderPass = pass_;
    info.framebuffer = targets_.framebuffers.front();
    info.renderArea.extent = extent();
    info.clearValueCount = uint32_t(clear.size());
    info.pClearValues = clear.data();
    vkCmdBeginRenderPass(commands, &info, VK_SUBPASS_CONTENTS_INLINE);
    const VkViewport viewport{0, 0, float(extent().width), float(extent().height), 0, 1};
    const VkRect2D scissor{{0, 0}, extent()};
    vkCmdSetViewport(commands, 0, 1, &viewport);
    vkCmdSetScissor(commands, 0, 1, &scissor);
    vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, layout_, 0, 1, &slot.set, 0, nullptr);
    draw(commands, view.shape, values.eye[1] > 0);
    vkCmdEndRenderPass(commands);
}

void MaterialScene::draw(VkCommandBuffer commands, MaterialShape shape, bool above_floor) const {
    const auto draw_with = [&](VkPipeline pipeline, uint32_t first, uint32_t vertices) {
        vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_GRAPHICS, pipeline);
        vkCmdDraw(commands, vertices, 1, first, 0);
    };
    const bool sphere = shape == MaterialShape::sphere;
    const Pipelines& with = pipelines_[sphere];
    const uint32_t vertices = sphere ? sphere_vertices : box_vertices;
    // What is in front comes first, so that the backdrop is not computed behind it.
    draw_with(with.object, 0, vertices);
    draw_with(with.backdrop, 0, 3);
    // The floor shows nothing of a sphere's upper half.
    const uint32_t first = sphere ? vertices / 2 : 0;
    if (above_floor && !gpu_->is_software) draw_with(with.reflection, first, vertices - first);
}

}  // namespace viewer
