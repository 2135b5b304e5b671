// What a host is told to enable is what an adopted device then uses.
// SPDX-License-Identifier: MIT
#include "tests/gpu/host_device.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

using namespace vkgan;
using Kind = api::Requirement::Kind;

namespace {

std::vector<api::Requirement> ask(const HostDevice& host, uint32_t version) {
    auto told = api::query_requirements(host.instance().handle(), host.physical(),
                                        host.instance().functions().get_proc, version);
    REQUIRE(told);
    return *told;
}

bool has(const std::vector<api::Requirement>& list, std::string_view name) {
    return std::any_of(list.begin(), list.end(), [&](const auto& item) { return item.name == name; });
}

// Everything of the list that is available, enabled.
HostOptions enable(const std::vector<api::Requirement>& list, uint32_t version) {
    HostOptions options{.api_version = version};
    for (const api::Requirement& item : list) {
        if (!item.available) continue;
        if (item.kind == Kind::instance_extension)
            options.instance_extensions.push_back(item.name);  // as Instance does
        else if (item.kind == Kind::extension)
            options.extensions.push_back(item.name);
        else if (item.name == "VkPhysicalDeviceFeatures.shaderInt64")
            options.int64 = true;
        else if (item.name.ends_with(".timelineSemaphore"))
            options.timeline = true;
        else if (item.name.ends_with(".subgroupSizeControl"))
            options.subgroup_size_control = true;
    }
    return options;
}

}  // namespace

TEST_CASE("what a host is told to enable is used once it is enabled, and nothing of it before") {
    const HostDevice plain;
    constexpr std::array asked_for{Optional::int64, Optional::subgroup_size_control,
                                   Optional::timeline_semaphore, Optional::memory_budget,
                                   Optional::debug_utils};
    for (const uint32_t version : {VK_API_VERSION_1_1, VK_API_VERSION_1_2, VK_API_VERSION_1_3}) {
        CAPTURE(version_text(version));
        const auto list = ask(plain, version);
        HostDevice host(enable(list, version)), bare({.api_version = version});
        const DeviceOptions full{.profile = DeviceProfile::full};
        const auto with = Device::adopt(host.lend(), full), without = Device::adopt(bare.lend(), full);
        REQUIRE_MESSAGE(with.ok(), with.error().message);
        REQUIRE(without.ok());
        const PhysicalRecord record = describe_device(host.instance().functions(), host.physical(), version);
        const Capabilities driver = decide_capabilities(record, {});
        for (const Optional which : asked_for) {
            CAPTURE((*with)->capabilities()[which].name);
            CHECK_FALSE((*without)->capabilities().uses(which));
            if (which != Optional::debug_utils)
                CHECK((*with)->capabilities().uses(which) == driver.uses(which));
            else
                CHECK((*with)->capabilities().uses(which) == host.instance().debug_utils());
        }
        CHECK(host.messages().empty());
    }
}

TEST_CASE("extensions that a Vulkan version has in its core are not asked for there") {
    const HostDevice host;
    CHECK(has(ask(host, VK_API_VERSION_1_1), "VK_EXT_subgroup_size_control"));
    CHECK(has(ask(host, VK_API_VERSION_1_1), "VK_KHR_timeline_semaphore"));
    const auto newest = ask(host, VK_API_VERSION_1_3);
    if (test_device().record().api_version >= VK_API_VERSION_1_3) {
        CHECK_FALSE(has(newest, "VK_EXT_subgroup_size_control"));
        CHECK_FALSE(has(newest, "VK_KHR_timeline_semaphore"));
    }
    CHECK(has(newest, "VkPhysicalDeviceSubgroupSizeControlFeatures.subgroupSizeControl"));
    CHECK(has(newest, "VkPhysicalDeviceTimelineSemaphoreFeatures.timelineSemaphore"));
}

TEST_CASE(
    "only a queue that can compute is required, and every line fits the plugin's struct and says what it "
    "buys") {
    const HostDevice host;
    const auto list = ask(host, VK_API_VERSION_1_3);
    for (const api::Requirement& item : list) {
        CAPTURE(item.name);
        CHECK(item.required == (item.kind == Kind::queue));
        CHECK(item.name.size() < 96);
        CHECK(item.buys.size() > 10);
        CHECK(item.buys.size() < 192);
    }
    REQUIRE(list.front().kind == Kind::queue);
    CHECK(list.front().name == "compute queue");
    CHECK(list.front().available);
}

TEST_CASE("requirements are refused to callers that name no device, or a Vulkan before 1.1") {
    const HostDevice host;
    const auto get_proc = host.instance().functions().get_proc;
    const VkInstance instance = host.instance().handle();
    const auto refused = [](auto told, std::string_view part) {
        REQUIRE_FALSE(told);
        CHECK(told.failure().reason == api::Reason::invalid_argument);
        CHECK(told.failure().message.find(part) != std::string::npos);
    };
    refused(api::query_requirements(VK_NULL_HANDLE, host.physical(), get_proc, VK_API_VERSION_1_1),
            "the instance is null");
    refused(api::query_requirements(instance, VK_NULL_HANDLE, get_proc, VK_API_VERSION_1_1),
            "the physical device is null");
    refused(api::query_requirements(instance, host.physical(), nullptr, VK_API_VERSION_1_1),
            "get_instance_proc_addr is null");
    refused(api::query_requirements(instance, host.physical(), get_proc, VK_API_VERSION_1_0),
            "api_version is 1.0.0");
}
