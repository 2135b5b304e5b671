// A worker's submissions are made by the owner of the queue, or given up.
// SPDX-License-Identifier: MIT
#include "host/gpu/submit_relay.hpp"

#include "host/gpu/regions.hpp"
#include "tests/gpu/host_device.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace vkgan;

namespace {

constexpr std::chrono::nanoseconds long_enough = std::chrono::seconds(60);

}  // namespace

TEST_CASE(
    "a relay makes a worker's submissions on the owner's thread, in order, and hands back their results") {
    SubmitRelay relay;
    CHECK_FALSE(relay.on_worker());
    CHECK_FALSE(relay.serve(std::chrono::nanoseconds(0)));
    std::vector<std::thread::id> made_on;
    std::vector<VkResult> results;
    std::atomic<bool> done = false;
    std::thread worker([&] {
        relay.worker_begins();
        for (const VkResult result : {VK_SUCCESS, VK_ERROR_OUT_OF_HOST_MEMORY, VK_SUCCESS})
            results.push_back(relay.relay([&, result] {
                made_on.push_back(std::this_thread::get_id());
                return result;
            }));
        done = true;
        relay.wake();
    });
    bool any = false;
    while (!done) any |= relay.serve(long_enough);
    worker.join();
    CHECK(any);
    CHECK(made_on == std::vector(3, std::this_thread::get_id()));
    CHECK(results == std::vector{VK_SUCCESS, VK_ERROR_OUT_OF_HOST_MEMORY, VK_SUCCESS});
    CHECK_FALSE(relay.on_worker());
}

TEST_CASE("a wake before the wait is not lost, and serves that do not wait return at once") {
    SubmitRelay relay;
    relay.wake();
    CHECK_FALSE(relay.serve(long_enough));
    relay.close();
    CHECK_FALSE(relay.serve(long_enough));
    relay.open();
    CHECK_FALSE(relay.serve(std::chrono::nanoseconds(0)));
}

TEST_CASE("closing a relay gives up what waits and what comes, until it is opened again") {
    SubmitRelay relay;
    int made = 0;
    const auto submission = [&] {
        ++made;
        return VK_SUCCESS;
    };
    std::atomic<int> round = 0;
    std::vector<VkResult> results;
    std::thread worker([&] {
        relay.worker_begins();
        results.push_back(relay.relay(submission));  // waits, or comes too late: both are given up
        results.push_back(relay.relay(submission));
        round = 1;
        round.notify_all();
        round.wait(1);
        results.push_back(relay.relay(submission));
        round = 3;
        relay.wake();
    });
    relay.close();
    round.wait(0);
    CHECK(made == 0);
    relay.open();
    round = 2;
    round.notify_all();
    while (round != 3) relay.serve(long_enough);
    worker.join();
    CHECK(made == 1);
    CHECK(results == std::vector{SubmitRelay::given_up, SubmitRelay::given_up, VK_SUCCESS});
}

TEST_CASE("regions are made and filled on a worker while only the owner's thread touches the queue") {
    HostDevice host;
    {
        SubmitRelay relay;
        std::vector<std::thread::id> callers;
        AdoptedDevice lent = host.lend_without_locks();
        lent.submit = [&](const VkSubmitInfo& info, VkFence fence) {
            callers.push_back(std::this_thread::get_id());
            return host.vk().vkQueueSubmit(host.queue(), 1, &info, fence);
        };
        auto device = Device::adopt(lent);
        REQUIRE(device.ok());
        (*device)->set_relay(&relay);
        RegionSet regions(**device), direct(**device);
        const std::vector<std::byte> values(1000, std::byte{42});
        std::vector<std::byte> back(1000);
        std::atomic<bool> done = false;
        bool fine = false;
        std::thread worker([&] {
            relay.worker_begins();
            fine = regions.ensure("a", 1000).ok() && regions.upload("a", 0, values).ok() &&
                   regions.download("a", 0, back).ok();
            relay.worker_ends();
            done = true;
            relay.wake();
        });
        CHECK(direct.ensure("b", 64).ok());  // beside it, without the relay
        while (!done) relay.serve(long_enough);
        worker.join();
        CHECK(fine);
        CHECK(back == values);
        CHECK(callers.size() == 4);
        CHECK(callers == std::vector(callers.size(), std::this_thread::get_id()));
    }
    CHECK(host.messages().empty());
}

TEST_CASE("a worker whose relay is closed hears that its work was given up, and the device stays usable") {
    HostDevice host;
    {
        SubmitRelay relay;
        auto device = Device::adopt(host.lend());
        REQUIRE(device.ok());
        (*device)->set_relay(&relay);
        RegionSet regions(**device);
        Status status;
        std::thread worker([&] {
            relay.worker_begins();
            status = regions.ensure("a", 1000);
        });
        relay.close();
        worker.join();
        REQUIRE_FALSE(status.ok());
        CHECK(status.error().code == Code::cancelled);
        CHECK(status.error().message.find("making region a was given up") != std::string::npos);
        CHECK(regions.ensure("a", 1000).ok());
    }
    CHECK(host.messages().empty());
}
