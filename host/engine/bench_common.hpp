// What every bench says in the same way.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

// The upper of the two middle values where there are two. At least one value.
inline double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + ptrdiff_t(values.size() / 2));
    return values[values.size() / 2];
}

// Name and width: a software driver's speed depends on both.
inline std::string device_text(const Device& device) {
    return fmt::format("{}, subgroups of {}", device.name(), device.traits().subgroup_size);
}

// Runs on the processor: its peak is the processor's, and its timestamps say little.
inline bool is_software(const Device& device) {
    return std::string_view(device_type_name(device.record().properties.deviceType)) == "CPU";
}

}  // namespace vkgan
