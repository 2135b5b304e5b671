// Makes the VkInstance: loader, version, layer and messenger.
// SPDX-License-Identifier: MIT
#include "host/gpu/instance.hpp"

#include "host/gpu/keep_drivers.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace vkgan {
namespace {

constexpr const char* validation_layer = "VK_LAYER_KHRONOS_validation";

VkResult start_loader() {
    static const VkResult result = volkInitialize();
    return result;
}

bool has_layer(std::string_view name) {
    uint32_t count = 0;
    vkEnumerateInstanceLayerProperties(&count, nullptr);
    std::vector<VkLayerProperties> layers(count);
    vkEnumerateInstanceLayerProperties(&count, layers.data());
    return std::any_of(layers.begin(), layers.end(),
                       [&](const auto& layer) { return name == layer.layerName; });
}

bool has_instance_extension(std::string_view name) {
    uint32_t count = 0;
    vkEnumerateInstanceExtensionProperties(nullptr, &count, nullptr);
    std::vector<VkExtensionProperties> extensions(count);
    vkEnumerateInstanceExtensionProperties(nullptr, &count, extensions.data());
    return std::any_of(extensions.begin(), extensions.end(),
                       [&](const auto& extension) { return name == extension.extensionName; });
}

VKAPI_ATTR VkBool32 VKAPI_CALL on_message(VkDebugUtilsMessageSeverityFlagBitsEXT,
                                          VkDebugUtilsMessageTypeFlagsEXT,
                                          const VkDebugUtilsMessengerCallbackDataEXT* data, void* user) {
    if (data && data->pMessage) static_cast<ValidationMessages*>(user)->add(data->pMessage);
    return VK_FALSE;
}

VkDebugUtilsMessengerCreateInfoEXT messenger_info(ValidationMessages* messages) {
    auto info = vk_struct<VkDebugUtilsMessengerCreateInfoEXT>(
        VK_STRUCTURE_TYPE_DEBUG_UTILS_MESSENGER_CREATE_INFO_EXT);
    info.messageSeverity =
        VK_DEBUG_UTILS_MESSAGE_SEVERITY_WARNING_BIT_EXT | VK_DEBUG_UTILS_MESSAGE_SEVERITY_ERROR_BIT_EXT;
    info.messageType = VK_DEBUG_UTILS_MESSAGE_TYPE_VALIDATION_BIT_EXT;
    info.pfnUserCallback = on_message;
    info.pUserData = messages;
    return info;
}

}  // namespace

void ValidationMessages::add(std::string text) {
    const std::lock_guard lock(mutex_);
    texts_.push_back(std::move(text));
}

std::vector<std::string> ValidationMessages::all() const {
    const std::lock_guard lock(mutex_);
    return texts_;
}

Result<std::unique_ptr<Instance>> Instance::create(bool validation) {
    if (start_loader() != VK_SUCCESS)
        return Error{
            Code::not_found,
            "There is no Vulkan on this machine: libvulkan.so.1 was not found (Debian: libvulkan1, and "
            "mesa-vulkan-drivers for a driver that needs no GPU)."};
    std::unique_ptr<Instance> instance(new Instance);
    VKGAN_TRY(instance->make(validation));
    return instance;
}

Status Instance::make(bool validation) {
    const uint32_t loader_version = volkGetInstanceVersion();
    if (loader_version < VK_API_VERSION_1_1)
        return Error{Code::unsupported, "The Vulkan loader is version " + version_text(loader_version) +
                                            "; VkGAN needs 1.1 or later."};
    if (validation && !has_layer(validation_layer))
        return Error{Code::not_found,
                     "Validation was asked for, but VK_LAYER_KHRONOS_validation is not installed (Debian: "
                     "vulkan-validationlayers)."};
    api_version_ = std::min(loader_version, uint32_t{VK_API_VERSION_1_3});
    debug_utils_ = has_instance_extension(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);

    auto application = vk_struct<VkApplicationInfo>(VK_STRUCTURE_TYPE_APPLICATION_INFO);
    application.pApplicationName = "VkGAN";
    application.pEngineName = "VkGAN";
    application.apiVersion = api_version_;
    std::vector<const char*> extensions;
    if (debug_utils_) extensions.push_back(VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
    if (validation) extensions.push_back(VK_EXT_VALIDATION_FEATURES_EXTENSION_NAME);

    const std::array enables{VK_VALIDATION_FEATURE_ENABLE_SYNCHRONIZATION_VALIDATION_EXT};
    VkDebugUtilsMessengerCreateInfoEXT messenger = messenger_info(&messages_);
    auto features = vk_struct<VkValidationFeaturesEXT>(VK_STRUCTURE_TYPE_VALIDATION_FEATURES_EXT);
    features.pNext = debug_utils_ ? &messenger : nullptr;
    features.enabledValidationFeatureCount = uint32_t(enables.size());
    features.pEnabledValidationFeatures = enables.data();

    auto info = vk_struct<VkInstanceCreateInfo>(VK_STRUCTURE_TYPE_INSTANCE_CREATE_INFO);
    info.pNext = validation ? &features : nullptr;
    info.pApplicationInfo = &application;
    info.enabledLayerCount = validation ? 1 : 0;
    info.ppEnabledLayerNames = &validation_layer;
    info.enabledExtensionCount = uint32_t(extensions.size());
    info.ppEnabledExtensionNames = extensions.data();
    if (const VkResult result = vkCreateInstance(&info, nullptr, &handle_); result != VK_SUCCESS) {
        handle_ = VK_NULL_HANDLE;
        return Error{Code::not_found, std::string("No Vulkan driver could be started (vkCreateInstance: ") +
                                          result_name(result) +
                                          "); Debian's mesa-vulkan-drivers has one that "
                                          "needs no GPU."};
    }
    keep_drivers();
    functions_ = load_instance_functions(vkGetInstanceProcAddr, handle_);
    if (validation && functions_.vkCreateDebugUtilsMessengerEXT)
        functions_.vkCreateDebugUtilsMessengerEXT(handle_, &messenger, nullptr, &messenger_);
    return {};
}

Instance::~Instance() {
    if (messenger_) functions_.vkDestroyDebugUtilsMessengerEXT(handle_, messenger_, nullptr);
    if (handle_) functions_.vkDestroyInstance(handle_, nullptr);
}

}  // namespace vkgan
