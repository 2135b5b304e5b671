// A frame's submission among a host's: binary and timeline semaphores before and after it.
// SPDX-License-Identifier: MIT
#include "tests/gpu/framed_copies.hpp"

#include <doctest/doctest.h>

using namespace vkgan;

namespace {

// Of a host's device; destroyed before it.
struct Semaphores {
    explicit Semaphores(HostDevice& on) : host(on) {}
    ~Semaphores() {
        host.vk().vkDeviceWaitIdle(host.handle());
        for (const VkSemaphore semaphore : all)
            host.vk().vkDestroySemaphore(host.handle(), semaphore, nullptr);
    }
    VkSemaphore make(VkSemaphoreType type) {
        auto kind = vk_struct<VkSemaphoreTypeCreateInfo>(VK_STRUCTURE_TYPE_SEMAPHORE_TYPE_CREATE_INFO);
        kind.semaphoreType = type;
        auto info = vk_struct<VkSemaphoreCreateInfo>(VK_STRUCTURE_TYPE_SEMAPHORE_CREATE_INFO);
        if (type != VK_SEMAPHORE_TYPE_BINARY) info.pNext = &kind;
        VkSemaphore semaphore = VK_NULL_HANDLE;
        REQUIRE(host.vk().vkCreateSemaphore(host.handle(), &info, nullptr, &semaphore) == VK_SUCCESS);
        all.push_back(semaphore);
        return semaphore;
    }
    uint64_t value(VkSemaphore semaphore) const {
        uint64_t value = 0;
        REQUIRE(host.vk().vkGetSemaphoreCounterValue(host.handle(), semaphore, &value) == VK_SUCCESS);
        return value;
    }
    void signal(VkSemaphore semaphore, uint64_t value) const {
        auto info = vk_struct<VkSemaphoreSignalInfo>(VK_STRUCTURE_TYPE_SEMAPHORE_SIGNAL_INFO);
        info.semaphore = semaphore;
        info.value = value;
        REQUIRE(host.vk().vkSignalSemaphore(host.handle(), &info) == VK_SUCCESS);
    }
    void wait(VkSemaphore semaphore, uint64_t value) const {
        auto info = vk_struct<VkSemaphoreWaitInfo>(VK_STRUCTURE_TYPE_SEMAPHORE_WAIT_INFO);
        info.semaphoreCount = 1;
        info.pSemaphores = &semaphore;
        info.pValues = &value;
        REQUIRE(host.vk().vkWaitSemaphores(host.handle(), &info, UINT64_MAX) == VK_SUCCESS);
    }
    HostDevice& host;
    std::vector<VkSemaphore> all;
};

bool has_timelines() {
    if (test_device().record().timeline_semaphore) return true;
    MESSAGE("not tried: " << test_device().name() << " has no timeline semaphores");
    return false;
}

}  // namespace

TEST_CASE("a frame waits for a host's timeline value, and signals another") {
    if (!has_timelines()) return;
    HostDevice host({.timeline = true});
    {
        auto device = Device::adopt(host.lend(), {.profile = DeviceProfile::full});
        REQUIRE(device.ok());
        CHECK((*device)->capabilities().uses(Optional::timeline_semaphore));
        Semaphores semaphores(host);
        const VkSemaphore before = semaphores.make(VK_SEMAPHORE_TYPE_TIMELINE);
        const VkSemaphore after = semaphores.make(VK_SEMAPHORE_TYPE_TIMELINE);
        FramedCopies copies(2, 100, **device);
        copies.write(0, count_from(3, 400));
        copies.begin_whole_step();
        const std::array waits{QueueSemaphore{before, 5, VK_PIPELINE_STAGE_TRANSFER_BIT}};
        const std::array signals{QueueSemaphore{after, 7}};
        REQUIRE(copies.queue->submit(waits, signals).ok());
        REQUIRE(copies.queue->poll().ok());
        CHECK(copies.queue->completed() == 0);
        CHECK(semaphores.value(after) == 0);
        semaphores.signal(before, 4);
        REQUIRE(copies.queue->poll().ok());
        CHECK(copies.queue->completed() == 0);
        semaphores.signal(before, 5);
        semaphores.wait(after, 7);
        REQUIRE(copies.queue->wait_idle().ok());
        CHECK(copies.queue->completed() == 1);
        CHECK(copies.read(0) == count_from(3, 400));
    }
    CHECK(host.messages().empty());
}

// A binary semaphore that a frame did not wait for would still be signalled in the second round, and one that
// it did not signal would stop the submission behind it: the validation layer tells of both.
TEST_CASE("a frame stands between two submissions of a host, with binary and timeline semaphores at once") {
    if (!has_timelines()) return;
    HostDevice host({.timeline = true});
    {
        auto device = Device::adopt(host.lend(), {.profile = DeviceProfile::full});
        REQUIRE(device.ok());
        Semaphores semaphores(host);
        const VkSemaphore first = semaphores.make(VK_SEMAPHORE_TYPE_BINARY);
        const VkSemaphore second = semaphores.make(VK_SEMAPHORE_TYPE_BINARY);
        const VkSemaphore end = semaphores.make(VK_SEMAPHORE_TYPE_TIMELINE);
        FramedCopies copies(2, 100, **device);
        auto frames = FrameQueue::create(**device);  // of semaphores and nothing else
        REQUIRE(frames.ok());
        for (uint64_t round = 1; round <= 2; ++round) {
            copies.write(0, count_from(float(round), 400));
            const std::array give_first{QueueSemaphore{first}};
            REQUIRE((*frames)->submit({}, give_first).ok());
            copies.begin_whole_step();
            const std::array take_first{QueueSemaphore{first, 0, VK_PIPELINE_STAGE_TRANSFER_BIT}};
            const std::array give_both{QueueSemaphore{second}, QueueSemaphore{end, 10 * round}};
            REQUIRE(copies.queue->submit(take_first, give_both).ok());
            const std::array take_second{QueueSemaphore{second}};
            const std::array finish{QueueSemaphore{end, 10 * round + 1}};
            REQUIRE((*frames)->submit(take_second, finish).ok());
            CHECK((*frames)->number() == 1);
            semaphores.wait(end, 10 * round + 1);
            REQUIRE(copies.queue->poll().ok());
            CHECK(copies.queue->completed() == round);
            CHECK(copies.read(0) == count_from(float(round), 400));
        }
    }
    CHECK(host.messages().empty());
}

TEST_CASE("semaphores that cannot be taken are refused with their place, and the frame can still be sent") {
    HostDevice host;
    {
        auto device = Device::adopt(host.lend());
        REQUIRE(device.ok());
        Semaphores semaphores(host);
        const VkSemaphore semaphore = semaphores.make(VK_SEMAPHORE_TYPE_BINARY);
        FramedCopies copies(1, 4, **device);
        copies.write(0, count_from(2, 16));
        copies.begin_whole_step();
        const auto refused = [&](const std::vector<QueueSemaphore>& waits,
                                 const std::vector<QueueSemaphore>& signals, std::string_view part) {
            const Status status = copies.queue->submit(waits, signals);
            REQUIRE_FALSE(status.ok());
            CAPTURE(status.error().message);
            CHECK(status.error().code == Code::invalid_argument);
            CHECK(status.error().message.find(part) != std::string::npos);
        };
        refused(std::vector<QueueSemaphore>(9, QueueSemaphore{semaphore}), {}, "9 waits; at most 8");
        refused({}, std::vector<QueueSemaphore>(9, QueueSemaphore{semaphore}), "9 signals; at most 8");
        refused({}, {QueueSemaphore{semaphore}, {}}, "signals[1].semaphore is null");
        refused({QueueSemaphore{semaphore, 6}}, {}, "waits[0].value is 6");
        const std::array signals{QueueSemaphore{semaphore}};
        REQUIRE(copies.queue->submit({}, signals).ok());
        REQUIRE(copies.queue->wait_idle().ok());
        CHECK(copies.queue->number() == 2);
        CHECK(copies.read(0) == count_from(2, 16));
    }
    CHECK(host.messages().empty());
}

TEST_CASE("a device of our own has timeline semaphores where the driver has them") {
    auto own = Device::create({.validation = true, .profile = DeviceProfile::full, .cache_folder = ""});
    REQUIRE(own.ok());
    CHECK((*own)->capabilities().uses(Optional::timeline_semaphore) == (*own)->record().timeline_semaphore);
    CHECK((*own)->validation_messages().empty());
    CHECK_FALSE(minimum_profile_device().capabilities().uses(Optional::timeline_semaphore));
}
