// Counter-based random numbers, bit for bit those of shaders/lib/random.glsl.
// SPDX-License-Identifier: MIT
//
// Philox4x32-10: element i of a stream is word i % 4 of philox4x32({i / 4, stream, step low, step high},
// {seed low, seed high}). The distributions use only integers and correctly rounded float +, - and *, so
// every driver gives these bits.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace vkgan {

struct RandomKey {
    uint32_t seed_low = 0, seed_high = 0;
    uint32_t step_low = 0, step_high = 0;
};

// Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", ten rounds.
std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

float uniform_from_word(uint32_t word);  // the upper 24 bits: [0, 1)
float normal_from_word(
    uint32_t word);  // the lowest bit is the sign; |z| < 6.4, within 1e-6 of the exact quantile

// Elements 0 .. values.size() - 1 of the stream.
void fill_uniform(const RandomKey& key, uint32_t stream, std::span<float> values);
void fill_normal(const RandomKey& key, uint32_t stream, std::span<float> values);

}  // namespace vkgan
