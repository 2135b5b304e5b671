// Choice of device, the capability record, environment and options.
// SPDX-License-Identifier: MIT
#include "host/gpu/device.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/regions.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

using namespace vkgan;

namespace {

DeviceInfo device(int index, const char* name, const char* type, int rank, const char* refused = "") {
    DeviceInfo info;
    info.index = index;
    info.name = name;
    info.type = type;
    info.rank = rank;
    info.refused = refused;
    return info;
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

const std::vector<DeviceInfo> four{
    device(0, "llvmpipe", "CPU", 1), device(1, "Iris Xe", "integrated GPU", 3),
    device(2, "GeForce", "discrete GPU", 4, "it has Vulkan 1.0.2, 1.1 is needed"),
    device(3, "Radeon", "discrete GPU", 4)};

}  // namespace

TEST_CASE("the best usable device is chosen: discrete before integrated before CPU") {
    CHECK(*choose_device(four, "") == 3);
    CHECK(*choose_device(std::span(four).first(3), "") == 1);
    CHECK(*choose_device(std::span(four).first(1), "") == 0);
}

TEST_CASE("a device is chosen by number or by part of its name in any case") {
    CHECK(*choose_device(four, "0") == 0);
    CHECK(*choose_device(four, "IRIS") == 1);
    CHECK(*choose_device(four, "radeon") == 3);
}

TEST_CASE("a device that cannot be had is answered with the list of all devices and reasons") {
    const auto unknown = choose_device(four, "voodoo");
    REQUIRE(!unknown.ok());
    CHECK(unknown.error().code == Code::not_found);
    CHECK(contains(unknown.error().message, "\"voodoo\""));
    CHECK(contains(unknown.error().message, "0: llvmpipe (CPU)"));
    CHECK(
        contains(unknown.error().message, "2: GeForce (discrete GPU), cannot be used: it has Vulkan 1.0.2"));
    const auto refused = choose_device(four, "GeForce");
    REQUIRE(!refused.ok());
    CHECK(refused.error().code == Code::unsupported);
    CHECK(choose_device(four, "7").error().code == Code::not_found);
    CHECK(contains(choose_device({}, "").error().message, "mesa-vulkan-drivers"));
}

TEST_CASE("the machine's devices can be listed, and the test device is one of them") {
    const auto devices = list_devices();
    REQUIRE(devices.ok());
    REQUIRE(!devices->empty());
    bool found = false;
    for (const DeviceInfo& info : *devices) found |= info.name == test_device().name();
    CHECK(found);
}

TEST_CASE("every capability has a name, and a reason when it is not used") {
    for (Device* device : {&test_device(), &minimum_profile_device()}) {
        for (const Capability& item : device->capabilities().items) {
            CAPTURE(item.name);
            CHECK(!item.name.empty());
            CHECK(item.used == item.reason.empty());
            CHECK((item.available || !item.used));
        }
    }
}

TEST_CASE("the minimum profile uses nothing that it does not promise") {
    const Device& device = minimum_profile_device();
    for (const Optional which : {Optional::int64, Optional::float16, Optional::storage_16bit,
                                 Optional::timeline_semaphore, Optional::synchronization2})
        CHECK(!device.capabilities().uses(which));
    CHECK(!device.traits().wide_stores);
    CHECK(device.traits().max_invocations <= 128);
    CHECK(device.traits().max_storage_bindings <= 8);
}

TEST_CASE("the family of contractions follows the device and can be asked for") {
    CHECK(test_device(Family::direct).traits().family == Family::direct);
    CHECK(test_device(Family::tile).traits().family == Family::tile);
    const PhysicalRecord& record = test_device().record();
    const bool cpu = record.properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
    const Capabilities caps = decide_capabilities(record, {});
    const Family natural = decide_traits(record, caps, {}).family;
    CHECK(natural == (!cpu                                    ? Family::tile
                      : caps.uses(Optional::subgroup_shuffle) ? Family::shuffle
                                                              : Family::direct));
}

TEST_CASE("an unknown device, named as an option, is an error with the list") {
    const auto made = Device::create({.select = "no such device"});
    REQUIRE(!made.ok());
    CHECK(contains(made.error().message, test_device().name()));
}

TEST_CASE("two devices at once work side by side") {
    auto first = Device::create({.validation = true});
    auto second = Device::create({.validation = true});
    REQUIRE(first.ok());
    REQUIRE(second.ok());
    for (Device* device : {first->get(), second->get()}) {
        RegionSet regions(*device);
        CHECK(regions.ensure("a", 1000).ok());
    }
    CHECK((*first)->validation_messages().empty());
    first->reset();
    RegionSet regions(**second);
    CHECK(regions.ensure("a", 1000).ok());
    CHECK((*second)->validation_messages().empty());
}

TEST_CASE("validation really listens: a buffer of no bytes is reported") {
    auto made = Device::create({.validation = true});
    REQUIRE(made.ok());
    Device& device = **made;
    auto info = vk_struct<VkBufferCreateInfo>(VK_STRUCTURE_TYPE_BUFFER_CREATE_INFO);
    info.usage = VK_BUFFER_USAGE_STORAGE_BUFFER_BIT;
    VkBuffer buffer = VK_NULL_HANDLE;
    if (device.vk().vkCreateBuffer(device.handle(), &info, nullptr, &buffer) == VK_SUCCESS)
        device.vk().vkDestroyBuffer(device.handle(), buffer, nullptr);
    CHECK(!device.validation_messages().empty());
}

TEST_CASE("a lost device stays lost and names what was running") {
    auto made = Device::create({});
    REQUIRE(made.ok());
    Device& device = **made;
    CHECK(device.status().ok());
    const Error lost = device.failure(VK_ERROR_DEVICE_LOST, "slice 3 of 7");
    CHECK(lost.code == Code::device_lost);
    CHECK(contains(lost.message, "slice 3 of 7"));
    CHECK(device.failure(VK_ERROR_DEVICE_LOST, "something later").message == lost.message);
    RegionSet regions(device);
    const Status after = regions.ensure("a", 16);
    REQUIRE(!after.ok());
    CHECK(after.error().code == Code::device_lost);
}
