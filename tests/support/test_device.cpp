// The shared devices live until main releases them.
// SPDX-License-Identifier: MIT
#include "tests/support/test_device.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>

namespace vkgan {
namespace {

constexpr int half_inputs = -2;

using Key = std::pair<int, DeviceProfile>;  // family, -1 or half_inputs

std::map<Key, std::unique_ptr<Device>>& devices() {
    static std::map<Key, std::unique_ptr<Device>> made;
    return made;
}

Device& shared(const Key& key, const DeviceOptions& options) {
    std::unique_ptr<Device>& device = devices()[key];
    if (device) return *device;
    auto made = Device::create(options);
    if (!made) {
        std::fprintf(stderr, "The tests need a Vulkan device and the validation layer: %s\n",
                     made.error().message.c_str());
        std::exit(1);
    }
    device = std::move(*made);
    return *device;
}

}  // namespace

Device& test_device() { return shared({-1, DeviceProfile::full}, {.validation = true}); }

Device& test_device(Family family) {
    return shared({int(family), DeviceProfile::full}, {.validation = true, .family = family});
}

Device& minimum_profile_device() {
    return shared({-1, DeviceProfile::minimum}, {.validation = true, .profile = DeviceProfile::minimum});
}

Device& half_input_device() {
    return shared({half_inputs, DeviceProfile::full},
                  {.validation = true, .family = Family::tile, .half_inputs = true});
}

void release_test_devices() { devices().clear(); }

std::vector<std::string> all_validation_messages() {
    std::vector<std::string> all;
    for (const auto& [key, device] : devices()) {
        if (!device) continue;
        const std::vector<std::string> messages = device->validation_messages();
        all.insert(all.end(), messages.begin(), messages.end());
    }
    return all;
}

}  // namespace vkgan
