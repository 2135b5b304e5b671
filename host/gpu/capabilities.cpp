// Which optional capabilities are used, and the traits that kernel rules see.
// SPDX-License-Identifier: MIT
#include "host/gpu/capabilities.hpp"

#include "host/gpu/matrix_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace vkgan {
namespace {

struct Row {
    Optional which;
    const char* name;
    bool available;
    const char* unused;  // why not used although available; null: used
    const char* missing = "the device does not have it";
};

bool has_mapped_device_memory(const VkPhysicalDeviceMemoryProperties& memory) {
    const VkMemoryPropertyFlags wanted =
        VK_MEMORY_PROPERTY_DEVICE_LOCAL_BIT | VK_MEMORY_PROPERTY_HOST_VISIBLE_BIT;
    return std::any_of(memory.memoryTypes, memory.memoryTypes + memory.memoryTypeCount,
                       [&](const VkMemoryType& type) { return (type.propertyFlags & wanted) == wanted; });
}

bool can_shuffle(const PhysicalRecord& record) {
    return (record.subgroup.supportedOperations & VK_SUBGROUP_FEATURE_SHUFFLE_BIT) != 0 &&
           (record.subgroup.supportedStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0;
}

bool can_require_subgroup_size(const PhysicalRecord& record) {
    return record.subgroup_size_control && record.full_subgroups &&
           (record.size_control.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0;
}

std::vector<Row> rows(const PhysicalRecord& r, const CapabilityOptions& options) {
    const bool timestamps = options.queue_family < r.queue_families.size() &&
                            r.properties.limits.timestampPeriod > 0 &&
                            r.queue_families[options.queue_family].timestampValidBits > 0;
    const bool priority =
        r.extensions.contains("VK_KHR_global_priority") || r.extensions.contains("VK_EXT_global_priority");
    const char* const no_kernel = "no kernel of this build needs it";
    return {
        {Optional::timeline_semaphore, "timeline_semaphore", r.timeline_semaphore, nullptr},
        {Optional::synchronization2, "synchronization2", r.synchronization2,
         "Vulkan 1.1 barriers say the same"},
        {Optional::storage_16bit, "storage_16bit", r.storage_16bit, no_kernel},
        {Optional::float16, "float16", r.float16, no_kernel},
        {Optional::half_texel_buffers, "half_texel_buffers", r.half_texel_storage, nullptr,
         "mixed precision reads storage buffers instead, with the direct family on a CPU"},
        {Optional::int64, "int64", r.int64, nullptr},
        {Optional::subgroup_shuffle, "subgroup_shuffle", can_shuffle(r), nullptr},
        {Optional::subgroup_size_control, "subgroup_size_control", can_require_subgroup_size(r), nullptr,
         "the device cannot require a subgroup size with full subgroups in compute shaders"},
        {Optional::cooperative_matrix, "cooperative_matrix", has_matrix_units(r), matrix_units_refusal(r)},
        {Optional::buffer_device_address, "buffer_device_address", r.buffer_device_address,
         "descriptors are bound once and cost nothing in a step"},
        {Optional::memory_budget, "memory_budget", r.extensions.contains(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME),
         nullptr},
        {Optional::global_priority, "global_priority", priority,
         options.low_priority ? nullptr : "the default priority is right beside a renderer's"},
        {Optional::timestamps, "timestamps", timestamps, nullptr,
         "the queue's timestamps have no valid bits"},
        {Optional::host_visible_device_memory, "host_visible_device_memory",
         has_mapped_device_memory(r.memory),
         "inputs and outputs go through staging buffers, so that a step may run while the host writes the "
         "next"},
        {Optional::pipeline_cache, "pipeline_cache", true, nullptr},
        {Optional::debug_utils, "debug_utils", r.debug_utils, nullptr,
         "the instance was made without VK_EXT_debug_utils"},
        {Optional::wide_vectors, "wide_vectors", r.wide_vectors, nullptr,
         "only llvmpipe of Mesa 22 on a CPU with AVX-512 has to be told, and VKGAN_WIDE_VECTORS=0 forbids "
         "it"},
    };
}

bool below_minimum_profile(Optional which) {
    switch (which) {
        case Optional::timeline_semaphore:
        case Optional::synchronization2:
        case Optional::storage_16bit:
        case Optional::float16:
        case Optional::int64:
        case Optional::cooperative_matrix:
        case Optional::buffer_device_address:
        case Optional::memory_budget:
        case Optional::global_priority:
        case Optional::host_visible_device_memory: return true;
        default: return false;
    }
}

Family natural_family(const PhysicalRecord& record, const DeviceTraits& traits, bool shuffle) {
    if (record.properties.deviceType != VK_PHYSICAL_DEVICE_TYPE_CPU) return Family::tile;
    return shuffle && traits.texel_loads ? Family::shuffle : Family::direct;
}

void cut_to_minimum(DeviceTraits& traits, const PhysicalRecord& record, const Capabilities& caps) {
    traits.max_invocations = std::min(traits.max_invocations, 128);
    traits.shared_bytes = std::min(traits.shared_bytes, int64_t{16384});
    traits.max_binding_bytes = std::min(traits.max_binding_bytes, int64_t{128} << 20);
    traits.max_storage_bindings = std::min(traits.max_storage_bindings, 8);
    for (int64_t& groups : traits.max_groups) groups = std::min(groups, int64_t{65535});
    if (caps.uses(Optional::subgroup_size_control))
        traits.subgroup_size = int(std::max(4u, record.size_control.minSubgroupSize));
}

}  // namespace

const char* device_type_name(VkPhysicalDeviceType type) {
    switch (type) {
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: return "discrete GPU";
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: return "integrated GPU";
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: return "virtual GPU";
        case VK_PHYSICAL_DEVICE_TYPE_CPU: return "CPU";
        default: return "other device";
    }
}

Capabilities decide_capabilities(const PhysicalRecord& record, const CapabilityOptions& options) {
    Capabilities result;
    const bool minimum = options.profile == DeviceProfile::minimum;
    for (const Row& row : rows(record, options)) {
        Capability item{row.name, row.available, row.available && !row.unused, "", ""};
        if (!row.available)
            item.reason = row.missing;
        else if (row.unused)
            item.reason = row.unused;
        if (row.which == Optional::cooperative_matrix) item.detail = matrix_sizes_text(record);
        if (minimum && below_minimum_profile(row.which)) {
            item.used = false;
            item.reason = "the minimum profile leaves it out";
        }
        result.items[size_t(row.which)] = item;
    }
    return result;
}

DeviceTraits decide_traits(const PhysicalRecord& record, const Capabilities& caps,
                           const CapabilityOptions& options) {
    const VkPhysicalDeviceLimits& limits = record.properties.limits;
    DeviceTraits traits;
    traits.texel_loads = record.texel_storage;
    traits.half_texels = record.half_texel_storage;
    traits.wide_stores = caps.uses(Optional::int64);
    traits.subgroup_size = int(std::max(1u, record.subgroup.subgroupSize));
    traits.max_invocations =
        int(std::min(limits.maxComputeWorkGroupInvocations, limits.maxComputeWorkGroupSize[0]));
    traits.shared_bytes = limits.maxComputeSharedMemorySize;
    traits.max_binding_bytes = limits.maxStorageBufferRange;
    traits.max_texel_quads = limits.maxTexelBufferElements;
    traits.offset_alignment = int64_t(std::max<VkDeviceSize>(
        {16, limits.minStorageBufferOffsetAlignment, limits.minTexelBufferOffsetAlignment}));
    traits.max_storage_bindings =
        int(std::min({limits.maxPerStageDescriptorStorageBuffers, limits.maxPerStageDescriptorStorageImages,
                      limits.maxPerStageResources}));
    // SwiftShader's compiler (Chromium 156) dereferences null on programs of more slots.
    if (std::string_view(record.driver).starts_with("SwiftShader")) traits.max_chain_slots = 12;
    for (size_t axis = 0; axis < 3; ++axis) traits.max_groups[axis] = limits.maxComputeWorkGroupCount[axis];
    if (options.profile == DeviceProfile::minimum) cut_to_minimum(traits, record, caps);
    traits.half_inputs = options.half_inputs;
    if (caps.uses(Optional::cooperative_matrix)) traits.matrix_units = choose_matrix_units(record);
    traits.family =
        options.family.value_or(natural_family(record, traits, caps.uses(Optional::subgroup_shuffle)));
    // A GPU reads storage buffers as fast as texel buffers, and they have no element limit.
    if (traits.family != Family::shuffle && record.properties.deviceType != VK_PHYSICAL_DEVICE_TYPE_CPU)
        traits.texel_loads = false;
    return traits;
}

std::string Capabilities::dump() const {
    std::string text;
    for (const Capability& item : items)
        text += fmt::format("{:28} {:13} {}\n", item.name, item.available ? "available" : "not available",
                            item.used ? "used" : "not used: " + item.reason);
    return text;
}

}  // namespace vkgan
