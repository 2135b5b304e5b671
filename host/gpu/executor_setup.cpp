// Making an executor: pipelines, descriptor sets, staging memory, command buffers, fences, queries.
// SPDX-License-Identifier: MIT
#include "host/gpu/device.hpp"
#include "host/gpu/executor.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {
namespace {

int64_t lay_out(const std::map<std::string, PlannedBinding, std::less<>>& bindings,
                std::map<std::string, std::pair<int64_t, int64_t>, std::less<>>& places) {
    int64_t end = 0;
    for (const auto& [name, binding] : bindings) {
        places[name] = {end, binding.bytes};
        end += (binding.bytes + 63) / 64 * 64;
    }
    return end;
}

std::string slice_name(const Schedule& schedule, size_t index) {
    const Slice& slice = schedule.slices[index];
    const std::string first = slice.count > 0 ? schedule.plan.kernels[size_t(slice.first)].label : "nothing";
    return fmt::format("slice {} of {} (kernels {} to {}, from \"{}\" on)", index + 1, schedule.slices.size(),
                       slice.first, slice.first + slice.count - 1, first);
}

Status check_slices(const Schedule& schedule) {
    int next = 0;
    for (const Slice& slice : schedule.slices) {
        if (slice.first != next || slice.count < 0)
            return Error{Code::internal,
                         fmt::format("a slice starts at kernel {} where {} was next", slice.first, next)};
        next += slice.count;
    }
    if (size_t(next) != schedule.plan.kernels.size())
        return Error{Code::internal,
                     fmt::format("the slices hold {} of {} kernels", next, schedule.plan.kernels.size())};
    return {};
}

}  // namespace

Result<std::unique_ptr<Executor>> Executor::create(Device& device, Schedule schedule, RegionSet& regions,
                                                   const ExecutorOptions& options) {
    std::unique_ptr<Executor> result(new Executor(device, std::move(schedule), regions));
    VKGAN_TRY(result->prepare(options));
    return result;
}

Status Executor::prepare(const ExecutorOptions& options) {
    if (options.slots < 1 || options.slots > 64)
        return Error{Code::invalid_argument,
                     fmt::format("an executor has 1 to 64 slots, not {}", options.slots)};
    const Plan& plan = schedule_.plan;
    VKGAN_TRY(check_slices(schedule_));
    VKGAN_TRY(make_pipelines(options.threads));
    VKGAN_TRY(check_plan(device_, plan, pipelines_));
    for (size_t i = 0; i < plan.regions.size(); ++i) {
        VKGAN_TRY(regions_.ensure(plan.regions[i], plan.region_bytes[i]));
        regions_.retain(plan.regions[i]);
        retained_.push_back(plan.regions[i]);
    }
    VKGAN_ASSIGN(bindings_, KernelBindings::create(device_, plan, regions_, pipelines_));
    VKGAN_TRY(make_objects(options.slots));
    return {};
}

Status Executor::make_pipelines(int threads) {
    std::vector<PipelineKey> keys;
    for (const PlannedKernel& kernel : schedule_.plan.kernels)
        keys.push_back({kernel.shader, kernel.constants});
    VKGAN_ASSIGN(pipelines_, device_.pipelines().make(std::move(keys), threads));
    return {};
}

Status Executor::make_objects(int slots) {
    const VolkDeviceTable& vk = device_.vk();
    const size_t slice_count = schedule_.slices.size();
    if (slice_count > 0 && device_.capabilities().uses(Optional::timestamps)) {
        auto info = vk_struct<VkQueryPoolCreateInfo>(VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO);
        info.queryType = VK_QUERY_TYPE_TIMESTAMP;
        info.queryCount = uint32_t(2 * slice_count);
        const VkResult result = vk.vkCreateQueryPool(device_.handle(), &info, nullptr, &queries_);
        if (result != VK_SUCCESS) return device_.failure(result, "vkCreateQueryPool");
        timestamps_.resize(4 * slice_count);
    }
    slice_ns_.assign(slice_count, 0);
    for (VkFence& fence : fences_) {
        const auto info = vk_struct<VkFenceCreateInfo>(VK_STRUCTURE_TYPE_FENCE_CREATE_INFO);
        const VkResult result = vk.vkCreateFence(device_.handle(), &info, nullptr, &fence);
        if (result != VK_SUCCESS) return device_.failure(result, "vkCreateFence");
    }
    auto pool = vk_struct<VkCommandPoolCreateInfo>(VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
    pool.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
    pool.queueFamilyIndex = device_.queue_family();
    VkResult result = vk.vkCreateCommandPool(device_.handle(), &pool, nullptr, &pool_);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateCommandPool");
    std::vector<VkCommandBuffer> commands(slice_count + 2 * size_t(slots) + 1);
    auto info = vk_struct<VkCommandBufferAllocateInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
    info.commandPool = pool_;
    info.commandBufferCount = uint32_t(commands.size());
    result = vk.vkAllocateCommandBuffers(device_.handle(), &info, commands.data());
    if (result != VK_SUCCESS) return device_.failure(result, "vkAllocateCommandBuffers");
    slots_.resize(size_t(slots));
    return record(commands);
}

Status Executor::record(std::span<const VkCommandBuffer> commands) {
    const size_t slice_count = schedule_.slices.size();
    scratch_ = commands.back();
    slices_.assign(commands.begin(), commands.begin() + ptrdiff_t(slice_count));
    for (size_t i = 0; i < slice_count; ++i) {
        VKGAN_TRY(recorder().slice(slices_[i], i, queries_));
        slice_names_.push_back(slice_name(schedule_, i));
    }
    for (size_t i = 0; i < slots_.size(); ++i)
        VKGAN_TRY(make_slot(slots_[i], commands.subspan(slice_count + 2 * i, 2)));
    return {};
}

Status Executor::make_slot(Slot& slot, std::span<const VkCommandBuffer> commands) {
    const Plan& plan = schedule_.plan;
    const int64_t input_bytes = lay_out(plan.inputs, inputs_), output_bytes = lay_out(plan.outputs, outputs_);
    VKGAN_ASSIGN(slot.input, Buffer::create(device_, {.name = "inputs of a slot",
                                                      .memory_class = "staging",
                                                      .bytes = input_bytes,
                                                      .usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT,
                                                      .use = MemoryUse::upload}));
    VKGAN_ASSIGN(slot.output, Buffer::create(device_, {.name = "outputs of a slot",
                                                       .memory_class = "staging",
                                                       .bytes = output_bytes,
                                                       .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                                       .use = MemoryUse::readback}));
    std::fill_n(slot.input.mapped(), slot.input.bytes(), std::byte{0});
    std::vector<HostCopy> in, out;
    for (const auto& [name, b] : plan.inputs)
        in.push_back(
            {slot.input.handle(),
             regions_.buffer(plan.regions[size_t(b.region)]),
             {VkDeviceSize(inputs_[name].first), VkDeviceSize(b.offset_bytes), VkDeviceSize(b.bytes)}});
    for (const auto& [name, b] : plan.outputs)
        out.push_back(
            {regions_.buffer(plan.regions[size_t(b.region)]),
             slot.output.handle(),
             {VkDeviceSize(b.offset_bytes), VkDeviceSize(outputs_[name].first), VkDeviceSize(b.bytes)}});
    slot.copy_in = commands[0];
    slot.copy_out = commands[1];
    VKGAN_TRY(recorder().inputs(slot.copy_in, in));
    VKGAN_TRY(recorder().outputs(slot.copy_out, out));
    slot.step.assign(slices_.begin() + schedule_.setup_slices, slices_.end());
    slot.step.insert(slot.step.begin(), slot.copy_in);
    slot.step.push_back(slot.copy_out);
    return {};
}

}  // namespace vkgan
