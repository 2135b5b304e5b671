// Recorder: writes command buffers of a schedule: slices, host copies, profiling and warm-up runs.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/bindings.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/schedule/schedule.hpp"

#include <array>
#include <span>
#include <vector>

namespace vkgan {

struct HostCopy {
    VkBuffer from = VK_NULL_HANDLE;
    VkBuffer to = VK_NULL_HANDLE;
    VkBufferCopy range{};
};

// Borrows everything. Functions that take commands which have been begun write to them; the others record one
// whole command buffer.
struct Recorder {
    const Device& device;
    const Schedule& schedule;
    std::span<const Pipeline* const> pipelines;
    const KernelBindings& bindings;

    // Into commands that have been begun. The schedule knows the hazards inside a step; those with other
    // steps, plans and copies are met at its two ends, and behind its setup.
    void slice(VkCommandBuffer commands, const Slice& slice) const;
    void inputs(VkCommandBuffer commands, std::span<const HostCopy> copies) const;
    void outputs(VkCommandBuffer commands, std::span<const HostCopy> copies) const;

    // Kernels [first, first + count) alone between full barriers, with a timestamp before the first and after
    // each.
    Status profile(VkCommandBuffer commands, size_t first, size_t count, VkQueryPool queries) const;
    // Every kernel dispatched with no workgroups: drivers that compile at the first dispatch do it then.
    Status warm_up(VkCommandBuffer commands) const;

private:
    struct Part {  // of a kernel's workgroups
        std::array<uint32_t, 3> base{}, count{};
    };
    Status begin(VkCommandBuffer commands) const;
    Status end(VkCommandBuffer commands) const;
    void dispatch(VkCommandBuffer commands, size_t kernel, const Part& part) const;
    void barrier(VkCommandBuffer commands, VkPipelineStageFlags from, VkPipelineStageFlags to) const;
};

}  // namespace vkgan
