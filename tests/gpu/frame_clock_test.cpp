// What frames are told to have taken, beside the wall's clock: after a host has drawn, too.
// SPDX-License-Identifier: MIT
#include "tests/gpu/drawn_frame.hpp"
#include "tests/gpu/framed_copies.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace vkgan;

namespace {

double ns_of(const std::function<void()>& run) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now() - begin).count();
}

}  // namespace

TEST_CASE("frames are told what they took, though a host has drawn before them and draws after them") {
    if (!test_device().capabilities().uses(Optional::timestamps)) {
        MESSAGE("not tried: the queue of " << test_device().name() << " has no timestamps");
        return;
    }
    // Parts of one kernel, a few in each frame: no barrier lies between them.
    FramedCopies copies(1, 1 << 21);
    REQUIRE(copies.executor->cut_again(1e6, std::vector<double>{16e6}).ok());
    DrawnFrame drawn(test_device(), 64);
    for (const bool recorded : {true, false}) {
        CAPTURE(recorded);
        double best = 0;
        for (int step = 0; step < 5; ++step) {
            double told_ns = 0, wall_ns = 0;
            for (int next = 0; next < copies.executor->pieces();) {
                HostCommands host(test_device());
                REQUIRE(copies.queue->begin(8e6).ok());
                next += copies.executor->add(*copies.queue, 0, next);
                if (recorded) {
                    const uint64_t number = copies.queue->number();
                    const VkCommandBuffer commands = host.begin();
                    drawn.write(commands);
                    REQUIRE(copies.queue->record(commands).ok());
                    drawn.write(commands);
                    wall_ns += ns_of([&] { host.send_and_wait(commands); });
                    copies.queue->recorded_until(number);
                } else {
                    drawn.draw();
                    wall_ns += ns_of([&] {
                        REQUIRE(copies.queue->submit().ok());
                        REQUIRE(copies.queue->wait_idle().ok());
                    });
                }
                REQUIRE(copies.queue->wait_idle().ok());
                for (auto use = copies.queue->next_use(); use; use = copies.queue->next_use()) {
                    REQUIRE(use->measured);
                    told_ns += use->measured_ns;
                }
            }
            CHECK(told_ns <= wall_ns);
            best = std::max(best, told_ns / wall_ns);
        }
        // The rest is submitting, waking up, and the clearing draws. On llvmpipe, best of five: 0.92 to 0.96;
        // of recorded frames without the barriers of write_timestamp 0.68 to 0.79.
        CHECK(best > 0.85);
    }
}
