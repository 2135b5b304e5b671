// A permutation computed element by element, so that resuming needs no list and no replay.
// SPDX-License-Identifier: MIT
#include "host/data/order.hpp"

#include <bit>
#include <cassert>

namespace vkgan {
namespace {

// The finaliser of SplitMix64 (Steele, Lea & Flood 2014).
uint64_t mix(uint64_t x) {
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

// A balanced Feistel network over 2 * half_bits bits: a bijection whatever its round function.
uint64_t permute(uint64_t x, uint64_t key, int half_bits) {
    constexpr int rounds = 8;
    const uint64_t mask = (uint64_t(1) << half_bits) - 1;
    uint64_t left = x >> half_bits, right = x & mask;
    for (int round = 0; round < rounds; ++round) {
        const uint64_t next = left ^ (mix(mix(key + static_cast<uint64_t>(round)) ^ right) & mask);
        left = right;
        right = next;
    }
    return left << half_bits | right;
}

}  // namespace

uint64_t shuffled_sample(uint64_t seed, uint64_t size, uint64_t position) {
    assert(size >= 1);
    const uint64_t epoch = position / size;
    const uint64_t key = mix(mix(seed) ^ epoch);
    const int half_bits = (std::bit_width(size - 1) + 1) / 2;
    // Walking the cycle until it comes back below `size` keeps the map a bijection; it takes under 4 steps on
    // average.
    uint64_t sample = position % size;
    if (half_bits == 0) return 0;
    do sample = permute(sample, key, half_bits);
    while (sample >= size);
    return sample;
}

bool is_flipped(uint64_t seed, uint64_t position) { return mix(mix(seed ^ 0x666c6970u) ^ position) >> 63; }

}  // namespace vkgan
