// Features, extensions and one queue, of low priority if that was asked for and is granted.
// SPDX-License-Identifier: MIT
#include "host/gpu/make_device.hpp"

#include <utility>
#include <vector>

namespace vkgan {
namespace {

struct Wanted {
    const VkPhysicalDeviceFeatures2* features = nullptr;
    std::vector<const char*> extensions;
    uint32_t queue_family = 0;
    bool low_priority = false;
};

VkResult create(const InstanceFunctions& functions, const PhysicalRecord& record, const Wanted& wanted,
                VkDevice& device) {
    const float priority = 1;
    auto low = vk_struct<VkDeviceQueueGlobalPriorityCreateInfoKHR>(
        VK_STRUCTURE_TYPE_DEVICE_QUEUE_GLOBAL_PRIORITY_CREATE_INFO_KHR);
    low.globalPriority = VK_QUEUE_GLOBAL_PRIORITY_LOW_KHR;
    auto queue = vk_struct<VkDeviceQueueCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO);
    queue.pNext = wanted.low_priority ? &low : nullptr;
    queue.queueFamilyIndex = wanted.queue_family;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    auto info = vk_struct<VkDeviceCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO);
    info.pNext = wanted.features;
    info.queueCreateInfoCount = 1;
    info.pQueueCreateInfos = &queue;
    info.enabledExtensionCount = uint32_t(wanted.extensions.size());
    info.ppEnabledExtensionNames = wanted.extensions.data();
    return functions.vkCreateDevice(record.handle, &info, nullptr, &device);
}

MadeDevice open_queue(const InstanceFunctions& functions, const PhysicalRecord& record, Wanted wanted) {
    MadeDevice made;
    if (wanted.low_priority) {
        const bool khr = record.extensions.contains(VK_KHR_GLOBAL_PRIORITY_EXTENSION_NAME);
        wanted.extensions.push_back(khr ? VK_KHR_GLOBAL_PRIORITY_EXTENSION_NAME
                                        : VK_EXT_GLOBAL_PRIORITY_EXTENSION_NAME);
        made.priority = create(functions, record, wanted, made.device);
        if (made.priority == VK_SUCCESS) return made;
        wanted.extensions.pop_back();
        wanted.low_priority = false;
    }
    made.result = create(functions, record, wanted, made.device);
    return made;
}

}  // namespace

MadeDevice make_device(const InstanceFunctions& functions, const PhysicalRecord& record,
                       const Capabilities& capabilities, uint32_t queue_family) {
    auto features = vk_struct<VkPhysicalDeviceFeatures2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2);
    auto size_control = vk_struct<VkPhysicalDeviceSubgroupSizeControlFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES);
    std::vector<const char*> extensions;
    features.features.shaderInt64 = capabilities.uses(Optional::int64);
    if (capabilities.uses(Optional::subgroup_size_control)) {
        size_control.subgroupSizeControl = VK_TRUE;
        size_control.computeFullSubgroups = VK_TRUE;
        features.pNext = &size_control;
        if (record.api_version < VK_API_VERSION_1_3)
            extensions.push_back(VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME);
    }
#ifdef VK_KHR_cooperative_matrix
    auto matrix = vk_struct<VkPhysicalDeviceCooperativeMatrixFeaturesKHR>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR);
    auto memory_model = vk_struct<VkPhysicalDeviceVulkanMemoryModelFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES);
    auto float16 = vk_struct<VkPhysicalDeviceShaderFloat16Int8Features>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES);
    if (capabilities.uses(Optional::cooperative_matrix)) {
        matrix.cooperativeMatrix = memory_model.vulkanMemoryModel = float16.shaderFloat16 = VK_TRUE;
        float16.pNext = features.pNext;
        memory_model.pNext = &float16;
        matrix.pNext = &memory_model;
        features.pNext = &matrix;
        extensions.push_back(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME);
    }
#endif
    auto timeline = vk_struct<VkPhysicalDeviceTimelineSemaphoreFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES);
    if (capabilities.uses(Optional::timeline_semaphore)) {
        timeline.timelineSemaphore = VK_TRUE;
        timeline.pNext = features.pNext;
        features.pNext = &timeline;
        if (record.api_version < VK_API_VERSION_1_2)
            extensions.push_back(VK_KHR_TIMELINE_SEMAPHORE_EXTENSION_NAME);
    }
    if (capabilities.uses(Optional::memory_budget)) extensions.push_back(VK_EXT_MEMORY_BUDGET_EXTENSION_NAME);
    // For images that are shared; nothing else changes with it.
    if (record.extensions.contains(VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME))
        extensions.push_back(VK_KHR_EXTERNAL_MEMORY_FD_EXTENSION_NAME);
    return open_queue(
        functions, record,
        {&features, std::move(extensions), queue_family, capabilities.uses(Optional::global_priority)});
}

}  // namespace vkgan
