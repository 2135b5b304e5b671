// Budgets of frames: what fits, what one long piece costs the frames after it.
// SPDX-License-Identifier: MIT
#include "host/schedule/budget.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <initializer_list>

using namespace vkgan;

namespace {

constexpr double share = FrameBudget::planned_share;

}  // namespace

TEST_CASE("a frame takes what fits into its share and no more") {
    FrameBudget budget;
    budget.begin(1000);
    CHECK(budget.room_ns() == doctest::Approx(1000 * share));
    CHECK(budget.admits(1000 * share));
    budget.take(500);
    CHECK(budget.admits(1000 * share - 500));
    CHECK_FALSE(budget.admits(1000 * share - 499));
}

TEST_CASE("what a frame leaves is lost") {
    FrameBudget budget;
    for (int i = 0; i < 5; ++i) budget.begin(1000);
    CHECK(budget.room_ns() == doctest::Approx(1000 * share));
}

TEST_CASE("a piece longer than a frame goes alone, and the next frames pay for it") {
    FrameBudget budget;
    budget.begin(1000);
    REQUIRE(budget.admits(3000));
    budget.take(3000);
    CHECK_FALSE(budget.admits(1));
    budget.done(3000);
    int waited = 0;
    for (budget.begin(1000); !budget.admits(3000); budget.begin(1000)) ++waited;
    CHECK(waited == 2);  // 0.9 + 3 * 0.9 of a frame is more than the 3 that were taken
    CHECK(budget.room_ns() > 0);
}

TEST_CASE("frames that a renderer has on their way take nothing of the next") {
    FrameBudget budget;
    const int others = FrameBudget::frames_on_their_way;
    // Each frame's work is known to be done that many frames later.
    for (int frame = 0; frame < 20; ++frame) {
        budget.begin(1000);
        if (frame >= others) budget.done(800);
        CHECK(budget.room_ns() == doctest::Approx(1000 * share));
        CHECK(budget.admits(800));
        budget.take(800);
    }
}

TEST_CASE("what is late takes of the frames that begin until it is done") {
    FrameBudget budget;
    budget.begin(1000);
    budget.take(800);
    for (int i = 0; i < FrameBudget::frames_on_their_way; ++i) {
        budget.begin(1000);
        CHECK(budget.room_ns() == doctest::Approx(1000 * share));
        budget.take(100);
    }
    budget.begin(1000);
    CHECK(budget.room_ns() == doctest::Approx(1000 * share - 800));
    CHECK_FALSE(budget.admits(1000 * share));  // not even alone: something is late
    budget.done(800);
    CHECK(budget.room_ns() == doctest::Approx(1000 * share));
    budget.take(500);
    CHECK(budget.room_ns() == doctest::Approx(1000 * share - 500));
}

TEST_CASE("a device that does nothing gets no more than the frames on their way") {
    FrameBudget budget;
    double sent = 0;
    for (int frame = 0; frame < 100; ++frame) {
        budget.begin(1000);
        while (budget.admits(100)) {
            budget.take(100);
            sent += 100;
        }
    }
    CHECK(sent <= 1000 * share * (1 + FrameBudget::frames_on_their_way));
    CHECK(sent > 1000 * share);
}

TEST_CASE("pieces longer than a frame keep to their share while frames are on their way") {
    FrameBudget budget;
    int pieces = 0;
    std::array<bool, 300> sent{};
    for (size_t frame = 0; frame < sent.size(); ++frame) {
        budget.begin(1000);
        const size_t ended = frame - size_t(FrameBudget::frames_on_their_way);
        if (ended < frame && sent[ended]) budget.done(3000);
        sent[frame] = budget.admits(3000);
        if (!sent[frame]) continue;
        budget.take(3000);
        ++pieces;
    }
    // 300 frames of a share each; the piece that goes when less than all is paid is a whole one.
    CHECK(pieces >= 300 * 1000 * share / 3000 - 1);
    CHECK(pieces <= 300 * 1000 * share / 3000 + 1);
}

TEST_CASE("frames that take longer than their pieces were expected to plan less, and recover") {
    FrameBudget budget;
    for (int i = 0; i < 40; ++i) budget.measured(1000, 900, 900 * 1.02);
    CHECK(budget.share() == share);  // a fiftieth fits into what is not planned
    for (int i = 0; i < 40; ++i) budget.measured(1000, 900, 1800);
    constexpr double step = FrameBudget::pace_step - 1;
    CHECK(budget.share() == doctest::Approx(0.5).epsilon(step));
    budget.begin(1000);
    CHECK(budget.room_ns() == doctest::Approx(500).epsilon(step));
    for (int i = 0; i < 40; ++i) budget.measured(1000, 499, 4000);  // of little work: nothing is learnt
    CHECK(budget.share() == doctest::Approx(0.5).epsilon(step));
    for (int i = 0; i < 60; ++i) budget.measured(1000, 900, i % 4 == 0 ? 1e9 : 900);  // some are held up
    CHECK(budget.share() == share);
    CHECK(budget.room_ns() == doctest::Approx(500).epsilon(step));  // of frames that begin later
}

TEST_CASE("pieces that are done leave nothing behind, however their times add up") {
    FrameBudget budget;
    budget.begin(10);
    for (const double ns : {0.1, 0.2, 0.7}) budget.take(ns);
    for (const double ns : {0.1, 0.2, 0.7}) budget.done(ns);
    budget.begin(10);
    CHECK(budget.room_ns() == 10 * share);
    CHECK(budget.admits(1e6));
}
