// Budgets of frames: what fits, what one long piece costs the frames after it.
// SPDX-License-Identifier: MIT
#include "host/schedule/budget.hpp"

#include <doctest/doctest.h>

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

TEST_CASE("what the device has not done yet takes of the next frame's time") {
    FrameBudget budget;
    budget.begin(1000);
    budget.take(800);
    budget.begin(1000);
    CHECK(budget.room_ns() == doctest::Approx(1000 * share - 800));
    CHECK_FALSE(budget.admits(1000 * share));  // not even alone: something is on its way
    budget.done(800);
    CHECK(budget.room_ns() == doctest::Approx(1000 * share));
    budget.take(500);
    CHECK(budget.room_ns() == doctest::Approx(1000 * share - 500));
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
