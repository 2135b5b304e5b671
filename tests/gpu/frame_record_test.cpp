// Frames in a host's command buffer: the same numbers, ended by the host's word, timed, and never waited for
// in vain.
// SPDX-License-Identifier: MIT
#include "tests/gpu/framed_copies.hpp"

#include <doctest/doctest.h>

using namespace vkgan;

namespace {

bool has_device_clock() { return test_device().capabilities().uses(Optional::timestamps); }

}  // namespace

TEST_CASE(
    "a step recorded into a host's command buffers gives what the submitted step gives, and so do mixed "
    "frames") {
    FramedCopies copies(3, 1000);
    const std::vector<double> kernel_ns{1000, 8000, 100};
    REQUIRE(copies.executor->cut_again(300, kernel_ns).ok());
    const std::vector<std::function<bool(int)>> modes{
        [](int) { return true; }, [](int i) { return i % 2 == 0; }, [](int i) { return i % 3 == 1; }};
    float start = 1;
    for (const auto& mode : modes)
        for (const double budget_ns : {1e12, 200000.0, 5000.0}) {
            CAPTURE(budget_ns);
            start += 10000;
            copies.write(0, count_from(start, 4000));
            const int frames = copies.run(budget_ns, mode);
            CHECK(copies.read(0) == count_from(start, 4000));
            if (budget_ns == 5000) CHECK(frames > 1);
        }
    CHECK_FALSE(copies.queue->waits_for_host());
}

TEST_CASE("many recorded frames in one host submission give what one recorded frame gives") {
    FramedCopies copies(2, 500);
    const std::vector<double> kernel_ns{8000, 8000};
    REQUIRE(copies.executor->cut_again(1000, kernel_ns).ok());
    copies.write(0, count_from(5, 2000));
    HostCommands host(test_device());
    std::vector<VkCommandBuffer> all;
    for (int next = 0; next < copies.executor->pieces();) {
        REQUIRE(all.size() < FrameQueue::most_in_flight);
        // Nothing of it is done before the end.
        REQUIRE(copies.queue->begin(5000 * double(all.size() + 1)).ok());
        all.push_back(host.begin());
        next += copies.executor->add(*copies.queue, 0, next);
        REQUIRE(copies.queue->record(all.back()).ok());
    }
    CHECK(all.size() > 2);
    host.send_and_wait(all);
    copies.queue->recorded_until(copies.queue->number());
    REQUIRE(copies.queue->wait_idle().ok());
    CHECK(copies.read(0) == count_from(5, 2000));
}

TEST_CASE("what was recorded ends when the host says so, and not before") {
    FramedCopies copies(1, 4);
    HostCommands host(test_device());
    std::vector<VkCommandBuffer> all;
    for (int i = 0; i < 3; ++i) {
        copies.begin_whole_step();
        CHECK(copies.queue->number() == uint64_t(i + 1));
        all.push_back(host.begin());
        REQUIRE(copies.queue->record(all.back()).ok());
    }
    host.send_and_wait(all);
    copies.begin_whole_step();
    REQUIRE(copies.queue->submit().ok());  // number 4, done before the host tells of those before it
    REQUIRE(copies.queue->poll().ok());
    CHECK(copies.queue->completed() == 0);
    CHECK(copies.queue->waits_for_host());
    for (const uint64_t number : {1, 3, 4}) {
        const Status early = copies.queue->wait(number);
        REQUIRE_FALSE(early.ok());
        CHECK(early.error().code == Code::busy);
        CHECK(early.error().message.find("3 recorded frames") != std::string::npos);
        CHECK(early.error().message.find("is frame 1") != std::string::npos);
    }
    copies.queue->recorded_until(2);
    REQUIRE(copies.queue->poll().ok());
    CHECK(copies.queue->completed() == 2);
    REQUIRE(copies.queue->wait(2).ok());
    CHECK(copies.queue->waits_for_host());
    CHECK(copies.queue->wait_idle().error().message.find("1 recorded frame is") != std::string::npos);
    copies.queue->recorded_until(1);  // nothing goes back
    copies.queue->recorded_until(3);
    CHECK_FALSE(copies.queue->waits_for_host());
    REQUIRE(copies.queue->wait_idle().ok());
    CHECK(copies.queue->completed() == 4);
    for (const bool recorded : {true, true, true, false}) {
        const auto use = copies.queue->next_use();
        REQUIRE(use);
        CHECK(use->recorded == recorded);
        CHECK(use->pieces == 3);
        if (has_device_clock()) CHECK(use->measured_ns > 0);
    }
    CHECK_FALSE(copies.queue->next_use());
}

TEST_CASE("a queue ends, and waits for nothing, while what it recorded was never sent or reported") {
    for (const bool then_submit : {false, true}) {
        FramedCopies copies(1, 4);
        HostCommands host(test_device());
        copies.begin_whole_step();
        REQUIRE(copies.queue->record(host.begin()).ok());
        if (then_submit) {
            copies.begin_whole_step();
            REQUIRE(copies.queue->submit().ok());
        }
        CHECK(copies.queue->wait_idle().error().code == Code::busy);
    }
}

TEST_CASE("abandoned frames count as ended, without a time, and the queue goes on") {
    FramedCopies copies(1, 4);
    HostCommands host(test_device());
    copies.begin_whole_step();
    REQUIRE(copies.queue->record(host.begin()).ok());  // never sent
    copies.begin_whole_step();
    REQUIRE(copies.queue->submit().ok());
    copies.queue->abandon();
    CHECK_FALSE(copies.queue->waits_for_host());
    REQUIRE(copies.queue->wait_idle().ok());
    CHECK(copies.queue->completed() == 2);
    const auto given_up = copies.queue->next_use(), run = copies.queue->next_use();
    REQUIRE(given_up);
    REQUIRE(run);
    CHECK(given_up->measured_ns == 0);
    if (has_device_clock()) CHECK(run->measured_ns > 0);
    copies.write(0, count_from(9, 16));
    CHECK(copies.run(1e12, [](int) { return true; }) == 1);
    CHECK(copies.read(0) == count_from(9, 16));
}

TEST_CASE(
    "while the host reports nothing no more than the ring is recorded, and work is not lost by a null "
    "buffer") {
    FramedCopies copies(1, 4);
    HostCommands host(test_device());
    std::vector<VkCommandBuffer> all;
    for (size_t i = 0; i < FrameQueue::most_in_flight; ++i) {
        copies.begin_whole_step();
        const Status refused = copies.queue->record(VK_NULL_HANDLE);
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().code == Code::invalid_argument);
        all.push_back(host.begin());
        REQUIRE(copies.queue->record(all.back()).ok());
    }
    const uint64_t number = copies.queue->number();
    REQUIRE(copies.queue->begin(1e12).ok());
    CHECK_FALSE(copies.queue->open());
    CHECK_FALSE(copies.queue->admits(0));
    CHECK(copies.executor->add(*copies.queue, 0, 0) == 0);
    CHECK(copies.queue->pieces() == 0);
    const VkCommandBuffer empty = host.begin();
    CHECK(copies.queue->record(empty).ok());
    CHECK(copies.queue->submit().ok());
    CHECK(copies.queue->number() == number);
    all.push_back(empty);
    host.send_and_wait(all);
    copies.queue->recorded_until(number - 1);
    REQUIRE(copies.queue->wait_idle().ok());
    REQUIRE(copies.queue->begin(1e12).ok());
    CHECK(copies.queue->open());
}

TEST_CASE("frames of a renderer take nothing of its next ones, until their end is told late") {
    FramedCopies copies(1, 4);
    HostCommands host(test_device());
    REQUIRE(copies.queue->begin(1e9).ok());
    const double room_ns = copies.queue->room_ns();
    copies.executor->add(*copies.queue, 0, 0);
    const VkCommandBuffer commands = host.begin();
    REQUIRE(copies.queue->record(commands).ok());
    for (int i = 0; i < FrameBudget::frames_on_their_way; ++i) {
        REQUIRE(copies.queue->begin(1e9).ok());
        CHECK(copies.queue->room_ns() == doctest::Approx(room_ns));
    }
    REQUIRE(copies.queue->begin(1e9).ok());
    CHECK(copies.queue->room_ns() < room_ns);
    host.send_and_wait(commands);
    copies.queue->recorded_until(1);
    REQUIRE(copies.queue->begin(1e9).ok());
    CHECK(copies.queue->room_ns() == doctest::Approx(room_ns));
}

TEST_CASE("recorded pieces are timed, and move what is expected of them") {
    if (!has_device_clock()) {
        MESSAGE("not tried: the queue of " << test_device().name() << " has no timestamps");
        return;
    }
    FramedCopies copies(4, 4000);
    copies.write(0, count_from(0, 16000));
    const double predicted_ns = copies.executor->expected_ns();
    copies.run(1e12, [](int) { return true; });
    const auto use = copies.queue->next_use();
    REQUIRE(use);
    CHECK(use->recorded);
    CHECK(use->expected_ns == predicted_ns);
    CHECK(use->measured_ns > 0);
    CHECK(use->longest_ns > 0);
    CHECK(use->longest_ns <= use->measured_ns);
    CHECK(copies.executor->expected_ns() == doctest::Approx(use->measured_ns));
}

TEST_CASE("pieces beyond those that a frame can time are recorded and run all the same") {
    FramedCopies copies(1, 4);
    Buffer to = std::move(*Buffer::create(test_device(), {.name = "counted",
                                                          .memory_class = "test",
                                                          .bytes = 4096,
                                                          .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                                          .use = MemoryUse::readback}));
    CostModel costs(std::vector<double>(1, 1.0));
    constexpr uint32_t pieces = FrameQueue::most_timed + 100;
    REQUIRE(copies.queue->begin(1e12).ok());
    for (uint32_t i = 0; i < pieces; ++i)
        copies.queue->add_once(
            [&to, i](VkCommandBuffer commands) {
                test_device().vk().vkCmdFillBuffer(commands, to.handle(), VkDeviceSize(i) * 4, 4, i + 1);
                order_copies(test_device(), commands, false);
            },
            costs, 0, "a number");
    copies.record_and_run();
    REQUIRE(copies.queue->wait_idle().ok());
    const auto* const numbers = reinterpret_cast<const uint32_t*>(to.mapped());
    bool right = true;
    for (uint32_t i = 0; i < pieces; ++i) right &= numbers[i] == i + 1;
    CHECK(right);
    CHECK(copies.queue->next_use()->pieces == int(pieces));
}

TEST_CASE(
    "a piece that is written once runs between others in either mode, is measured, and lets go of its body") {
    FramedCopies copies(2, 500);
    Buffer from = std::move(*Buffer::create(test_device(), {.name = "once",
                                                            .memory_class = "test",
                                                            .bytes = 8000,
                                                            .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                                            .use = MemoryUse::readback}));
    const auto kept = std::make_shared<int>(0);
    for (const bool recorded : {false, true})
        for (uint32_t round = 1; round <= 2 * FrameQueue::most_in_flight; ++round) {
            CostModel costs(std::vector<double>{1e6, 2e6});
            copies.write(0, count_from(float(round), 2000));
            REQUIRE(copies.queue->begin(1e12).ok());
            const double before_ns = copies.queue->sent_ns();
            copies.queue->add_once(
                [&from, round, kept](VkCommandBuffer commands) {
                    ++*kept;
                    order_copies(test_device(), commands, true);
                    test_device().vk().vkCmdFillBuffer(commands, from.handle(), 0, VK_WHOLE_SIZE, round);
                    order_copies(test_device(), commands, false);
                },
                costs, 1, "filling a buffer");
            CHECK(copies.queue->sent_ns() == before_ns + 2e6);
            copies.executor->add(*copies.queue, 0, 0);
            if (recorded)
                copies.record_and_run();
            else
                REQUIRE(copies.queue->submit().ok());
            CHECK(kept.use_count() == 1);
            REQUIRE(copies.queue->wait_idle().ok());
            CHECK(reinterpret_cast<const uint32_t*>(from.mapped())[1999] == round);
            CHECK(copies.read(0) == count_from(float(round), 2000));
            CHECK(costs.expected_ns(0) == 1e6);
            if (has_device_clock()) CHECK(costs.expected_ns(1) < 2e6 * 1000);
            if (has_device_clock()) CHECK(costs.expected_ns(1) != 2e6);
        }
    CHECK(*kept == 4 * int(FrameQueue::most_in_flight));
}
