// A device that belongs to somebody else: used as lent, twice, and only with what its host enabled.
// SPDX-License-Identifier: MIT
#include "host/gpu/executor.hpp"
#include "tests/gpu/copy_plan.hpp"
#include "tests/gpu/host_device.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <functional>

using namespace vkgan;

namespace {

bool copies_right(Device& device) {
    RegionSet regions(device);
    auto made = Executor::create(device, copy_schedule(2, 8), regions);
    REQUIRE_MESSAGE(made.ok(), made.error().message);
    const std::vector<float> values(32, 2.5f);
    std::memcpy((*made)->input_memory(0, "x").data(), values.data(), 128);
    REQUIRE((*made)->run(0).ok());
    REQUIRE((*made)->wait(0).ok());
    return std::memcmp((*made)->output_memory(0, "y").data(), values.data(), 128) == 0;
}

}  // namespace

TEST_CASE("two contexts on one adopted device work, lock its queue, and leave it alive") {
    HostDevice host;
    {
        auto first = Device::adopt(host.lend());
        auto second = Device::adopt(host.lend());
        REQUIRE_MESSAGE(first.ok(), first.error().message);
        REQUIRE(second.ok());
        CHECK((*first)->adopted());
        CHECK(copies_right(**first));
        CHECK(copies_right(**second));
        first->reset();
        CHECK(copies_right(**second));
    }
    CHECK(host.locks > 0);
    CHECK(host.locks == host.unlocks);
    auto again = Device::adopt(host.lend());
    REQUIRE(again.ok());
    CHECK(copies_right(**again));
    again->reset();
    CHECK(host.messages().empty());
}

TEST_CASE("an adopted device counts only what its host enabled") {
    // A driver without 64-bit integers (SwiftShader) has nothing that a host could enable here.
    const bool int64 = test_device().record().int64;
    if (!int64) MESSAGE(test_device().name() << " has no shaderInt64: only its absence is checked");
    HostDevice plain, with_int64({.int64 = int64});
    const DeviceOptions full{.profile = DeviceProfile::full};
    const auto without = Device::adopt(plain.lend(), full);
    const auto with = Device::adopt(with_int64.lend(), full);
    REQUIRE(without.ok());
    REQUIRE(with.ok());
    CHECK(!(*without)->traits().wide_stores);
    CHECK((*with)->traits().wide_stores == int64);
    for (const Optional which : {Optional::subgroup_size_control, Optional::timeline_semaphore,
                                 Optional::debug_utils, Optional::synchronization2, Optional::memory_budget})
        CHECK(!(*with)->capabilities()[which].available);
}

TEST_CASE("a host's submit function is called instead of the queue, which is then not needed") {
    HostDevice host;
    int calls = 0;
    {
        AdoptedDevice lent = host.lend_without_locks();
        lent.queue = VK_NULL_HANDLE;
        lent.submit = [&](const VkSubmitInfo& info, VkFence fence) {
            ++calls;
            return host.vk().vkQueueSubmit(host.queue(), 1, &info, fence);
        };
        auto device = Device::adopt(lent);
        REQUIRE_MESSAGE(device.ok(), device.error().message);
        CHECK(copies_right(**device));
    }
    CHECK(calls > 0);
    CHECK(host.messages().empty());
}

TEST_CASE("an incomplete or wrong AdoptedDevice is refused by the name of its field") {
    HostDevice host;
    const auto refusal = [&](const std::function<void(AdoptedDevice&)>& change) {
        AdoptedDevice lent = host.lend();
        change(lent);
        const auto adopted = Device::adopt(lent);
        REQUIRE_FALSE(adopted.ok());
        return adopted.error();
    };
    const auto names = [](const Error& error, std::string_view part) {
        CAPTURE(error.message);
        CHECK(error.message.find(part) != std::string::npos);
    };
    CHECK(Device::adopt({}).error().code == Code::invalid_argument);
    names(refusal([](AdoptedDevice& lent) { lent.device = VK_NULL_HANDLE; }), "device is not set");
    names(refusal([](AdoptedDevice& lent) { lent.queue = VK_NULL_HANDLE; }), "neither queue nor submit");
    names(refusal([](AdoptedDevice& lent) { lent.unlock_queue = nullptr; }), "unlock_queue is not");
    names(refusal([](AdoptedDevice& lent) { lent.lock_queue = nullptr; }), "lock_queue is not");
    names(refusal([](AdoptedDevice& lent) {
              lent.submit = [](const VkSubmitInfo&, VkFence) { return VK_SUCCESS; };
          }),
          "submit and lock_queue are both set");
    names(refusal([](AdoptedDevice& lent) { lent.queue_family = 99; }), "queue_family is 99");
    const Error old = refusal([](AdoptedDevice& lent) { lent.api_version = VK_API_VERSION_1_0; });
    names(old, "api_version is 1.0.0");
    CHECK(old.code == Code::unsupported);
}
