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
    FramedCopies copies(1, 1 << 21);
    // Parts of one kernel: no barrier lies between them.
    REQUIRE(copies.executor->cut_again(1e6, std::vector<double>{16e6}).ok());
    REQUIRE(copies.executor->pieces() > 8);
    DrawnFrame drawn(test_device(), 512);
    for (const bool recorded : {true, false}) {
        CAPTURE(recorded);
        double best = 0;
        for (int i = 0; i < 5; ++i) {
            drawn.draw();
            HostCommands host(test_device());
            copies.begin_whole_step();
            double wall_ns = 0;
            if (recorded) {
                const uint64_t number = copies.queue->number();
                const VkCommandBuffer commands = host.begin();
                drawn.write(commands);
                REQUIRE(copies.queue->record(commands).ok());
                drawn.write(commands);
                wall_ns = ns_of([&] { host.send_and_wait(commands); });
                copies.queue->recorded_until(number);
                REQUIRE(copies.queue->wait_idle().ok());
            } else {
                wall_ns = ns_of([&] {
                    REQUIRE(copies.queue->submit().ok());
                    REQUIRE(copies.queue->wait_idle().ok());
                });
            }
            const auto use = copies.queue->next_use();
            REQUIRE(use);
            REQUIRE(use->measured);
            CHECK(use->measured_ns <= wall_ns);
            best = std::max(best, use->measured_ns / wall_ns);
        }
        // The rest is submitting, waking up, and the clearing draw.
        CHECK(best > 0.7);
    }
}
