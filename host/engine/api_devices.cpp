// vkgan.hpp: devices and the version.
// SPDX-License-Identifier: MIT
#include "host/engine/api_convert.hpp"
#include "host/gpu/describe_devices.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/wide_vectors.hpp"

#include <cstdlib>

namespace vkgan::api {

namespace {

std::vector<CapabilityInfo> capabilities_of(PhysicalRecord record) {
    record.wide_vectors = can_widen(record) && wants_wide_vectors();
    CapabilityOptions options;
    options.queue_family = uint32_t(std::max(0, compute_queue_family(record)));
    std::vector<CapabilityInfo> list;
    for (const Capability& c : decide_capabilities(record, options).items)
        list.push_back({c.name, c.available, c.used, c.reason, c.detail});
    return list;
}

std::string selector_of(const DeviceSettings& settings) {
    if (!settings.device.empty()) return settings.device;
    const char* const from_environment = std::getenv("VKGAN_DEVICE");
    return from_environment ? from_environment : "";
}

}  // namespace

Outcome<std::vector<DeviceInfo>> list_devices(const DeviceSettings& settings) {
    auto instance = Instance::create(false);
    if (!instance) return to_failure(instance.error());
    std::vector<vkgan::DeviceInfo> found;
    std::vector<DeviceInfo> list;
    for (const PhysicalRecord& record : describe_devices(**instance)) {
        const vkgan::DeviceInfo info = summarise(record, int(found.size()));
        list.push_back({.number = info.index,
                        .name = info.name,
                        .kind = info.type,
                        .driver = info.driver,
                        .vulkan_version = info.api_version,
                        .memory_bytes = uint64_t(std::max<int64_t>(0, info.memory_bytes)),
                        .refused = info.refused,
                        .chosen = false,
                        .capabilities = {}});
        if (info.refused.empty()) list.back().capabilities = capabilities_of(record);
        found.push_back(info);
    }
    const auto chosen = choose_device(found, selector_of(settings));
    if (chosen)
        list[size_t(*chosen)].chosen = true;
    else if (!settings.device.empty())
        return to_failure(chosen.error());
    return list;
}

std::string version() { return VKGAN_VERSION; }

}  // namespace vkgan::api
