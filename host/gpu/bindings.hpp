// KernelBindings: the descriptor sets of a plan's kernels, with the texel views and the null buffer that they
// need.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/pipelines.hpp"
#include "host/gpu/regions.hpp"
#include "host/schedule/schedule.hpp"

#include <compare>
#include <map>
#include <memory>
#include <span>
#include <vector>

namespace vkgan {

// Fails with a sentence that names the kernel when a plan does not fit its shaders, its regions or the
// device's limits.
Status check_plan(Device& device, const Plan& plan, std::span<const Pipeline* const> pipelines);

class KernelBindings {
public:
    static Result<std::unique_ptr<KernelBindings>> create(Device& device, const Plan& plan,
                                                          const RegionSet& regions,
                                                          std::span<const Pipeline* const> pipelines);
    ~KernelBindings();
    KernelBindings(const KernelBindings&) = delete;
    KernelBindings& operator=(const KernelBindings&) = delete;

    VkDescriptorSet set(size_t kernel) const { return sets_[kernel]; }

private:
    explicit KernelBindings(Device& device) : device_(device) {}
    Status make_null_buffer(std::span<const Pipeline* const> pipelines);
    Status allocate_sets(std::span<const Pipeline* const> pipelines);
    Status write_set(const PlannedKernel& kernel, const Shader& shader, std::span<const VkBuffer> regions,
                     size_t index);
    struct Texels {
        VkBuffer buffer = VK_NULL_HANDLE;
        int64_t offset_bytes = 0, bytes = 0;
        bool half = false;
        friend auto operator<=>(const Texels&, const Texels&) = default;
    };
    Result<VkBufferView> view(const Texels& texels);

    Device& device_;
    Buffer null_;
    int64_t next_null_offset_ = 0;
    VkDescriptorPool pool_ = VK_NULL_HANDLE;
    std::vector<VkDescriptorSet> sets_;
    std::map<Texels, VkBufferView> views_;
};

}  // namespace vkgan
