// Lists devices with the reasons against each, and picks one.
// SPDX-License-Identifier: MIT
#include "host/gpu/device_choice.hpp"

#include "host/gpu/describe_devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace vkgan {
namespace {

int rank_of(VkPhysicalDeviceType type) {
    switch (type) {
        case VK_PHYSICAL_DEVICE_TYPE_DISCRETE_GPU: return 4;
        case VK_PHYSICAL_DEVICE_TYPE_INTEGRATED_GPU: return 3;
        case VK_PHYSICAL_DEVICE_TYPE_VIRTUAL_GPU: return 2;
        case VK_PHYSICAL_DEVICE_TYPE_CPU: return 1;
        default: return 0;
    }
}

std::string reason_against(const PhysicalRecord& record) {
    if (record.api_version < VK_API_VERSION_1_1)
        return "it has Vulkan " + version_text(record.properties.apiVersion) + ", 1.1 is needed";
    if (compute_queue_family(record) < 0) return "it has no queue that can compute";
    const VkPhysicalDeviceLimits& limits = record.properties.limits;
    if (limits.maxPushConstantsSize < 128)
        return fmt::format("it has {} bytes of push constants, 128 are needed", limits.maxPushConstantsSize);
    if (limits.maxPerStageDescriptorStorageBuffers < 8)
        return fmt::format("a shader can bind {} storage buffers, 8 are needed",
                           limits.maxPerStageDescriptorStorageBuffers);
    return "";
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = char(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

std::string all_devices(std::span<const DeviceInfo> devices) {
    if (devices.empty())
        return " This machine has no Vulkan device (Debian: mesa-vulkan-drivers has one that needs no GPU).";
    std::string text = " The devices are:";
    for (const DeviceInfo& d : devices)
        text += fmt::format("\n  {}: {} ({}){}", d.index, d.name, d.type,
                            d.refused.empty() ? "" : ", cannot be used: " + d.refused);
    return text;
}

}  // namespace

int compute_queue_family(const PhysicalRecord& record) {
    int best = -1;
    for (size_t i = 0; i < record.queue_families.size(); ++i) {
        const VkQueueFlags flags = record.queue_families[i].queueFlags;
        if ((flags & VK_QUEUE_COMPUTE_BIT) == 0 || record.queue_families[i].queueCount == 0) continue;
        if (best < 0) best = int(i);
        if ((flags & VK_QUEUE_GRAPHICS_BIT) == 0) return int(i);  // a queue that no renderer competes for
    }
    return best;
}

std::vector<PhysicalRecord> describe_devices(const Instance& instance) {
    const InstanceFunctions& functions = instance.functions();
    uint32_t count = 0;
    functions.vkEnumeratePhysicalDevices(instance.handle(), &count, nullptr);
    std::vector<VkPhysicalDevice> handles(count);
    functions.vkEnumeratePhysicalDevices(instance.handle(), &count, handles.data());
    handles.resize(count);
    std::vector<PhysicalRecord> records;
    for (VkPhysicalDevice handle : handles)
        records.push_back(describe_device(functions, handle, instance.api_version()));
    return records;
}

DeviceInfo summarise(const PhysicalRecord& record, int index) {
    DeviceInfo info;
    info.index = index;
    info.name = record.properties.deviceName;
    info.type = device_type_name(record.properties.deviceType);
    info.driver = record.driver;
    info.api_version = version_text(record.properties.apiVersion);
    info.rank = rank_of(record.properties.deviceType);
    info.refused = reason_against(record);
    for (uint32_t i = 0; i < record.memory.memoryHeapCount; ++i)
        if (record.memory.memoryHeaps[i].flags & VK_MEMORY_HEAP_DEVICE_LOCAL_BIT)
            info.memory_bytes = std::max(info.memory_bytes, int64_t(record.memory.memoryHeaps[i].size));
    return info;
}

Result<std::vector<DeviceInfo>> list_devices() {
    VKGAN_ASSIGN(const auto instance, Instance::create(false));
    std::vector<DeviceInfo> result;
    for (const PhysicalRecord& record : describe_devices(*instance))
        result.push_back(summarise(record, int(result.size())));
    return result;
}

Result<int> choose_device(std::span<const DeviceInfo> devices, std::string_view selector) {
    const DeviceInfo* chosen = nullptr;
    int number = -1;
    const auto [end, bad] = std::from_chars(selector.data(), selector.data() + selector.size(), number);
    const bool is_number =
        bad == std::errc() && end == selector.data() + selector.size() && !selector.empty();
    for (const DeviceInfo& device : devices) {
        const bool wanted = is_number ? device.index == number
                                      : lower(device.name).find(lower(selector)) != std::string::npos;
        if (!wanted) continue;
        const bool better =
            !chosen || (chosen->refused.empty() ? device.refused.empty() && device.rank > chosen->rank
                                                : device.refused.empty());
        if (better) chosen = &device;
    }
    if (!chosen && selector.empty())
        return Error{Code::not_found, "There is no device to run on." + all_devices(devices)};
    if (!chosen)
        return Error{Code::not_found,
                     fmt::format("No device is called or numbered \"{}\".", selector) + all_devices(devices)};
    if (!chosen->refused.empty())
        return Error{Code::unsupported,
                     (selector.empty() ? std::string("None of the devices can be used.")
                                       : fmt::format("The device \"{}\" cannot be used.", selector)) +
                         all_devices(devices)};
    return chosen->index;
}

}  // namespace vkgan
