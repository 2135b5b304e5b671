// Frames: the same numbers however a step is cut and spread, budgets kept by what is expected, reports.
// SPDX-License-Identifier: MIT
#include "host/gpu/frame_queue.hpp"

#include "host/gpu/clock_copy.hpp"
#include "host/gpu/region_copy.hpp"
#include "tests/gpu/framed_copies.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstring>
#include <memory>
#include <vector>

using namespace vkgan;

TEST_CASE("a step in frames gives what the step in one piece gives, with kernels cut into groups too") {
    FramedCopies copies(3, 1000);
    const std::vector<double> kernel_ns{1000, 8000, 100};
    for (const double slice_ns : {1e9, 1000.0, 300.0}) {
        CAPTURE(slice_ns);
        REQUIRE(copies.executor->cut_again(slice_ns, kernel_ns).ok());
        if (slice_ns == 1e9) CHECK(copies.executor->pieces() == 3);
        if (slice_ns == 1000) CHECK(copies.executor->pieces() == 1 + 8 + 1 + 2);
        if (slice_ns == 300)
            CHECK(copies.executor->pieces() == 4 + 16 + 1 + 2);  // 16 groups is all there are
        for (const double budget_ns : {1e12, 200000.0, 5000.0}) {
            CAPTURE(budget_ns);
            copies.write(0, count_from(float(budget_ns), 4000));
            const int frames = copies.run(budget_ns);
            CHECK(copies.read(0) == count_from(float(budget_ns), 4000));
            if (budget_ns == 1e12) CHECK(frames == 1);
            if (budget_ns == 5000) CHECK(frames > 1);
        }
    }
    REQUIRE(copies.executor->run(1).ok());  // whole steps go on working
    REQUIRE(copies.executor->wait(1).ok());
}

TEST_CASE("frames report what they planned and what they took, each once") {
    FramedCopies copies(4, 4000);
    copies.write(0, count_from(0, 16000));
    CHECK_FALSE(copies.queue->next_use());
    copies.run(1e9);
    const auto use = copies.queue->next_use();
    REQUIRE(use);
    CHECK(use->frame == 1);
    CHECK(use->budget_ns == 1e9);
    CHECK(use->pieces == 3);  // inputs, all kernels, outputs
    CHECK(use->expected_ns > 0);
    if (test_device().capabilities().uses(Optional::timestamps)) {
        CHECK(use->measured_ns > 0);
        CHECK(use->longest_ns > 0);
        CHECK(use->longest_ns <= use->measured_ns);
    }
    CHECK_FALSE(copies.queue->next_use());
}

TEST_CASE("each frame is timed, by copies of the device's clock and by asking it, submitted and recorded") {
    if (!test_device().capabilities().uses(Optional::timestamps)) {
        MESSAGE("not tried: the queue of " << test_device().name() << " has no timestamps");
        return;
    }
    const std::vector<double> kernel_ns{1000, 8000, 100};
    for (const bool copies_clock : {true, false})
        for (const bool recorded : {true, false}) {
            CAPTURE(copies_clock);
            CAPTURE(recorded);
            FramedCopies copies(3, 4000, test_device(), copies_clock);
            REQUIRE(copies.executor->cut_again(1000, kernel_ns).ok());
            const auto from = std::chrono::steady_clock::now();
            const int frames = copies.run(3000, [&](int) { return recorded; });
            const double all_ns =
                std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - from).count();
            double sum_ns = 0;
            int measured = 0;  // frames with something in them: others pay for what was longer than a budget
            for (; const auto use = copies.queue->next_use(); ++measured) {
                CHECK(use->measured);
                CHECK(use->longest_ns > 0);
                CHECK(use->longest_ns <= use->measured_ns);
                sum_ns += use->measured_ns;
            }
            CHECK(sum_ns <= all_ns);
            CHECK(measured > 1);
            CHECK(measured <= frames);
        }
}

TEST_CASE("more pieces than the copies of the clock have room for leave a frame unmeasured, and no more") {
    auto clock = ClockCopy::create(test_device(), 2);
    REQUIRE(clock.ok());
    CHECK(clock->most_pieces() == 2);
    std::array<double, 3> ns{};
    clock->read(1, ns);
    CHECK(ns[0] == 0);
    CHECK(ns[1] == -1);
    CHECK(ns[2] == -1);
    ClockCopy none;
    none.read(0, ns);
    CHECK(ns == std::array{-1.0, -1.0, -1.0});
}

TEST_CASE("what is kept back of a frame is for others, until it is set again or the next frame begins") {
    FramedCopies copies(1, 4);
    FrameQueue& queue = *copies.queue;
    REQUIRE(queue.begin(1000).ok());
    const double room_ns = queue.room_ns();
    CHECK(queue.admits(5000));  // alone
    queue.keep_back(300);
    CHECK(queue.room_ns() == doctest::Approx(room_ns - 300));
    CHECK(queue.admits(room_ns - 301));
    CHECK_FALSE(queue.admits(room_ns - 299));
    CHECK_FALSE(queue.admits(5000));
    queue.keep_back(2000);
    CHECK_FALSE(queue.admits(1));
    queue.keep_back(0);
    CHECK(queue.admits(5000));
    queue.keep_back(300);
    REQUIRE(queue.begin(1000).ok());
    CHECK(queue.room_ns() == doctest::Approx(room_ns));
}

TEST_CASE("pieces of one kind cost by their amount, and are learnt so") {
    if (!test_device().capabilities().uses(Optional::timestamps)) {
        MESSAGE("not tried: the queue of " << test_device().name() << " has no timestamps");
        return;
    }
    FramedCopies copies(1, 4);
    FrameQueue& queue = *copies.queue;
    CostModel costs({100});
    REQUIRE(queue.begin(1e9).ok());
    queue.add_once([](VkCommandBuffer) {}, costs, 0, "nothing", 7);
    CHECK(queue.sent_ns() == doctest::Approx(700));
    REQUIRE(queue.submit().ok());
    REQUIRE(queue.wait_idle().ok());
    const auto use = queue.next_use();
    REQUIRE(use);
    CHECK(costs.expected_ns(0) == doctest::Approx(use->measured_ns / 7));
}

TEST_CASE("a frame without a budget is refused with its value, and nothing is sent between frames") {
    FramedCopies copies(1, 4);
    for (const double budget : {0.0, -1.0}) {
        const Status status = copies.queue->begin(budget);
        REQUIRE_FALSE(status.ok());
        CHECK(status.error().code == Code::invalid_argument);
    }
    CHECK_FALSE(copies.queue->admits(0));
    CHECK(copies.queue->submit().ok());  // of nothing
    CHECK(copies.queue->number() == 1);
}

TEST_CASE("while as many frames are in flight as fit, none is let in, and none waits") {
    FramedCopies copies(1, 4);
    auto queue = FrameQueue::create(test_device());
    REQUIRE(queue.ok());
    uint64_t sent = 0;
    for (int i = 0; i < 100; ++i) {
        REQUIRE((*queue)->begin(1e12).ok());
        const uint64_t in_flight = sent - (*queue)->completed();
        CHECK(in_flight <= FrameQueue::most_in_flight);
        if (in_flight == FrameQueue::most_in_flight) CHECK_FALSE((*queue)->admits(1));
        CHECK((*queue)->admits(1) == (*queue)->open());
        if (!(*queue)->open()) continue;
        copies.executor->add(**queue, 0, 0);
        REQUIRE((*queue)->submit().ok());
        ++sent;
    }
    REQUIRE((*queue)->wait_idle().ok());
    CHECK((*queue)->completed() == sent);
    REQUIRE((*queue)->begin(1e12).ok());
    CHECK((*queue)->open());
}

TEST_CASE("a copy of regions is taken and put back in pieces, in device memory and in the host's") {
    RegionSet regions(test_device());
    const size_t large = (size_t(5) << 20) + 64;  // more than one piece
    std::vector<std::byte> first(large), second(large), small(64, std::byte{7});
    for (size_t i = 0; i < large; ++i) {
        first[i] = std::byte(i * 7 % 251);
        second[i] = std::byte(i * 3 % 249);
    }
    REQUIRE(regions.ensure("a", int64_t(large)).ok());
    REQUIRE(regions.ensure("b", 64).ok());
    auto queue = FrameQueue::create(test_device());
    REQUIRE(queue.ok());
    for (const MemoryUse use : {MemoryUse::device, MemoryUse::readback}) {
        auto copy = RegionCopy::create(test_device(), regions, {"a", "b"}, use);
        REQUIRE(copy.ok());
        CHECK((*copy)->pieces() == 4);
        CHECK((*copy)->total_bytes() == int64_t(large) + 64);
        const auto in_frames = [&](int (RegionCopy::*add)(FrameQueue&, int)) {
            int next = 0, frames = 0;
            for (; next < (*copy)->pieces(); ++frames) {
                REQUIRE(frames < 10000);
                REQUIRE((*queue)->begin(50'000).ok());
                next += ((**copy).*add)(**queue, next);
                REQUIRE((*queue)->submit().ok());
                REQUIRE((*queue)->wait_idle().ok());
            }
            CHECK(frames >= 4);
        };
        REQUIRE(regions.upload("a", 0, first).ok());
        REQUIRE(regions.upload("b", 0, small).ok());
        in_frames(&RegionCopy::add_take);
        if (use == MemoryUse::readback)
            CHECK(std::memcmp((*copy)->bytes(0).data(), first.data(), large) == 0);
        REQUIRE(regions.upload("a", 0, second).ok());
        in_frames(&RegionCopy::add_put_back);
        std::vector<std::byte> back(large);
        REQUIRE(regions.download("a", 0, back).ok());
        CHECK(back == first);
    }
}
