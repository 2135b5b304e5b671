// One function fills Vulkan's structs; viewport and scissors are dynamic, so that windows may change size.
// SPDX-License-Identifier: MIT
#include "samples/render/pipelines.hpp"

#include <array>
#include <vector>

namespace render {
namespace {

Result<OwnedShaderModule> make_module(const Gpu& gpu, std::span<const uint32_t> code) {
    auto info = vk_struct<VkShaderModuleCreateInfo>(VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO);
    info.codeSize = code.size_bytes();
    info.pCode = code.data();
    VkShaderModule module = VK_NULL_HANDLE;
    RENDER_VK(vkCreateShaderModule(gpu.device, &info, nullptr, &module));
    return OwnedShaderModule(gpu.device, module);
}

VkPipelineColorBlendAttachmentState blend_state(Blend blend) {
    VkPipelineColorBlendAttachmentState state{};
    state.colorWriteMask = VK_COLOR_COMPONENT_R_BIT | VK_COLOR_COMPONENT_G_BIT | VK_COLOR_COMPONENT_B_BIT |
                           VK_COLOR_COMPONENT_A_BIT;
    state.blendEnable = blend != Blend::none;
    state.srcColorBlendFactor = blend == Blend::add ? VK_BLEND_FACTOR_ONE : VK_BLEND_FACTOR_SRC_ALPHA;
    state.dstColorBlendFactor =
        blend == Blend::add ? VK_BLEND_FACTOR_ONE : VK_BLEND_FACTOR_ONE_MINUS_SRC_ALPHA;
    state.srcAlphaBlendFactor = VK_BLEND_FACTOR_ZERO;
    state.dstAlphaBlendFactor = VK_BLEND_FACTOR_ONE;  // the picture stays opaque
    return state;
}

VkPipelineShaderStageCreateInfo stage(VkShaderStageFlagBits which, VkShaderModule module) {
    auto info =
        vk_struct<VkPipelineShaderStageCreateInfo>(VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO);
    info.stage = which;
    info.module = module;
    info.pName = "main";
    return info;
}

}  // namespace

Result<OwnedPipeline> make_pipeline(const Gpu& gpu, VkRenderPass pass, VkPipelineLayout layout,
                                    const PipelineInfo& of) {
    RENDER_ASSIGN(const OwnedShaderModule vertex, make_module(gpu, of.vertex_shader));
    RENDER_ASSIGN(const OwnedShaderModule fragment, make_module(gpu, of.fragment_shader));
    std::array stages{stage(VK_SHADER_STAGE_VERTEX_BIT, vertex),
                      stage(VK_SHADER_STAGE_FRAGMENT_BIT, fragment)};
    std::vector<VkSpecializationMapEntry> entries;
    for (uint32_t i = 0; i < of.constants.size(); ++i) entries.push_back({i, i * 4, 4});
    const VkSpecializationInfo constants{uint32_t(entries.size()), entries.data(), of.constants.size_bytes(),
                                         of.constants.data()};
    for (auto& stage : stages)
        if (!entries.empty()) stage.pSpecializationInfo = &constants;
    const VkVertexInputBindingDescription binding{0, of.vertex_bytes, VK_VERTEX_INPUT_RATE_VERTEX};
    auto vertices = vk_struct<VkPipelineVertexInputStateCreateInfo>(
        VK_STRUCTURE_TYPE_PIPELINE_VERTEX_INPUT_STATE_CREATE_INFO);
    vertices.vertexBindingDescriptionCount = of.vertex_bytes > 0 ? 1 : 0;
    vertices.pVertexBindingDescriptions = &binding;
    vertices.vertexAttributeDescriptionCount = uint32_t(of.attributes.size());
    vertices.pVertexAttributeDescriptions = of.attributes.data();
    auto assembly = vk_struct<VkPipelineInputAssemblyStateCreateInfo>(
        VK_STRUCTURE_TYPE_PIPELINE_INPUT_ASSEMBLY_STATE_CREATE_INFO);
    assembly.topology = VK_PRIMITIVE_TOPOLOGY_TRIANGLE_LIST;
    auto view =
        vk_struct<VkPipelineViewportStateCreateInfo>(VK_STRUCTURE_TYPE_PIPELINE_VIEWPORT_STATE_CREATE_INFO);
    view.viewportCount = view.scissorCount = 1;
    auto raster = vk_struct<VkPipelineRasterizationStateCreateInfo>(
        VK_STRUCTURE_TYPE_PIPELINE_RASTERIZATION_STATE_CREATE_INFO);
    raster.lineWidth = 1;  // no culling: what is mirrored turns the other way round
    auto samples = vk_struct<VkPipelineMultisampleStateCreateInfo>(
        VK_STRUCTURE_TYPE_PIPELINE_MULTISAMPLE_STATE_CREATE_INFO);
    samples.rasterizationSamples = of.samples;
    auto depth = vk_struct<VkPipelineDepthStencilStateCreateInfo>(
        VK_STRUCTURE_TYPE_PIPELINE_DEPTH_STENCIL_STATE_CREATE_INFO);
    depth.depthTestEnable = of.tests_depth;
    depth.depthWriteEnable = of.writes_depth;
    depth.depthCompareOp = VK_COMPARE_OP_LESS;
    const auto attachment = blend_state(of.blend);
    auto blend = vk_struct<VkPipelineColorBlendStateCreateInfo>(
        VK_STRUCTURE_TYPE_PIPELINE_COLOR_BLEND_STATE_CREATE_INFO);
    blend.attachmentCount = 1;
    blend.pAttachments = &attachment;
    const std::array changing{VK_DYNAMIC_STATE_VIEWPORT, VK_DYNAMIC_STATE_SCISSOR};
    auto dynamic =
        vk_struct<VkPipelineDynamicStateCreateInfo>(VK_STRUCTURE_TYPE_PIPELINE_DYNAMIC_STATE_CREATE_INFO);
    dynamic.dynamicStateCount = uint32_t(changing.size());
    dynamic.pDynamicStates = changing.data();

    auto info = vk_struct<VkGraphicsPipelineCreateInfo>(VK_STRUCTURE_TYPE_GRAPHICS_PIPELINE_CREATE_INFO);
    info.stageCount = uint32_t(stages.size());
    info.pStages = stages.data();
    info.pVertexInputState = &vertices;
    info.pInputAssemblyState = &assembly;
    info.pViewportState = &view;
    info.pRasterizationState = &raster;
    info.pMultisampleState = &samples;
    info.pDepthStencilState = &depth;
    info.pColorBlendState = &blend;
    info.pDynamicState = &dynamic;
    info.layout = layout;
    info.renderPass = pass;
    VkPipeline pipeline = VK_NULL_HANDLE;
    RENDER_VK(vkCreateGraphicsPipelines(gpu.device, VK_NULL_HANDLE, 1, &info, nullptr, &pipeline));
    return OwnedPipeline(gpu.device, pipeline);
}

}  // namespace render
