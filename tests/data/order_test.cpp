// The endless shuffled order.
// SPDX-License-Identifier: MIT
#include "host/data/order.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace vkgan;

TEST_CASE("every epoch holds every sample exactly once") {
    for (const uint64_t size : {1u, 2u, 3u, 4u, 5u, 17u, 64u, 1000u})
        for (uint64_t epoch = 0; epoch < 3; ++epoch) {
            std::vector<int> seen(size);
            for (uint64_t i = 0; i < size; ++i) ++seen.at(shuffled_sample(7, size, epoch * size + i));
            CHECK(std::all_of(seen.begin(), seen.end(), [](int count) { return count == 1; }));
        }
}

TEST_CASE("epochs and seeds have orders of their own, and samples move far") {
    constexpr uint64_t size = 1000;
    uint64_t same_epoch = 0, same_seed = 0, low_first = 0;
    for (uint64_t i = 0; i < size; ++i) {
        same_epoch += shuffled_sample(1, size, i) == shuffled_sample(1, size, size + i);
        same_seed += shuffled_sample(1, size, i) == shuffled_sample(2, size, i);
        low_first += i < 500 && shuffled_sample(1, size, i) < 500;
    }
    CHECK(same_epoch < 10);  // one is expected by chance
    CHECK(same_seed < 10);
    CHECK(low_first > 200);  // 250 are expected, with a standard deviation of 8
    CHECK(low_first < 300);
}

TEST_CASE("half of the samples are flipped, others with another seed") {
    int flips = 0, differ = 0;
    for (uint64_t i = 0; i < 1000; ++i) {
        flips += is_flipped(1, i);
        differ += is_flipped(1, i) != is_flipped(2, i);
    }
    CHECK(flips > 420);  // 500 are expected, with a standard deviation of 16
    CHECK(flips < 580);
    CHECK(differ > 420);
    CHECK(differ < 580);
}
