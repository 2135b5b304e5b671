// Command buffers are recorded once and submitted many times, also while they are still running.
// SPDX-License-Identifier: MIT
#include "host/gpu/recorder.hpp"

#include "host/gpu/device.hpp"

namespace vkgan {
namespace {

constexpr VkPipelineStageFlags compute = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT;
constexpr VkPipelineStageFlags transfer = VK_PIPELINE_STAGE_TRANSFER_BIT;
constexpr VkPipelineStageFlags host = VK_PIPELINE_STAGE_HOST_BIT;

VkAccessFlags writes(VkPipelineStageFlags stages) {
    VkAccessFlags result = 0;
    if (stages & compute) result |= VK_ACCESS_SHADER_WRITE_BIT;
    if (stages & transfer) result |= VK_ACCESS_TRANSFER_WRITE_BIT;
    return result;
}

VkAccessFlags reads(VkPipelineStageFlags stages) {
    VkAccessFlags result = 0;
    if (stages & compute) result |= VK_ACCESS_SHADER_READ_BIT;
    if (stages & transfer) result |= VK_ACCESS_TRANSFER_READ_BIT;
    if (stages & host) result |= VK_ACCESS_HOST_READ_BIT;
    return result;
}

}  // namespace

Status Recorder::slice(VkCommandBuffer commands, size_t slice, VkQueryPool queries) const {
    const Slice& range = schedule.slices[slice];
    VKGAN_TRY(begin(commands));
    const uint32_t query = uint32_t(2 * slice);
    if (queries) {
        device.vk().vkCmdResetQueryPool(commands, queries, query, 2);
        device.vk().vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_TOP_OF_PIPE_BIT, queries, query);
    }
    // The schedule knows the hazards inside a step; those with other steps, plans and copies are met at its
    // two ends, and behind its setup.
    const bool first = slice == 0 || slice == size_t(schedule.setup_slices);
    if (first) barrier(commands, compute | transfer, compute | transfer);
    for (size_t k = size_t(range.first); k < size_t(range.first + range.count); ++k) {
        const bool ordered = k < schedule.barrier_before.size() && schedule.barrier_before[k];
        if (ordered && !(first && k == size_t(range.first))) barrier(commands, compute, compute);
        dispatch(commands, k, true);
    }
    if (slice + 1 == schedule.slices.size()) barrier(commands, compute, compute | transfer);
    if (queries)
        device.vk().vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries, query + 1);
    return end(commands);
}

Status Recorder::inputs(VkCommandBuffer commands, std::span<const HostCopy> copies) const {
    VKGAN_TRY(begin(commands));
    barrier(commands, compute | transfer, transfer);
    for (const HostCopy& copy : copies)
        device.vk().vkCmdCopyBuffer(commands, copy.from, copy.to, 1, &copy.range);
    barrier(commands, transfer, compute | transfer);
    return end(commands);
}

Status Recorder::outputs(VkCommandBuffer commands, std::span<const HostCopy> copies) const {
    VKGAN_TRY(begin(commands));
    barrier(commands, compute | transfer, transfer);
    for (const HostCopy& copy : copies)
        device.vk().vkCmdCopyBuffer(commands, copy.from, copy.to, 1, &copy.range);
    barrier(commands, transfer, compute | transfer | host);
    return end(commands);
}

Status Recorder::profile(VkCommandBuffer commands, size_t first, size_t count, VkQueryPool queries) const {
    VKGAN_TRY(begin(commands));
    if (queries) device.vk().vkCmdResetQueryPool(commands, queries, 0, uint32_t(count + 1));
    barrier(commands, compute | transfer, compute | transfer);
    if (queries) device.vk().vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries, 0);
    for (size_t i = 0; i < count; ++i) {
        dispatch(commands, first + i, true);
        barrier(commands, compute, compute | transfer);
        if (queries)
            device.vk().vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries,
                                            uint32_t(i + 1));
    }
    return end(commands);
}

Status Recorder::warm_up(VkCommandBuffer commands) const {
    VKGAN_TRY(begin(commands));
    barrier(commands, compute | transfer, compute);
    for (size_t k = 0; k < pipelines.size(); ++k) {
        dispatch(commands, k, false);
        barrier(commands, compute, compute | transfer);
    }
    return end(commands);
}

Status Recorder::begin(VkCommandBuffer commands) const {
    auto info = vk_struct<VkCommandBufferBeginInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO);
    info.flags = VK_COMMAND_BUFFER_USAGE_SIMULTANEOUS_USE_BIT;
    const VkResult result = device.vk().vkBeginCommandBuffer(commands, &info);
    if (result != VK_SUCCESS)
        return Error{Code::internal, std::string("vkBeginCommandBuffer: ") + result_name(result)};
    return {};
}

Status Recorder::end(VkCommandBuffer commands) const {
    const VkResult result = device.vk().vkEndCommandBuffer(commands);
    if (result != VK_SUCCESS)
        return Error{Code::internal, std::string("vkEndCommandBuffer: ") + result_name(result)};
    return {};
}

void Recorder::dispatch(VkCommandBuffer commands, size_t index, bool with_groups) const {
    const PlannedKernel& kernel = schedule.plan.kernels[index];
    const Pipeline& pipeline = *pipelines[index];
    const VolkDeviceTable& vk = device.vk();
    const bool labels = device.capabilities().uses(Optional::debug_utils) && with_groups &&
                        device.instance_functions().vkCmdBeginDebugUtilsLabelEXT;
    if (labels) {
        auto label = vk_struct<VkDebugUtilsLabelEXT>(VK_STRUCTURE_TYPE_DEBUG_UTILS_LABEL_EXT);
        label.pLabelName = kernel.label.c_str();
        device.instance_functions().vkCmdBeginDebugUtilsLabelEXT(commands, &label);
    }
    const VkDescriptorSet set = bindings.set(index);
    const VkPipelineLayout layout = pipeline.shader->layout;
    vk.vkCmdBindPipeline(commands, VK_PIPELINE_BIND_POINT_COMPUTE, pipeline.handle);
    vk.vkCmdBindDescriptorSets(commands, VK_PIPELINE_BIND_POINT_COMPUTE, layout, 0, 1, &set, 0, nullptr);
    if (!kernel.push.empty())
        vk.vkCmdPushConstants(commands, layout, VK_SHADER_STAGE_COMPUTE_BIT, 0,
                              uint32_t(kernel.push.size() * 4), kernel.push.data());
    const std::array<uint32_t, 3> groups = with_groups ? kernel.groups : std::array<uint32_t, 3>{0, 0, 0};
    vk.vkCmdDispatch(commands, groups[0], groups[1], groups[2]);
    if (labels) device.instance_functions().vkCmdEndDebugUtilsLabelEXT(commands);
}

void Recorder::barrier(VkCommandBuffer commands, VkPipelineStageFlags from, VkPipelineStageFlags to) const {
    auto barrier = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
    barrier.srcAccessMask = writes(from);
    barrier.dstAccessMask = reads(to) | writes(to);
    device.vk().vkCmdPipelineBarrier(commands, from, to, 0, 1, &barrier, 0, nullptr, 0, nullptr);
}

}  // namespace vkgan
