// What device choice and device creation share: records of all devices, and the queue family that is used.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/capabilities.hpp"
#include "host/gpu/device_choice.hpp"
#include "host/gpu/instance.hpp"

#include <vector>

namespace vkgan {

std::vector<PhysicalRecord> describe_devices(const Instance& instance);
DeviceInfo summarise(const PhysicalRecord& record, int index);
int compute_queue_family(const PhysicalRecord& record);  // -1: none

}  // namespace vkgan
