// Device extensions and features that are switched on: the renderer's, and what the plugin says it can use.
// SPDX-License-Identifier: MIT
#pragma once

#include <volk.h>

#include <memory>
#include <string>
#include <vector>

namespace render {

// Stays where it is: its structs point to each other, and both vkCreateDevice and the plugin get the same
// chain.
class Features {
public:
    Features() = default;
    Features(const Features&) = delete;
    Features& operator=(const Features&) = delete;

    void enable_extension(const std::string& name);
    // "VkPhysicalDeviceFeatures.shaderInt64"; false if this renderer does not know it, which costs speed
    // only.
    bool enable_feature(const std::string& name);

    const VkPhysicalDeviceFeatures2* chain();
    std::vector<const char*> extension_names() const;

private:
    std::vector<std::string> extensions_;
    VkPhysicalDeviceFeatures2 core_{VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2};
    VkPhysicalDeviceSubgroupSizeControlFeatures subgroup_size_{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES};
    VkPhysicalDeviceShaderFloat16Int8Features float16_{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES};
    VkPhysicalDeviceVulkanMemoryModelFeatures memory_model_{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES};
    VkPhysicalDeviceTimelineSemaphoreFeatures timeline_{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES};
#ifdef VK_KHR_cooperative_matrix
    VkPhysicalDeviceCooperativeMatrixFeaturesKHR matrix_{
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR};
#endif
};

}  // namespace render
