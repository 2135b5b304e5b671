// Making the instance, choosing a device, and opening it.
// SPDX-License-Identifier: MIT
#include "samples/render/gpu.hpp"

#include "samples/render/owned.hpp"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <iterator>

namespace render {
namespace {

constexpr const char* validation_layer = "VK_LAYER_KHRONOS_validation";

VKAPI_ATTR VkBool32 VKAPI_CALL on_message(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                          VkDebugUtilsMessageTypeFlagsEXT,
                                          const VkDebugUtilsMessengerCallbackDataEXT* data, void* count) {
    std::fprintf(stderr, "validation: %s\n", data->pMessage);
    ++*static_cast<int*>(count);
    return VK_FALSE;
}

VkDebugUtilsMessengerCreateInfoEXT messenger_info(int* count) {
    auto info = vk_struct<VkDebugUtilsMessengerCreateInfoEXT>(
        VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT);
    info.messageSeverity =
        VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT;
    info.pfnUserCallback = on_message;
    info.pUserData = count;
    return info;
}

bool has_layer(const char* name) {
    uint32_t count = 0;
    vkEnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    vkEnumerateInstanceLayerProperties(&count, layers.data());
    return std::any_of(layers.begin(), layers.end(),
                       [&](auto& layer) { return std::strcmp(layer.layerName, name) == 0; });
}

// One family for everything keeps the sample free of ownership transfers; nearly every device has one.
int queue_family_of(VkPhysicalDevice physical, const Presents& presents) {
    uint32_t count = 0;
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, nullptr);
    std::vector<VkQueueFamilyProperties> families(count);
    vkGetPhysicalDeviceQueueFamilyProperties(physical, &count, families.data());
    constexpr VkQueueFlags needed = VK_QUEUE_GRAPHICS_BIT | VK_QUEUE_COMPUTE_BIT;
    for (uint32_t i = 0; i < count; ++i)
        if ((families[i].queueFlags & needed) == needed && (!presents || presents(physical, i)))
            return int(i);
    return -1;
}

int preference(VkPhysicalDeviceType type) {
    switch (type) {
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: return 3;
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: return 2;
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: return 1;
        default: return 0;
    }
}

std::string driver_text(VkPhysicalDevice physical, uint32_t version) {
    if (!has_extension(physical, VK_KHR_DRIVER_PROPERTIES_EXTENSION_NAME)) return std::to_string(version);
    auto driver =
        vk_struct<VkPhysicalDeviceDriverProperties>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_DRIVER_PROPERTIES);
    auto properties = vk_struct<VkPhysicalDeviceProperties2>(VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_PROPERTIES_2);
    properties.pNext = &driver;
    vkGetPhysicalDeviceProperties2(physical, &properties);
    return std::string(driver.driverName) + " " + driver.driverInfo;
}

}  // namespace

bool has_extension(VkPhysicalDevice physical, const char* name) {
    uint32_t count = 0;
    vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    vkEnumerateDeviceExtensionProperties(physical, nullptr, &count, extensions.data());
    return std::any_of(extensions.begin(), extensions.end(),
                       [&](auto& extension) { return std::strcmp(extension.extensionName, name) == 0; });
}

Result<std::unique_ptr<Instance>> Instance::create(const char* name, std::vector<const char*> extensions,
                                                   bool validation) {
    if (volkInitialize() != VK_SUCCESS || volkGetInstanceVersion() < api_version)
        return Error{"There is no Vulkan 1.1 on this machine (Debian: libvulkan1 and mesa-vulkan-drivers)."};
    if (validation && !has_layer(validation_layer))
        return Error{
            "VKGAN_VALIDATION is 1, but VK_LAYER_KHRONOS_validation is not installed (Debian: "
            "vulkan-validationlayers)."};
    std::unique_ptr<Instance> instance(new Instance);
    if (validation) {
        extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
        extensions.push_back(VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME);
    }
    auto application = vk_struct<VkApplicationInfo>(VK_STRUCTURE_TYPE_APPLICATION_INFO);
    application.pApplicationName = name;
    application.apiVersion = api_version;

    auto messenger = messenger_info(&instance->messages_);
    const VkValidationFeatureEnableEXT synchronisation =
        VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT;
    auto checks = vk_struct<VkValidationFeaturesEXT>(VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT);
    checks.pNext = &messenger;
    checks.enabledValidationFeatureCount = 1;
    checks.pEnabledValidationFeatures = &synchronisation;

    auto info = vk_struct<VkInstanceCreateInfo>(VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO);
    info.pNext = validation ? &checks : nullptr;
    info.pApplicationInfo = &application;
    info.enabledLayerCount = validation ? 1 : 0;
    info.ppEnabledLayerNames = &validation_layer;
    info.enabledExtensionCount = uint32_t(extensions.size());
    info.ppEnabledExtensionNames = extensions.data();
    const VkResult made = vkCreateInstance(&info, nullptr, &instance->handle_);
    if (made == VK_ERROR_INCOMPATIBLE_DRIVER)
        return Error{
            "There is no Vulkan driver on this machine, or VK_ICD_FILENAMES names none (Debian: "
            "mesa-vulkan-drivers has one for the processor)."};
    if (made != VK_SUCCESS) return vulkan_error("vkCreateInstance", made);
    volkLoadInstanceOnly(instance->handle_);
    instance->extensions_ = std::move(extensions);
    if (validation)
        RENDER_VK(
            vkCreateDebugUtilsMessengerEXT(instance->handle_, &messenger, nullptr, &instance->messenger_));
    return instance;
}

Instance::~Instance() {
    if (messenger_) vkDestroyDebugUtilsMessengerEXT(handle_, messenger_, nullptr);
    if (handle_) vkDestroyInstance(handle_, nullptr);
}

Result<DeviceChoice> choose_device(const Instance& instance, const std::string& name,
                                   const Presents& presents) {
    uint32_t count = 0;
    RENDER_VK(vkEnumeratePhysicalDevices(instance.handle(), &count, nullptr));
    std::vector<VkPhysicalDevice> devices(count);
    RENDER_VK(vkEnumeratePhysicalDevices(instance.handle(), &count, devices.data()));
    DeviceChoice best;
    int best_preference = -1;
    std::string known;
    for (VkPhysicalDevice physical : devices) {
        VkPhysicalDeviceProperties properties;
        vkGetPhysicalDeviceProperties(physical, &properties);
        known += (known.empty() ? "" : ", ") + std::string(properties.deviceName);
        const int family = queue_family_of(physical, presents);
        const bool fits = family >= 0 && properties.apiVersion >= api_version &&
                          std::strstr(properties.deviceName, name.c_str());
        if (!fits || preference(properties.deviceType) <= best_preference) continue;
        best = {physical, uint32_t(family)};
        best_preference = preference(properties.deviceType);
    }
    if (best.physical) return best;
    return Error{"No device of Vulkan 1.1 has a queue that draws and computes" +
                 (name.empty() ? std::string() : " and \"" + name + "\" in its name") +
                 "; there are: " + (known.empty() ? "none" : known) + "."};
}

Result<std::unique_ptr<Gpu>> Gpu::create(const DeviceChoice& choice, std::unique_ptr<Features> features) {
    auto gpu = std::make_unique<Gpu>();
    gpu->physical = choice.physical;
    gpu->queue_family = choice.queue_family;
    gpu->features = std::move(features);

    VkPhysicalDeviceProperties properties;
    vkGetPhysicalDeviceProperties(gpu->physical, &properties);
    gpu->name = properties.deviceName;
    gpu->is_software = properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
    gpu->driver = driver_text(gpu->physical, properties.driverVersion);
    const VkSampleCountFlags counts =
        properties.limits.framebufferColorSampleCounts & properties.limits.framebufferDepthSampleCounts;
    if (counts & VK_SAMPLE_COUNT_4_BIT) gpu->samples = VK_SAMPLE_COUNT_4_BIT;

    const float priority = 1;
    auto queue = vk_struct<VkDeviceQueueCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_QUEUE_CREATE_INFO);
    queue.queueFamilyIndex = gpu->queue_family;
    queue.queueCount = 1;
    queue.pQueuePriorities = &priority;
    const std::vector<const char*> extensions = gpu->features->extension_names();
    auto info = vk_struct<VkDeviceCreateInfo>(VK_STRUCTURE_TYPE_DEVICE_CREATE_INFO);
    info.pNext = gpu->features->chain();
    info.queueCreateInfoCount = 1;
    info.pQueueCreateInfos = &queue;
    info.enabledExtensionCount = uint32_t(extensions.size());
    info.ppEnabledExtensionNames = extensions.data();
    RENDER_VK(vkCreateDevice(gpu->physical, &info, nullptr, &gpu->device));
    volkLoadDevice(gpu->device);
    vkGetDeviceQueue(gpu->device, gpu->queue_family, 0, &gpu->queue);
    return gpu;
}

Gpu::~Gpu() {
    if (device) vkDestroyDevice(device, nullptr);
}

Error vulkan_error(const char* call, VkResult result) {
    struct Row {
        VkResult result;
        const char* name;
    };
    static constexpr Row rows[]{
        {VK_ERROR_OUT_OF_HOST_MEMORY, "VK_ERROR_OUT_OF_HOST_MEMORY"},
        {VK_ERROR_OUT_OF_DEVICE_MEMORY, "VK_ERROR_OUT_OF_DEVICE_MEMORY"},
        {VK_ERROR_INITIALIZATION_FAILED, "VK_ERROR_INITIALIZATION_FAILED"},
        {VK_ERROR_DEVICE_LOST, "VK_ERROR_DEVICE_LOST"},
        {VK_ERROR_EXTENSION_NOT_PRESENT, "VK_ERROR_EXTENSION_NOT_PRESENT"},
        {VK_ERROR_FEATURE_NOT_PRESENT, "VK_ERROR_FEATURE_NOT_PRESENT"},
        {VK_ERROR_INCOMPATIBLE_DRIVER, "VK_ERROR_INCOMPATIBLE_DRIVER"},
        {VK_ERROR_SURFACE_LOST_KHR, "VK_ERROR_SURFACE_LOST_KHR"},
        {VK_TIMEOUT, "VK_TIMEOUT"},
    };
    std::string name = "VkResult " + std::to_string(int(result));
    for (const Row& row : rows)
        if (row.result == result) name = row.name;
    const std::string what = std::string(call, std::strcspn(call, "(")) + " failed: " + name + ".";
    if (result == VK_ERROR_DEVICE_LOST) return {"The device is lost: " + what, 1, true};
    return {what};
}

}  // namespace render
