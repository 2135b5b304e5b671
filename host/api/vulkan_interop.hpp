// For programs that have a Vulkan device already: what VkGAN needs to know to work on it. Include it beside
// vkgan.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include <vulkan/vulkan_core.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace vkgan {

// The host's device, lent: VkGAN never destroys any of it, and uses only what is declared here as enabled.
// The handles must outlive everything made on them.
struct AdoptedDevice {
    VkInstance instance = VK_NULL_HANDLE;
    VkPhysicalDevice physical_device = VK_NULL_HANDLE;
    VkDevice device = VK_NULL_HANDLE;
    PFN_vkGetInstanceProcAddr get_instance_proc_addr = nullptr;
    uint32_t api_version = VK_API_VERSION_1_1;  // VkApplicationInfo::apiVersion of the instance; at least 1.1

    uint32_t queue_family = 0;  // must have VK_QUEUE_COMPUTE_BIT
    VkQueue queue = VK_NULL_HANDLE;
    // Called around every use of the queue, on the thread that uses it. Leave both empty if nobody else
    // submits to it.
    std::function<void()> lock_queue;
    std::function<void()> unlock_queue;

    // As passed to vkCreateInstance and vkCreateDevice. Features not in the chain count as off.
    std::vector<std::string> enabled_instance_extensions;
    std::vector<std::string> enabled_extensions;
    const VkPhysicalDeviceFeatures2* enabled_features = nullptr;  // read during the call only
};

}  // namespace vkgan
