// Capabilities: what a device has beyond Vulkan 1.1 core compute, what of it we use, and why not the rest.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/vulkan.hpp"
#include "host/schedule/schedule.hpp"

#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace vkgan {

struct AdoptedDevice;

// `minimum` behaves like the weakest device that VkGAN promises to run on, for tests.
enum class DeviceProfile : uint8_t { full, minimum };

enum class Optional : uint8_t {
    timeline_semaphore,
    synchronization2,
    storage_16bit,
    float16,
    half_texel_buffers,
    int64,
    subgroup_shuffle,
    subgroup_size_control,
    cooperative_matrix,
    buffer_device_address,
    memory_budget,
    global_priority,
    timestamps,
    host_visible_device_memory,
    pipeline_cache,
    debug_utils,
    wide_vectors,
    count
};

struct Capability {
    std::string name;
    bool available = false;  // the device has it; on an adopted device: the host enabled it
    bool used = false;
    std::string reason;    // why it is not used; empty when it is
    std::string detail{};  // what there is of it, in a few words; empty: nothing to tell
};

// One physical device as its driver (or, adopted, its host) describes it.
struct PhysicalRecord {
    VkPhysicalDevice handle = VK_NULL_HANDLE;
    uint32_t api_version = 0;  // of instance and device, the smaller
    VkPhysicalDeviceProperties properties{};
    VkPhysicalDeviceSubgroupProperties subgroup{};
    VkPhysicalDeviceSubgroupSizeControlProperties size_control{};
    VkPhysicalDeviceMemoryProperties memory{};
    std::array<uint8_t, VK_UUID_SIZE> device_uuid{};
    std::string driver;
    std::set<std::string, std::less<>> extensions;
    std::vector<VkQueueFamilyProperties> queue_families;
    bool int64 = false, float16 = false, storage_16bit = false, timeline_semaphore = false;
    bool synchronization2 = false, subgroup_size_control = false, full_subgroups = false;
    bool buffer_device_address = false, debug_utils = false, texel_storage = false;
    bool vulkan_memory_model = false, cooperative_matrix = false;
    std::vector<MatrixUnits> matrix_sizes;  // of float16 factors and float32 sums; matrix_units.hpp
    bool half_texel_storage = false;
    bool wide_vectors =
        false;  // a software driver that we loaded in 512-bit vectors, or would: wide_vectors.hpp
};

PhysicalRecord describe_device(const InstanceFunctions& functions, VkPhysicalDevice device,
                               uint32_t instance_version);
// Counts only what the host says it enabled.
PhysicalRecord describe_adopted(const InstanceFunctions& functions, const AdoptedDevice& host);

const char* device_type_name(VkPhysicalDeviceType type);  // "discrete GPU"

struct Capabilities {
    std::array<Capability, size_t(Optional::count)> items;
    const Capability& operator[](Optional which) const { return items[size_t(which)]; }
    bool uses(Optional which) const { return items[size_t(which)].used; }
    std::string dump() const;  // one line a capability
};

struct CapabilityOptions {
    DeviceProfile profile = DeviceProfile::full;
    std::optional<Family> family;
    bool half_inputs = false;  // DeviceTraits::half_inputs
    uint32_t queue_family = 0;
    bool low_priority = false;  // of the queue is asked for
};

Capabilities decide_capabilities(const PhysicalRecord& record, const CapabilityOptions& options);
DeviceTraits decide_traits(const PhysicalRecord& record, const Capabilities& caps,
                           const CapabilityOptions& options);

}  // namespace vkgan
