// Function tables and names of result codes; the one place where volk itself is compiled.
// SPDX-License-Identifier: MIT
#define VOLK_IMPLEMENTATION
#include "host/gpu/vulkan.hpp"

#include <mutex>

namespace vkgan {

InstanceFunctions load_instance_functions(PFN_vkGetInstanceProcAddr get_proc, VkInstance instance) {
    InstanceFunctions f;
    f.get_proc = get_proc;
    f.instance = instance;
    const auto load = [&](auto& function, const char* name) {
        function = reinterpret_cast<std::remove_reference_t<decltype(function)>>(get_proc(instance, name));
    };
    load(f.vkDestroyInstance, "vkDestroyInstance");
    load(f.vkEnumeratePhysicalDevices, "vkEnumeratePhysicalDevices");
    load(f.vkEnumerateDeviceExtensionProperties, "vkEnumerateDeviceExtensionProperties");
    load(f.vkGetPhysicalDeviceProperties, "vkGetPhysicalDeviceProperties");
    load(f.vkGetPhysicalDeviceProperties2, "vkGetPhysicalDeviceProperties2");
    load(f.vkGetPhysicalDeviceFeatures2, "vkGetPhysicalDeviceFeatures2");
    load(f.vkGetPhysicalDeviceFormatProperties, "vkGetPhysicalDeviceFormatProperties");
    load(f.vkGetPhysicalDeviceMemoryProperties2, "vkGetPhysicalDeviceMemoryProperties2");
    load(f.vkGetPhysicalDeviceQueueFamilyProperties, "vkGetPhysicalDeviceQueueFamilyProperties");
    load(f.vkCreateDevice, "vkCreateDevice");
    load(f.vkGetDeviceProcAddr, "vkGetDeviceProcAddr");
    load(f.vkCreateDebugUtilsMessengerEXT, "vkCreateDebugUtilsMessengerEXT");
    load(f.vkDestroyDebugUtilsMessengerEXT, "vkDestroyDebugUtilsMessengerEXT");
    load(f.vkSetDebugUtilsObjectNameEXT, "vkSetDebugUtilsObjectNameEXT");
    load(f.vkCmdBeginDebugUtilsLabelEXT, "vkCmdBeginDebugUtilsLabelEXT");
    load(f.vkCmdEndDebugUtilsLabelEXT, "vkCmdEndDebugUtilsLabelEXT");
    return f;
}

VolkDeviceTable load_device_table(const InstanceFunctions& functions, VkDevice device) {
    static std::mutex mutex;  // volk reads its global vkGetDeviceProcAddr while it fills a table
    const std::lock_guard lock(mutex);
    vkGetDeviceProcAddr = functions.vkGetDeviceProcAddr;
    VolkDeviceTable table{};
    volkLoadDeviceTable(&table, device);
    return table;
}

const char* result_name(VkResult result) {
    switch (result) {
        case VK_SUCCESS: return "VK_SUCCESS";
        case VK_NOT_READY: return "VK_NOT_READY";
        case VK_TIMEOUT: return "VK_TIMEOUT";
        case VK_INCOMPLETE: return "VK_INCOMPLETE";
        case VK_ERROR_OUT_OF_HOST_MEMORY: return "VK_ERROR_OUT_OF_HOST_MEMORY";
        case VK_ERROR_OUT_OF_DEVICE_MEMORY: return "VK_ERROR_OUT_OF_DEVICE_MEMORY";
        case VK_ERROR_INITIALIZATION_FAILED: return "VK_ERROR_INITIALIZATION_FAILED";
        case VK_ERROR_DEVICE_LOST: return "VK_ERROR_DEVICE_LOST";
        case VK_ERROR_MEMORY_MAP_FAILED: return "VK_ERROR_MEMORY_MAP_FAILED";
        case VK_ERROR_LAYER_NOT_PRESENT: return "VK_ERROR_LAYER_NOT_PRESENT";
        case VK_ERROR_EXTENSION_NOT_PRESENT: return "VK_ERROR_EXTENSION_NOT_PRESENT";
        case VK_ERROR_FEATURE_NOT_PRESENT: return "VK_ERROR_FEATURE_NOT_PRESENT";
        case VK_ERROR_INCOMPATIBLE_DRIVER: return "VK_ERROR_INCOMPATIBLE_DRIVER";
        case VK_ERROR_TOO_MANY_OBJECTS: return "VK_ERROR_TOO_MANY_OBJECTS";
        case VK_ERROR_FORMAT_NOT_SUPPORTED: return "VK_ERROR_FORMAT_NOT_SUPPORTED";
        case VK_ERROR_FRAGMENTED_POOL: return "VK_ERROR_FRAGMENTED_POOL";
        case VK_ERROR_OUT_OF_POOL_MEMORY: return "VK_ERROR_OUT_OF_POOL_MEMORY";
        case VK_ERROR_INVALID_SHADER_NV: return "VK_ERROR_INVALID_SHADER_NV";
        case VK_ERROR_NOT_PERMITTED_KHR: return "VK_ERROR_NOT_PERMITTED_KHR";
        default: return "an unknown Vulkan error";
    }
}

std::string version_text(uint32_t version) {
    return std::to_string(VK_API_VERSION_MAJOR(version)) + "." +
           std::to_string(VK_API_VERSION_MINOR(version)) + "." +
           std::to_string(VK_API_VERSION_PATCH(version));
}

}  // namespace vkgan
