// Draws: Philox words in order of their counters, and what is made of them.
// SPDX-License-Identifier: MIT
#include "host/metrics/draws.hpp"

#include <cmath>
#include <numeric>
#include <utility>

namespace vkgan {

Draws::Draws(uint64_t seed, uint32_t stream) : seed_(seed), stream_(stream) {}

uint32_t Draws::word() {
    if (used_ == 4) {
        words_ = philox4x32({block_++, stream_, 0, 0},
                            {static_cast<uint32_t>(seed_), static_cast<uint32_t>(seed_ >> 32)});
        used_ = 0;
    }
    return words_[used_++];
}

uint32_t Draws::below(uint32_t count) {
    return static_cast<uint32_t>((static_cast<uint64_t>(word()) * count) >> 32);
}

float Draws::normal() { return normal_from_word(word()); }

std::vector<uint32_t> draw_subset(Draws& draws, uint32_t total, uint32_t count) {
    std::vector<uint32_t> indices(total);
    std::iota(indices.begin(), indices.end(), 0u);
    for (uint32_t i = 0; i < count; ++i) std::swap(indices[i], indices[i + draws.below(total - i)]);
    indices.resize(count);
    return indices;
}

std::vector<float> draw_directions(uint64_t seed, int64_t count, int64_t dimensions) {
    std::vector<float> directions(static_cast<size_t>(count * dimensions));
    for (int64_t i = 0; i < count; ++i) {
        Draws draws(seed, static_cast<uint32_t>(i));
        float* direction = directions.data() + i * dimensions;
        double squares = 0;
        while (squares == 0)
            for (int64_t k = 0; k < dimensions; ++k) {
                direction[k] = draws.normal();
                squares += static_cast<double>(direction[k]) * direction[k];
            }
        for (int64_t k = 0; k < dimensions; ++k)
            direction[k] = static_cast<float>(direction[k] / std::sqrt(squares));
    }
    return directions;
}

}  // namespace vkgan
