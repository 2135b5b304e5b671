// Fills a PhysicalRecord: from the driver's answers, or from what an adopted device's host enabled.
// SPDX-License-Identifier: MIT
#include "host/gpu/vulkan.hpp"

#include "host/api/vulkan_interop.hpp"
#include "host/gpu/capabilities.hpp"
#include "host/gpu/matrix_units.hpp"

#include <algorithm>
#include <cstring>

namespace vkgan {
namespace {

bool since(const PhysicalRecord& record, uint32_t version, const char* extension) {
    return record.api_version >= version || record.extensions.contains(extension);
}

template <class T>
const T* as(const VkBaseInStructure* item) {
    return reinterpret_cast<const T*>(item);
}

void read_features(PhysicalRecord& r, const VkPhysicalDeviceFeatures2& features) {
    r.int64 = features.features.shaderInt64;
    for (auto item = static_cast<const VkBaseInStructure*>(features.pNext); item; item = item->pNext) {
        switch (item->sType) {
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_1_FEATURES:
                r.storage_16bit |= as<VkPhysicalDeviceVulkan11Features>(item)->storageBuffer16BitAccess != 0;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_2_FEATURES:
                r.float16 |= as<VkPhysicalDeviceVulkan12Features>(item)->shaderFloat16 != 0;
                r.timeline_semaphore |= as<VkPhysicalDeviceVulkan12Features>(item)->timelineSemaphore != 0;
                r.vulkan_memory_model |= as<VkPhysicalDeviceVulkan12Features>(item)->vulkanMemoryModel != 0;
                r.buffer_device_address |=
                    as<VkPhysicalDeviceVulkan12Features>(item)->bufferDeviceAddress != 0;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_1_3_FEATURES:
                r.synchronization2 |= as<VkPhysicalDeviceVulkan13Features>(item)->synchronization2 != 0;
                r.subgroup_size_control |=
                    as<VkPhysicalDeviceVulkan13Features>(item)->subgroupSizeControl != 0;
                r.full_subgroups |= as<VkPhysicalDeviceVulkan13Features>(item)->computeFullSubgroups != 0;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES:
                r.storage_16bit |=
                    as<VkPhysicalDevice16BitStorageFeatures>(item)->storageBuffer16BitAccess != 0;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES:
                r.float16 |= as<VkPhysicalDeviceShaderFloat16Int8Features>(item)->shaderFloat16 != 0;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES:
                r.timeline_semaphore |=
                    as<VkPhysicalDeviceTimelineSemaphoreFeatures>(item)->timelineSemaphore != 0;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES:
                r.buffer_device_address |=
                    as<VkPhysicalDeviceBufferDeviceAddressFeatures>(item)->bufferDeviceAddress != 0;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SYNCHRONIZATION_2_FEATURES:
                r.synchronization2 |=
                    as<VkPhysicalDeviceSynchronization2Features>(item)->synchronization2 != 0;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES:
                r.subgroup_size_control |=
                    as<VkPhysicalDeviceSubgroupSizeControlFeatures>(item)->subgroupSizeControl != 0;
                r.full_subgroups |=
                    as<VkPhysicalDeviceSubgroupSizeControlFeatures>(item)->computeFullSubgroups != 0;
                break;
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES:
                r.vulkan_memory_model |=
                    as<VkPhysicalDeviceVulkanMemoryModelFeatures>(item)->vulkanMemoryModel != 0;
                break;
#ifdef VK_KHR_cooperative_matrix
            case VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR:
                r.cooperative_matrix |=
                    as<VkPhysicalDeviceCooperativeMatrixFeaturesKHR>(item)->cooperativeMatrix != 0;
                break;
#endif
            default: break;
        }
    }
}

void query_features(const InstanceFunctions& functions, PhysicalRecord& r) {
    auto features = vk_struct<VkPhysicalDeviceFeatures2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2);
    auto storage16 = vk_struct<VkPhysicalDevice16BitStorageFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_16BIT_STORAGE_FEATURES);
    auto f16 = vk_struct<VkPhysicalDeviceShaderFloat16Int8Features>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SHADER_FLOAT16_INT8_FEATURES);
    auto timeline = vk_struct<VkPhysicalDeviceTimelineSemaphoreFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_TIMELINE_SEMAPHORE_FEATURES);
    auto bda = vk_struct<VkPhysicalDeviceBufferDeviceAddressFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_BUFFER_DEVICE_ADDRESS_FEATURES);
    auto sync2 = vk_struct<VkPhysicalDeviceSynchronization2Features>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SYNCHRONIZATION_2_FEATURES);
    auto size = vk_struct<VkPhysicalDeviceSubgroupSizeControlFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_FEATURES);
    auto memory_model = vk_struct<VkPhysicalDeviceVulkanMemoryModelFeatures>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_VULKAN_MEMORY_MODEL_FEATURES);
    const auto chain = [&](auto& next, bool present) {
        if (!present) return;
        next.pNext = features.pNext;
        features.pNext = &next;
    };
    chain(storage16, true);
    chain(f16, since(r, VK_API_VERSION_1_2, VK_KHR_SHADER_FLOAT16_INT8_EXTENSION_NAME));
    chain(timeline, since(r, VK_API_VERSION_1_2, VK_KHR_TIMELINE_SEMAPHORE_EXTENSION_NAME));
    chain(bda, since(r, VK_API_VERSION_1_2, VK_KHR_BUFFER_DEVICE_ADDRESS_EXTENSION_NAME));
    chain(sync2, since(r, VK_API_VERSION_1_3, VK_KHR_SYNCHRONIZATION_2_EXTENSION_NAME));
    chain(size, since(r, VK_API_VERSION_1_3, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME));
    chain(memory_model, since(r, VK_API_VERSION_1_2, VK_KHR_VULKAN_MEMORY_MODEL_EXTENSION_NAME));
#ifdef VK_KHR_cooperative_matrix
    auto matrix = vk_struct<VkPhysicalDeviceCooperativeMatrixFeaturesKHR>(
        VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_COOPERATIVE_MATRIX_FEATURES_KHR);
    chain(matrix, r.extensions.contains(VK_KHR_COOPERATIVE_MATRIX_EXTENSION_NAME));
#endif
    functions.vkGetPhysicalDeviceFeatures2(r.handle, &features);
    read_features(r, features);
}

// llvmpipe puts its vector width into its name, but widens only after it was chosen by name:
// wide_vectors.hpp.
void drop_width(char* name) {
    const std::string text = name;
    const size_t comma = text.rfind(", ");
    if (text.starts_with("llvmpipe (") && comma != std::string::npos && text.ends_with(" bits)"))
        std::strcpy(name + comma, ")");
}

void query_properties(const InstanceFunctions& functions, PhysicalRecord& r) {
    auto properties = vk_struct<VkPhysicalDeviceProperties2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2);
    auto id = vk_struct<VkPhysicalDeviceIDProperties>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_ID_PROPERTIES);
    auto driver =
        vk_struct<VkPhysicalDeviceDriverProperties>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES);
    r.subgroup.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_PROPERTIES;
    r.size_control.sType = VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_SUBGROUP_SIZE_CONTROL_PROPERTIES;
    properties.pNext = &id;
    id.pNext = &r.subgroup;
    void** end = &r.subgroup.pNext;
    if (since(r, VK_API_VERSION_1_2, VK_KHR_DRIVER_PROPERTIES_EXTENSION_NAME)) {
        *end = &driver;
        end = &driver.pNext;
    }
    if (since(r, VK_API_VERSION_1_3, VK_EXT_SUBGROUP_SIZE_CONTROL_EXTENSION_NAME)) *end = &r.size_control;
    functions.vkGetPhysicalDeviceProperties2(r.handle, &properties);
    r.properties = properties.properties;
    drop_width(r.properties.deviceName);
    r.subgroup.pNext = nullptr;
    std::copy(std::begin(id.deviceUUID), std::end(id.deviceUUID), r.device_uuid.begin());
    r.driver = driver.driverName[0] ? std::string(driver.driverName) + " (" + driver.driverInfo + ")"
                                    : "driver " + std::to_string(r.properties.driverVersion);
}

void query_rest(const InstanceFunctions& functions, PhysicalRecord& r) {
    auto memory =
        vk_struct<VkPhysicalDeviceMemoryProperties2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_MEMORY_PROPERTIES_2);
    functions.vkGetPhysicalDeviceMemoryProperties2(r.handle, &memory);
    r.memory = memory.memoryProperties;
    uint32_t count = 0;
    functions.vkGetPhysicalDeviceQueueFamilyProperties(r.handle, &count, nullptr);
    r.queue_families.resize(count);
    functions.vkGetPhysicalDeviceQueueFamilyProperties(r.handle, &count, r.queue_families.data());
    VkFormatProperties format{};
    functions.vkGetPhysicalDeviceFormatProperties(r.handle, VK_FORMAT_R32G32B32A32_SFLOAT, &format);
    r.texel_storage = (format.bufferFeatures & VK_FORMAT_FEATURE_STORAGE_TEXEL_BUFFER_BIT) != 0;
    functions.vkGetPhysicalDeviceFormatProperties(r.handle, VK_FORMAT_R16G16B16A16_SFLOAT, &format);
    r.half_texel_storage = (format.bufferFeatures & VK_FORMAT_FEATURE_STORAGE_TEXEL_BUFFER_BIT) != 0;
}

}  // namespace

PhysicalRecord describe_device(const InstanceFunctions& functions, VkPhysicalDevice device,
                               uint32_t instance_version) {
    PhysicalRecord r;
    r.handle = device;
    functions.vkGetPhysicalDeviceProperties(device, &r.properties);
    r.api_version = std::min(instance_version, r.properties.apiVersion);
    if (r.api_version < VK_API_VERSION_1_1) return r;  // refused later; the queries below need 1.1
    uint32_t count = 0;
    functions.vkEnumerateDeviceExtensionProperties(device, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    functions.vkEnumerateDeviceExtensionProperties(device, nullptr, &count, extensions.data());
    for (const VkExtensionProperties& extension : extensions) r.extensions.insert(extension.extensionName);
    query_properties(functions, r);
    query_features(functions, r);
    query_matrix_sizes(functions, r);
    query_rest(functions, r);
    return r;
}

PhysicalRecord describe_adopted(const InstanceFunctions& functions, const AdoptedDevice& host) {
    PhysicalRecord r;
    r.handle = host.physical_device;
    functions.vkGetPhysicalDeviceProperties(r.handle, &r.properties);
    r.api_version = std::min(host.api_version, r.properties.apiVersion);
    if (r.api_version < VK_API_VERSION_1_1) return r;
    r.extensions.insert(host.enabled_extensions.begin(), host.enabled_extensions.end());
    query_properties(functions, r);
    if (host.enabled_features) read_features(r, *host.enabled_features);
    query_matrix_sizes(functions, r);
    query_rest(functions, r);
    r.debug_utils =
        std::find(host.enabled_instance_extensions.begin(), host.enabled_instance_extensions.end(),
                  VK_EXT_DEBUG_UTILS_EXTENSION_NAME) != host.enabled_instance_extensions.end();
    return r;
}

}  // namespace vkgan
