// Which of the machine's Vulkan devices is used. Names no Vulkan type: the engine lists devices through it.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

struct DeviceInfo {
    int index = 0;
    std::string name;
    std::string type;  // "discrete GPU", "CPU", ...
    std::string driver;
    std::string api_version;
    int64_t memory_bytes = 0;  // of its largest device-local heap
    int rank = 0;              // what is chosen first: discrete 4, integrated 3, virtual 2, CPU 1, other 0
    std::string refused;       // why it cannot be used; empty: it can
};

// Every device of the machine in the driver's order. Fails only when there is no Vulkan at all.
Result<std::vector<DeviceInfo>> list_devices();

// Index of the chosen device: by number, by part of the name (any case), or for an empty selector the best
// one. The message of an error lists every device and why it was not taken.
Result<int> choose_device(std::span<const DeviceInfo> devices, std::string_view selector);

}  // namespace vkgan
