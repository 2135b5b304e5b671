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

void Recorder::slice(VkCommandBuffer commands, const Slice& slice) const {
    const int setup = schedule.plan.setup_kernels;
    const bool begins = slice.base == 0 && (slice.first == 0 || slice.first == setup);
    if (begins) barrier(commands, compute | transfer, compute | transfer);
    for (int k = slice.first; k < slice.first + slice.count; ++k) {
        const bool ordered = size_t(k) < schedule.barrier_before.size() && schedule.barrier_before[size_t(k)];
        if (ordered && slice.base == 0 && !(begins && k == slice.first)) barrier(commands, compute, compute);
        Part part{.count = schedule.plan.kernels[size_t(k)].groups};
        const auto axis = size_t(slice.axis);
        const bool ends = slice.groups == 0 || slice.base + slice.groups == part.count[axis];
        if (slice.groups > 0) {
            part.base[axis] = slice.base;
            part.count[axis] = slice.groups;
        }
        dispatch(commands, size_t(k), part);
        if (ends && size_t(k + 1) == schedule.plan.kernels.size())
            barrier(commands, compute, compute | transfer);
    }
}

void Recorder::inputs(VkCommandBuffer commands, std::span<const HostCopy> copies) const {
    barrier(commands, compute | transfer, transfer);
    for (const HostCopy& copy : copies)
        device.vk().vkCmdCopyBuffer(commands, copy.from, copy.to, 1, &copy.range);
    barrier(commands, transfer, compute | transfer);
}

void Recorder::outputs(VkCommandBuffer commands, std::span<const HostCopy> copies) const {
    barrier(commands, compute | transfer, transfer);
    for (const HostCopy& copy : copies)
        device.vk().vkCmdCopyBuffer(commands, copy.from, copy.to, 1, &copy.range);
    barrier(commands, transfer, compute | transfer | host);
}

Status Recorder::profile(VkCommandBuffer commands, size_t first, size_t count, VkQueryPool queries) const {
    VKGAN_TRY(begin(commands));
    if (queries) device.vk().vkCmdResetQueryPool(commands, queries, 0, uint32_t(count + 1));
    barrier(commands, compute | transfer, compute | transfer);
    if (queries) device.vk().vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries, 0);
    for (size_t i = 0; i < count; ++i) {
        dispatch(commands, first + i, {.count = schedule.plan.kernels[first + i].groups});
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
        dispatch(commands, k, {});
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

void Recorder::dispatch(VkCommandBuffer commands, size_t index, const Part& part) const {
    const PlannedKernel& kernel = schedule.plan.kernels[index];
    const Pipeline& pipeline = *pipelines[index];
    const VolkDeviceTable& vk = device.vk();
    const bool labels = device.capabilities().uses(Optional::debug_utils) && part.count[0] > 0 &&
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
    const auto& [base, count] = part;
    if (base == std::array<uint32_t, 3>{})
        vk.vkCmdDispatch(commands, count[0], count[1], count[2]);
    else
        vk.vkCmdDispatchBase(commands, base[0], base[1], base[2], count[0], count[1], count[2]);
    if (labels) device.instance_functions().vkCmdEndDebugUtilsLabelEXT(commands);
}

void Recorder::barrier(VkCommandBuffer commands, VkPipelineStageFlags from, VkPipelineStageFlags to) const {
    auto barrier = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
    barrier.srcAccessMask = writes(from);
    barrier.dstAccessMask = reads(to) | writes(to);
    device.vk().vkCmdPipelineBarrier(commands, from, to, 0, 1, &barrier, 0, nullptr, 0, nullptr);
}

}  // namespace vkgan
