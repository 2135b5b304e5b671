// Features by the names that the plugin's query_requirements gives them.
// SPDX-License-Identifier: MIT
#include "samples/render/features.hpp"

#include <algorithm>

namespace render {

void Features::enable_extension(const std::string& name) {
    if (std::find(extensions_.begin(), extensions_.end(), name) == extensions_.end())
        extensions_.push_back(name);
}

bool Features::enable_feature(const std::string& name) {
    struct Row {
        const char* name;
        VkBool32* value;
    };
    const Row rows[]{
        {"VkPhysicalDeviceFeatures.shaderInt64", &core_.features.shaderInt64},
        {"VkPhysicalDeviceSubgroupSizeControlFeatures.subgroupSizeControl",
         &subgroup_size_.subgroupSizeControl},
        {"VkPhysicalDeviceSubgroupSizeControlFeatures.computeFullSubgroups",
         &subgroup_size_.computeFullSubgroups},
        {"VkPhysicalDeviceShaderFloat16Int8Features.shaderFloat16", &float16_.shaderFloat16},
        {"VkPhysicalDeviceVulkanMemoryModelFeatures.vulkanMemoryModel", &memory_model_.vulkanMemoryModel},
        {"VkPhysicalDeviceTimelineSemaphoreFeatures.timelineSemaphore", &timeline_.timelineSemaphore},
#ifdef VK_KHR_cooperative_matrix
        {"VkPhysicalDeviceCooperativeMatrixFeaturesKHR.cooperativeMatrix", &matrix_.cooperativeMatrix},
#endif
    };
    for (const Row& row : rows)
        if (name == row.name) {
            *row.value = VK_TRUE;
            return true;
        }
    return false;
}

const VkPhysicalDeviceFeatures2* Features::chain() {
    core_.pNext = nullptr;
    const auto link = [&](auto& part, bool used) {
        if (!used) return;
        part.pNext = core_.pNext;
        core_.pNext = &part;
    };
    link(subgroup_size_, subgroup_size_.subgroupSizeControl || subgroup_size_.computeFullSubgroups);
    link(float16_, float16_.shaderFloat16);
    link(timeline_, timeline_.timelineSemaphore);
    link(memory_model_, memory_model_.vulkanMemoryModel);
#ifdef VK_KHR_cooperative_matrix
    link(matrix_, matrix_.cooperativeMatrix);
#endif
    return &core_;
}

std::vector<const char*> Features::extension_names() const {
    std::vector<const char*> names;
    for (const std::string& extension : extensions_) names.push_back(extension.c_str());
    return names;
}

}  // namespace render
