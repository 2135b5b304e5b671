// Shader modules, layouts by reflection, and compilation on several threads.
// SPDX-License-Identifier: MIT
#include "host/gpu/pipelines.hpp"

#include "generated/shader_table.hpp"
#include "host/base/free_memory.hpp"
#include "host/base/thread_owner.hpp"
#include "host/gpu/device.hpp"
#include "host/gpu/pipeline_cache.hpp"
#include "host/gpu/specialise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

namespace vkgan {

Pipelines::Pipelines(Device& device, const std::optional<std::string>& cache_folder, CacheFunctions cache)
    : device_(device), cache_functions_(std::move(cache)) {
    if (!cache_functions_.read)
        cache_file_ =
            pipeline_cache_file(device.record(), cache_folder ? *cache_folder : user_cache_folder());
    const std::vector<std::byte> blob = kept_cache();
    auto info = vk_struct<VkPipelineCacheCreateInfo>(VK_STRUCTURE_TYPE_PIPELINE_CACHE_CREATE_INFO);
    info.initialDataSize = blob.size();
    info.pInitialData = blob.data();
    if (device.vk().vkCreatePipelineCache(device.handle(), &info, nullptr, &cache_) != VK_SUCCESS) {
        info.initialDataSize = 0;  // a blob that the driver refuses is as good as none
        if (device.vk().vkCreatePipelineCache(device.handle(), &info, nullptr, &cache_) != VK_SUCCESS)
            cache_ = VK_NULL_HANDLE;
    }
}

std::vector<std::byte> Pipelines::kept_cache() {
    const PhysicalRecord& record = device_.record();
    const std::string name = cache_functions_.read ? pipeline_cache_name(record) : cache_file_;
    std::string ignored;
    std::vector<std::byte> blob = cache_functions_.read
                                      ? open_pipeline_cache(cache_functions_.read(name), record, &ignored)
                                      : read_pipeline_cache(name, record, &ignored);
    if (!ignored.empty())
        device_.note(fmt::format("pipeline cache: {} is ignored, and rebuilt: {}", name, ignored));
    return blob;
}

Pipelines::~Pipelines() {
    save_cache();
    const VolkDeviceTable& vk = device_.vk();
    for (const auto& [key, pipeline] : pipelines_)
        vk.vkDestroyPipeline(device_.handle(), pipeline.handle, nullptr);
    for (const auto& [name, shader] : shaders_) {
        vk.vkDestroyPipelineLayout(device_.handle(), shader->layout, nullptr);
        vk.vkDestroyDescriptorSetLayout(device_.handle(), shader->set_layout, nullptr);
    }
    vk.vkDestroyPipelineCache(device_.handle(), cache_, nullptr);
}

void Pipelines::save_cache() {
    const std::lock_guard lock(mutex_);
    const bool kept = cache_functions_.write || !cache_file_.empty();
    if (!unsaved_ || !kept || !cache_) return;
    size_t bytes = 0;
    if (device_.vk().vkGetPipelineCacheData(device_.handle(), cache_, &bytes, nullptr) != VK_SUCCESS) return;
    std::vector<std::byte> blob(bytes);
    if (device_.vk().vkGetPipelineCacheData(device_.handle(), cache_, &bytes, blob.data()) != VK_SUCCESS)
        return;
    blob.resize(bytes);
    unsaved_ = false;
    if (!cache_functions_.write) return write_pipeline_cache(cache_file_, device_.record(), blob);
    const std::vector<std::byte> closed = close_pipeline_cache(device_.record(), blob);
    if (!closed.empty()) cache_functions_.write(pipeline_cache_name(device_.record()), closed);
}

Result<std::vector<const Pipeline*>> Pipelines::make(std::vector<PipelineKey> keys, int threads) {
    const std::lock_guard lock(mutex_);
    std::vector<PipelineKey> missing;
    for (PipelineKey& key : keys) {
        std::sort(key.constants.begin(), key.constants.end());
        if (!pipelines_.contains(key)) missing.push_back(key);
    }
    std::sort(missing.begin(), missing.end());
    missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
    VKGAN_TRY(compile_missing(std::move(missing), threads));
    std::vector<const Pipeline*> result;
    for (const PipelineKey& key : keys) result.push_back(&pipelines_.at(key));
    return result;
}

Status Pipelines::compile_missing(std::vector<PipelineKey> missing, int threads) {
    std::vector<const Shader*> shaders;
    for (const PipelineKey& key : missing) {
        VKGAN_ASSIGN(const Shader* found, shader(key.shader));
        shaders.push_back(found);
    }
    std::vector<Result<VkPipeline>> made(missing.size(), VkPipeline(VK_NULL_HANDLE));
    std::atomic<size_t> next = 0;
    const auto work = [&] {
        for (size_t i = next++; i < missing.size(); i = next++) made[i] = compile(*shaders[i], missing[i]);
    };
    const OwnedThread until_joined = must_not_fail();
    std::vector<std::thread> workers;
    const size_t worker_count = std::min(missing.size(), size_t(std::clamp(threads, 1, 64)));
    for (size_t i = 1; i < worker_count; ++i) workers.push_back(start_thread(work));
    work();
    for (std::thread& worker : workers) worker.join();
    Status status;
    for (size_t i = 0; i < missing.size(); ++i) {
        if (made[i])
            pipelines_[missing[i]] = {shaders[i], *made[i]};
        else if (status)
            status = made[i].error();
    }
    count_ = pipelines_.size();
    unsaved_ |= !missing.empty();
    if (!missing.empty()) release_free_memory();  // compilers leave much of it behind
    return status;
}

Result<const Shader*> Pipelines::shader(const std::string& name) {
    if (const auto found = shaders_.find(name); found != shaders_.end()) return found->second.get();
    const EmbeddedShader* embedded = find_shader(name);
    if (!embedded)
        return Error{Code::internal,
                     fmt::format("There is no shader {} in this build (file:variant of shaders/ops).", name)};
    auto shader = std::make_unique<Shader>();
    shader->name = name;
    VKGAN_ASSIGN(shader->code, unpack(*embedded));
    VKGAN_ASSIGN(shader->interface, reflect(shader->code, name));
    if (shader->interface.push_bytes > device_.record().properties.limits.maxPushConstantsSize)
        return Error{Code::unsupported,
                     fmt::format("shader {} takes {} bytes of push constants; the device has {}", name,
                                 shader->interface.push_bytes,
                                 device_.record().properties.limits.maxPushConstantsSize)};
    Shader& kept = *(shaders_[name] = std::move(shader));
    VKGAN_TRY(make_layouts(kept));
    return &kept;
}

Status Pipelines::make_layouts(Shader& shader) {
    std::vector<VkDescriptorSetLayoutBinding> bindings;
    for (const ShaderBinding& binding : shader.interface.bindings)
        bindings.push_back(
            {binding.binding,
             binding.texel ? VK_DESCRIPTOR_TYPE_STORAGE_TEXEL_BUFFER : VK_DESCRIPTOR_TYPE_STORAGE_BUFFER, 1,
             VK_SHADER_STAGE_COMPUTE_BIT, nullptr});
    auto set =
        vk_struct<VkDescriptorSetLayoutCreateInfo>(VK_STRUCTURE_TYPE_DESCRIPTOR_SET_LAYOUT_CREATE_INFO);
    set.bindingCount = uint32_t(bindings.size());
    set.pBindings = bindings.data();
    VkResult result =
        device_.vk().vkCreateDescriptorSetLayout(device_.handle(), &set, nullptr, &shader.set_layout);
    if (result != VK_SUCCESS)
        return device_.failure(result, "vkCreateDescriptorSetLayout for " + shader.name);

    const VkPushConstantRange push{VK_SHADER_STAGE_COMPUTE_BIT, 0, (shader.interface.push_bytes + 3) / 4 * 4};
    auto layout = vk_struct<VkPipelineLayoutCreateInfo>(VK_STRUCTURE_TYPE_PIPELINE_LAYOUT_CREATE_INFO);
    layout.setLayoutCount = 1;
    layout.pSetLayouts = &shader.set_layout;
    layout.pushConstantRangeCount = push.size > 0 ? 1 : 0;
    layout.pPushConstantRanges = &push;
    result = device_.vk().vkCreatePipelineLayout(device_.handle(), &layout, nullptr, &shader.layout);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreatePipelineLayout for " + shader.name);
    return {};
}

Result<VkPipeline> Pipelines::compile(const Shader& shader, const PipelineKey& key) {
    const std::array<uint32_t, 3> size = local_size(shader.interface, key.constants);
    const uint64_t invocations = uint64_t{size[0]} * size[1] * size[2];
    const VkPhysicalDeviceLimits& limits = device_.record().properties.limits;
    if (invocations == 0 || invocations > limits.maxComputeWorkGroupInvocations ||
        size[0] > limits.maxComputeWorkGroupSize[0] || size[1] > limits.maxComputeWorkGroupSize[1] ||
        size[2] > limits.maxComputeWorkGroupSize[2])
        return Error{
            Code::unsupported,
            fmt::format("shader {} has workgroups of {}x{}x{}; the device takes at most {}", key.shader,
                        size[0], size[1], size[2], limits.maxComputeWorkGroupInvocations)};
    const std::vector<uint32_t> code = specialise(shader.code, key.constants);
    auto info = vk_struct<VkShaderModuleCreateInfo>(VK_STRUCTURE_TYPE_SHADER_MODULE_CREATE_INFO);
    info.codeSize = code.size() * sizeof code[0];
    info.pCode = code.data();
    VkShaderModule module = VK_NULL_HANDLE;
    const VkResult result = device_.vk().vkCreateShaderModule(device_.handle(), &info, nullptr, &module);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateShaderModule for " + key.shader);
    auto pipeline = make_pipeline(shader, module, size);
    device_.vk().vkDestroyShaderModule(device_.handle(), module, nullptr);
    return pipeline;
}

Result<VkPipeline> Pipelines::make_pipeline(const Shader& shader, VkShaderModule module,
                                            const std::array<uint32_t, 3>& local_size) {
    auto subgroup = vk_struct<VkPipelineShaderStageRequiredSubgroupSizeCreateInfo>(
        VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_REQUIRED_SUBGROUP_SIZE_CREATE_INFO);
    subgroup.requiredSubgroupSize = uint32_t(device_.traits().subgroup_size);
    auto info = vk_struct<VkComputePipelineCreateInfo>(VK_STRUCTURE_TYPE_COMPUTE_PIPELINE_CREATE_INFO);
    info.stage.sType = VK_STRUCTURE_TYPE_PIPELINE_SHADER_STAGE_CREATE_INFO;
    info.stage.stage = VK_SHADER_STAGE_COMPUTE_BIT;
    info.stage.module = module;
    info.stage.pName = "main";
    info.layout = shader.layout;
    info.flags = VK_PIPELINE_CREATE_DISPATCH_BASE_BIT;  // slices may be parts of a kernel
    if (shader.interface.subgroups && device_.capabilities().uses(Optional::subgroup_size_control)) {
        info.stage.pNext = &subgroup;
        if (local_size[0] % subgroup.requiredSubgroupSize == 0)
            info.stage.flags = VK_PIPELINE_SHADER_STAGE_CREATE_REQUIRE_FULL_SUBGROUPS_BIT;
    }
    VkPipeline pipeline = VK_NULL_HANDLE;
    const VkResult result =
        device_.vk().vkCreateComputePipelines(device_.handle(), cache_, 1, &info, nullptr, &pipeline);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateComputePipelines for " + shader.name);
    device_.name_object(VK_OBJECT_TYPE_PIPELINE, reinterpret_cast<uint64_t>(pipeline), shader.name);
    return pipeline;
}

}  // namespace vkgan
