// Vulkan for the .cpp files of this folder: volk's headers, and the instance functions that we call, as a
// table.
// SPDX-License-Identifier: MIT
#pragma once

#include <volk.h>

#include <string>

namespace vkgan {

// A zeroed Vulkan structure of the given type.
template <class T>
T vk_struct(VkStructureType type) {
    T result{};
    result.sType = type;
    return result;
}

// Per instance, so that our own loader and a host's never mix.
struct InstanceFunctions {
    PFN_vkGetInstanceProcAddr get_proc = nullptr;
    VkInstance instance = VK_NULL_HANDLE;
    PFN_vkDestroyInstance vkDestroyInstance = nullptr;
    PFN_vkEnumeratePhysicalDevices vkEnumeratePhysicalDevices = nullptr;
    PFN_vkEnumerateDeviceExtensionProperties vkEnumerateDeviceExtensionProperties = nullptr;
    PFN_vkGetPhysicalDeviceProperties vkGetPhysicalDeviceProperties = nullptr;
    PFN_vkGetPhysicalDeviceProperties2 vkGetPhysicalDeviceProperties2 = nullptr;
    PFN_vkGetPhysicalDeviceFeatures2 vkGetPhysicalDeviceFeatures2 = nullptr;
    PFN_vkGetPhysicalDeviceFormatProperties vkGetPhysicalDeviceFormatProperties = nullptr;
    PFN_vkGetPhysicalDeviceMemoryProperties2 vkGetPhysicalDeviceMemoryProperties2 = nullptr;
    PFN_vkGetPhysicalDeviceQueueFamilyProperties vkGetPhysicalDeviceQueueFamilyProperties = nullptr;
    PFN_vkCreateDevice vkCreateDevice = nullptr;
    PFN_vkGetDeviceProcAddr vkGetDeviceProcAddr = nullptr;
    PFN_vkCreateDebugUtilsMessengerEXT vkCreateDebugUtilsMessengerEXT =
        nullptr;  // null without the extension
    PFN_vkDestroyDebugUtilsMessengerEXT vkDestroyDebugUtilsMessengerEXT =
        nullptr;                                                              // null without the extension
    PFN_vkSetDebugUtilsObjectNameEXT vkSetDebugUtilsObjectNameEXT = nullptr;  // null without the extension
    PFN_vkCmdBeginDebugUtilsLabelEXT vkCmdBeginDebugUtilsLabelEXT = nullptr;  // null without the extension
    PFN_vkCmdEndDebugUtilsLabelEXT vkCmdEndDebugUtilsLabelEXT = nullptr;      // null without the extension
};

InstanceFunctions load_instance_functions(PFN_vkGetInstanceProcAddr get_proc, VkInstance instance);
VolkDeviceTable load_device_table(const InstanceFunctions& functions, VkDevice device);

const char* result_name(VkResult result);    // "VK_ERROR_DEVICE_LOST"
std::string version_text(uint32_t version);  // "1.3.239"

}  // namespace vkgan
