// Recorder: writes command buffers of a schedule: slices, host copies, profiling and warm-up runs.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/bindings.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/schedule/schedule.hpp"

#include <span>
#include <vector>

namespace vkgan {

struct HostCopy {
    VkBuffer from = VK_NULL_HANDLE;
    VkBuffer to = VK_NULL_HANDLE;
    VkBufferCopy range{};
};

// Borrows everything; each function records one whole command buffer.
struct Recorder {
    const Device& device;
    const Schedule& schedule;
    std::span<const Pipeline* const> pipelines;
    const KernelBindings& bindings;

    // `queries`: two timestamps, 2 * slice and the next; null for none.
    Status slice(VkCommandBuffer commands, size_t slice, VkQueryPool queries) const;
    Status inputs(VkCommandBuffer commands, std::span<const HostCopy> copies) const;
    Status outputs(VkCommandBuffer commands, std::span<const HostCopy> copies) const;
    // Kernels [first, first + count) alone between full barriers, with a timestamp before the first and after
    // each.
    Status profile(VkCommandBuffer commands, size_t first, size_t count, VkQueryPool queries) const;
    // Every kernel dispatched with no workgroups: drivers that compile at the first dispatch do it then.
    Status warm_up(VkCommandBuffer commands) const;

private:
    Status begin(VkCommandBuffer commands) const;
    Status end(VkCommandBuffer commands) const;
    void dispatch(VkCommandBuffer commands, size_t kernel, bool with_groups) const;
    void barrier(VkCommandBuffer commands, VkPipelineStageFlags from, VkPipelineStageFlags to) const;
};

}  // namespace vkgan
