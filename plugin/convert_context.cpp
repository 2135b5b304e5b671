// What a context is made from: the host's device, allocator, caches.
// SPDX-License-Identifier: MIT
#include "plugin/convert.hpp"

#include <string>

namespace vkgan::plugin {
namespace {

constexpr uint32_t all_flags =
    VKGAN_CONTEXT_FIXED_TUNING | VKGAN_CONTEXT_VALIDATION | VKGAN_CONTEXT_LOW_PRIORITY;
constexpr uint32_t most_extensions = 1024;
constexpr size_t most_cache_bytes = size_t(1) << 30;

bool both_or_neither(bool first, bool second, const char* names, Checks& check) {
    if (first == second) return true;
    return check.fail(VKGAN_ERROR_INVALID_ARGUMENT,
                      std::string("of ") + names + " one is null; give both, or neither");
}

bool extensions(const char* const* names, uint32_t count, const char* field, std::vector<std::string>& result,
                Checks& check) {
    if (!check.array(names, count, most_extensions, field)) return false;
    for (uint32_t i = 0; i < count; ++i) {
        if (!check.needed_text(names[i], {field, i})) return false;
        result.emplace_back(names[i]);
    }
    return true;
}

bool queue_callbacks(const vkgan_device& device, AdoptedDevice& adopted, Checks& check) {
    if (!both_or_neither(device.lock, device.unlock, "info.device.lock and unlock", check)) return false;
    if (device.submit && device.lock)
        return check.fail(VKGAN_ERROR_INVALID_ARGUMENT,
                          "info.device.submit and lock are both given; submit is instead of lock and unlock");
    void* const user = device.queue_user;
    if (device.lock) {
        adopted.lock_queue = [lock = device.lock, user] { lock(user); };
        adopted.unlock_queue = [unlock = device.unlock, user] { unlock(user); };
    }
    if (device.submit)
        adopted.submit = [submit = device.submit, user](const VkSubmitInfo& info, VkFence fence) {
            return submit(user, &info, fence);
        };
    return true;
}

bool convert_device(const vkgan_device& device, AdoptedDevice& adopted, Checks& check) {
    constexpr const char* field = "info.device";
    const bool handles =
        check.not_null(device.instance, {field, "instance"}, "VkInstance") &&
        check.not_null(device.physical_device, {field, "physical_device"}, "VkPhysicalDevice") &&
        check.not_null(device.device, {field, "device"}, "VkDevice") &&
        check.not_null(device.get_instance_proc_addr, {field, "get_instance_proc_addr"}, "function") &&
        check.not_null(device.queue, {field, "queue"}, "VkQueue") && queue_callbacks(device, adopted, check);
    if (!handles) return false;
    const VkPhysicalDeviceFeatures2* const features = device.enabled_features;
    if (features && features->sType != VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2)
        return check.fail(VKGAN_ERROR_INVALID_ARGUMENT,
                          "info.device.enabled_features.sType is " + std::to_string(features->sType) +
                              "; it must be VK_STRUCTURE_TYPE_PHYSICAL_DEVICE_FEATURES_2");
    adopted.instance = device.instance;
    adopted.physical_device = device.physical_device;
    adopted.device = device.device;
    adopted.get_instance_proc_addr = device.get_instance_proc_addr;
    adopted.api_version = device.api_version;
    adopted.queue_family = device.queue_family;
    adopted.queue = device.queue;
    adopted.enabled_features = features;
    return extensions(device.instance_extensions, device.instance_extension_count,
                      "info.device.instance_extensions", adopted.enabled_instance_extensions, check) &&
           extensions(device.device_extensions, device.device_extension_count,
                      "info.device.device_extensions", adopted.enabled_extensions, check);
}

api::CacheStore cache_store(const vkgan_context_info& info) {
    api::CacheStore store;
    if (!info.cache_read) return store;
    void* const user = info.cache_user;
    store.read = [read = info.cache_read, user](std::string_view name) {
        const std::string key(name);
        std::vector<std::byte> bytes;
        const size_t size = read(user, key.c_str(), nullptr, 0);
        if (size == 0 || size > most_cache_bytes) return bytes;
        bytes.resize(size);
        // Another program may have written it in between.
        if (read(user, key.c_str(), bytes.data(), size) != size) bytes.clear();
        return bytes;
    };
    store.write = [write = info.cache_write, user](std::string_view name, std::span<const std::byte> bytes) {
        const std::string key(name);
        write(user, key.c_str(), bytes.data(), bytes.size());
    };
    return store;
}

}  // namespace

bool check_head(const vkgan_context_info* info, Checks& check) {
    return check.structure(info, "info") &&
           both_or_neither(info->allocate, info->deallocate, "info.allocate and deallocate", check);
}

bool convert(const vkgan_context_info& info, ContextRequest& request, Checks& check) {
    const bool right =
        check.in_range(info.flags, 0, all_flags, "info.flags") &&
        check.text(info.device_name, "info.device_name") &&
        both_or_neither(info.cache_read, info.cache_write, "info.cache_read and cache_write", check);
    if (!right) return false;
    if (info.device) {
        if (!check.structure(info.device, "info.device") ||
            !convert_device(*info.device, request.adopted, check))
            return false;
        if (info.device_name)
            return check.fail(
                VKGAN_ERROR_INVALID_ARGUMENT,
                "info.device_name is given beside info.device; it names a device of the plugin's own");
        request.settings.adopted = &request.adopted;
    }
    if (info.device_name) request.settings.device.device = info.device_name;
    request.settings.device.memory_limit_bytes = info.memory_limit;
    request.settings.device.fixed_tuning = info.flags & VKGAN_CONTEXT_FIXED_TUNING;
    request.settings.device.validation = info.flags & VKGAN_CONTEXT_VALIDATION;
    request.settings.low_priority = info.flags & VKGAN_CONTEXT_LOW_PRIORITY;
    request.settings.cache = cache_store(info);
    return true;
}

}  // namespace vkgan::plugin
