// Placement: no two live buffers overlap.
// SPDX-License-Identifier: MIT
#include "host/plan/place.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace vkgan;

namespace {

bool share_a_byte_while_live(const Interval& a, int64_t offset_a, const Interval& b, int64_t offset_b) {
    const bool both_live = a.first <= b.last && b.first <= a.last;
    return both_live && offset_a < offset_b + b.bytes && offset_b < offset_a + a.bytes;
}

}  // namespace

TEST_CASE("no two live buffers overlap, for lifetimes drawn at random") {
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        std::vector<Interval> intervals(1 + random() % 60);
        for (Interval& interval : intervals) {
            const int first = static_cast<int>(random() % 40);
            interval = {first, first + static_cast<int>(random() % 12),
                        1 + static_cast<int64_t>(random() % 5000)};
        }
        const std::vector<int64_t> offsets = place(intervals, 256);
        REQUIRE(offsets.size() == intervals.size());
        for (size_t i = 0; i < intervals.size(); ++i) {
            CHECK(offsets[i] >= 0);
            CHECK(offsets[i] % 256 == 0);
            for (size_t j = 0; j < i; ++j)
                CHECK_FALSE(share_a_byte_while_live(intervals[i], offsets[i], intervals[j], offsets[j]));
        }
        CHECK(round_up(placed_bytes(intervals, offsets), 256) >= peak_bytes(intervals, 256));
    }
}

TEST_CASE("buffers that never live together share memory") {
    const std::vector<Interval> intervals{{0, 1, 1024}, {2, 3, 1024}, {4, 5, 512}};
    const std::vector<int64_t> offsets = place(intervals, 16);
    CHECK(placed_bytes(intervals, offsets) == 1024);
    CHECK(peak_bytes(intervals, 16) == 1024);
}

TEST_CASE("a small buffer goes into the tightest gap") {
    // The large ones leave a gap of 64 at steps 1 to 2 below the one that lives throughout.
    const std::vector<Interval> intervals{{0, 9, 256}, {0, 0, 128}, {1, 2, 64}, {1, 2, 64}};
    CHECK(placed_bytes(intervals, place(intervals, 16)) == 384);
}

TEST_CASE("placing nothing takes nothing") {
    CHECK(place({}, 16).empty());
    CHECK(placed_bytes({}, {}) == 0);
    CHECK(peak_bytes({}, 16) == 0);
}
