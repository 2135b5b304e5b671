// Devices that tests share: made once, with validation and synchronisation validation on.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/device.hpp"

#include <string>
#include <vector>

namespace vkgan {

Device& test_device();               // as a user gets it: VKGAN_DEVICE, VKGAN_PROFILE and VKGAN_FAMILY count
Device& test_device(Family family);  // with this family of contractions
Device& minimum_profile_device();
// The tile family with factors in float16, on matrix units where device and build have them.
Device& half_input_device();

// Of all devices above, so far. One more fails the test case that caused it (validation_listener.cpp).
std::vector<std::string> all_validation_messages();

void release_test_devices();  // at the end of main

}  // namespace vkgan
