// Writes each kernel's descriptor set once; bindings that a shader declares and a kernel leaves out read
// zeros.
// SPDX-License-Identifier: MIT
#include "host/gpu/bindings.hpp"

#include "host/gpu/device.hpp"

#include <algorithm>

namespace vkgan {
namespace {

constexpr int64_t null_bytes = 256;

const PlannedBinding* find_binding(const PlannedKernel& kernel, uint32_t number) {
    for (const PlannedBinding& binding : kernel.bindings)
        if (uint32_t(binding.binding) == number) return &binding;
    return nullptr;
}

}  // namespace

Result<std::unique_ptr<KernelBindings>> KernelBindings::create(Device& device, const Plan& plan,
                                                               const RegionSet& regions,
                                                               std::span<const Pipeline* const> pipelines) {
    std::unique_ptr<KernelBindings> result(new KernelBindings(device));
    if (plan.kernels.empty()) return result;
    std::vector<VkBuffer> buffers;
    for (const std::string& name : plan.regions) buffers.push_back(regions.buffer(name));
    VKGAN_TRY(result->make_null_buffer(pipelines));
    VKGAN_TRY(result->allocate_sets(pipelines));
    for (size_t i = 0; i < plan.kernels.size(); ++i)
        VKGAN_TRY(result->write_set(plan.kernels[i], *pipelines[i]->shader, buffers, i));
    return result;
}

KernelBindings::~KernelBindings() {
    const VolkDeviceTable& vk = device_.vk();
    if (pool_) vk.vkDestroyDescriptorPool(device_.handle(), pool_, nullptr);
    for (const auto& [key, view] : views_) vk.vkDestroyBufferView(device_.handle(), view, nullptr);
}

// The first piece is what unused readonly bindings share. An unused binding that the shader could write gets
// a piece of its own: nothing ever writes it, but sharing would look like a hazard to synchronisation
// validation.
Status KernelBindings::make_null_buffer(std::span<const Pipeline* const> pipelines) {
    int64_t pieces = 1;
    for (const Pipeline* pipeline : pipelines)
        for (const ShaderBinding& binding : pipeline->shader->interface.bindings) pieces += binding.writable;
    const int64_t piece_bytes = std::max(null_bytes, device_.traits().offset_alignment);
    VKGAN_ASSIGN(null_, Buffer::create(device_, {.name = "null buffer",
                                                 .memory_class = "staging",
                                                 .bytes = pieces * piece_bytes,
                                                 .usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT |
                                                          VK_BUFFER_USAGE_STORAGE_TEXEL_BUFFER_BIT,
                                                 .use = MemoryUse::upload}));
    std::fill_n(null_.mapped(), null_.bytes(), std::byte{0});
    next_null_offset_ = piece_bytes;
    return {};
}

Status KernelBindings::allocate_sets(std::span<const Pipeline* const> pipelines) {
    uint32_t storage = 0, texel = 0;
    std::vector<VkDescriptorSetLayout> layouts;
    for (const Pipeline* pipeline : pipelines) {
        layouts.push_back(pipeline->shader->set_layout);
        for (const ShaderBinding& binding : pipeline->shader->interface.bindings)
            ++(binding.texel ? texel : storage);
    }
    std::vector<VkDescriptorPoolSize> sizes;
    if (storage > 0) sizes.push_back({VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, storage});
    if (texel > 0) sizes.push_back({VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER, texel});
    if (sizes.empty()) sizes.push_back({VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1});
    auto pool = vk_struct<VkDescriptorPoolCreateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_POOL_CREATE_INFO);
    pool.maxSets = uint32_t(layouts.size());
    pool.poolSizeCount = uint32_t(sizes.size());
    pool.pPoolSizes = sizes.data();
    VkResult result = device_.vk().vkCreateDescriptorPool(device_.handle(), &pool, nullptr, &pool_);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateDescriptorPool");
    sets_.resize(layouts.size());
    auto info = vk_struct<VkDescriptorSetAllocateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_SET_ALLOCATE_INFO);
    info.descriptorPool = pool_;
    info.descriptorSetCount = uint32_t(layouts.size());
    info.pSetLayouts = layouts.data();
    result = device_.vk().vkAllocateDescriptorSets(device_.handle(), &info, sets_.data());
    if (result != VK_SUCCESS) return device_.failure(result, "vkAllocateDescriptorSets");
    return {};
}

Result<VkBufferView> KernelBindings::view(const Texels& texels) {
    VkBufferView& result = views_[texels];
    if (result) return result;
    auto info = vk_struct<VkBufferViewCreateInfo>(VK_STRUCTURE_TYPE_BUFFER_VIEW_CREATE_INFO);
    info.buffer = texels.buffer;
    info.format = texels.half ? VK_FORMAT_R16G16B16A16_SFLOAT : VK_FORMAT_R32G32B32A32_SFLOAT;
    info.offset = VkDeviceSize(texels.offset_bytes);
    info.range = VkDeviceSize(texels.bytes);
    const VkResult made = device_.vk().vkCreateBufferView(device_.handle(), &info, nullptr, &result);
    if (made != VK_SUCCESS) return device_.failure(made, "vkCreateBufferView");
    return result;
}

Status KernelBindings::write_set(const PlannedKernel& kernel, const Shader& shader,
                                 std::span<const VkBuffer> regions, size_t index) {
    const size_t count = shader.interface.bindings.size();
    std::vector<VkDescriptorBufferInfo> buffers(count);
    std::vector<VkBufferView> views(count);
    std::vector<VkWriteDescriptorSet> writes;
    for (size_t i = 0; i < count; ++i) {
        const ShaderBinding& declared = shader.interface.bindings[i];
        const PlannedBinding* bound = find_binding(kernel, declared.binding);
        VkBuffer buffer = bound ? regions[size_t(bound->region)] : null_.handle();
        int64_t offset = bound ? bound->offset_bytes : 0;
        const int64_t bytes = bound ? bound->bytes : null_bytes;
        if (!bound && declared.writable) {
            offset = next_null_offset_;
            next_null_offset_ += std::max(null_bytes, device_.traits().offset_alignment);
        }
        auto write = vk_struct<VkWriteDescriptorSet>(VK_STRUCTURE_TYPE_WRITE_DESCRIPTOR_SET);
        write.dstSet = sets_[index];
        write.dstBinding = declared.binding;
        write.descriptorCount = 1;
        if (declared.texel) {
            VKGAN_ASSIGN(views[i], view({buffer, offset, bytes, bound && bound->half}));
            write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER;
            write.pTexelBufferView = &views[i];
        } else {
            buffers[i] = {buffer, VkDeviceSize(offset), VkDeviceSize(bytes)};
            write.descriptorType = VK_DESCRIPTOR_TYPE_STORAGE_BUFFER;
            write.pBufferInfo = &buffers[i];
        }
        writes.push_back(write);
    }
    device_.vk().vkUpdateDescriptorSets(device_.handle(), uint32_t(writes.size()), writes.data(), 0, nullptr);
    return {};
}

}  // namespace vkgan
