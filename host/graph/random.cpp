// Philox4x32-10 and the distributions made of it.
// SPDX-License-Identifier: MIT
#include "host/graph/random.hpp"

#include "shaders/lib/normal_table.h"

#include <bit>
#include <cstddef>

// A fused multiply-add would round once where shaders round twice.
#if defined(__clang__)
#pragma clang fp contract(off)
#elif defined(__GNUC__)
#pragma GCC optimize("fp-contract=off")
#endif

namespace vkgan {
namespace {

template <class Transform>
void fill(const RandomKey& key, uint32_t stream, std::span<float> values, Transform transform) {
    for (size_t i = 0; i < values.size(); i += 4) {
        const auto words = philox4x32({static_cast<uint32_t>(i / 4), stream, key.step_low, key.step_high},
                                      {key.seed_low, key.seed_high});
        for (size_t lane = 0; lane < 4 && i + lane < values.size(); ++lane)
            values[i + lane] = transform(words[lane]);
    }
}

}  // namespace

std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
    for (int round = 0; round < 10; ++round) {
        const uint64_t first = uint64_t{0xD2511F53} * counter[0];
        const uint64_t second = uint64_t{0xCD9E8D57} * counter[2];
        counter = {static_cast<uint32_t>(second >> 32) ^ counter[1] ^ key[0], static_cast<uint32_t>(second),
                   static_cast<uint32_t>(first >> 32) ^ counter[3] ^ key[1], static_cast<uint32_t>(first)};
        key[0] += 0x9E3779B9;
        key[1] += 0xBB67AE85;
    }
    return counter;
}

float uniform_from_word(uint32_t word) { return static_cast<float>(word >> 8) * 0x1p-24f; }

// The tail probability is p = (word | 1) 2^-33: a half-open cell's midpoint, never zero.
float normal_from_word(uint32_t word) {
    const uint32_t tail = word | 1;
    const int zeros = std::countl_zero(tail);
    const uint32_t mantissa = ((tail << zeros) & 0x7FFFFFFF) >> 7;
    const float d = static_cast<float>(0x1000000 - mantissa) * 0x1p-24f;

    float log_factor = 0;
#define VKGAN_TERM(a) log_factor = log_factor * d + a;
    VKGAN_NORMAL_LOG_TERMS(VKGAN_TERM)
#undef VKGAN_TERM
    const float s = static_cast<float>(zeros) * VKGAN_NORMAL_LOG2 + d * log_factor;

    const int piece =
        (zeros >= VKGAN_NORMAL_PIECE1) + (zeros >= VKGAN_NORMAL_PIECE2) + (zeros >= VKGAN_NORMAL_PIECE3);
    const auto pick = [piece](float a, float b, float c, float e) {
        return std::array<float, 4>{a, b, c, e}[static_cast<size_t>(piece)];
    };
    const float t = s - VKGAN_NORMAL_CENTERS(pick);
    float z = 0;
#define VKGAN_TERM(a, b, c, e) z = z * t + pick(a, b, c, e);
    VKGAN_NORMAL_TERMS(VKGAN_TERM)
#undef VKGAN_TERM
    return (word & 1) != 0 ? -z : z;
}

void fill_uniform(const RandomKey& key, uint32_t stream, std::span<float> values) {
    fill(key, stream, values, uniform_from_word);
}

void fill_normal(const RandomKey& key, uint32_t stream, std::span<float> values) {
    fill(key, stream, values, normal_from_word);
}

}  // namespace vkgan
