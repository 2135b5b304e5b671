// Draws: numbers from one Philox stream, one after the other; a seed and a stream give the same on any
// machine.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/random.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace vkgan {

class Draws {
public:
    // Streams of one seed are independent: give every parallel task its own.
    Draws(uint64_t seed, uint32_t stream);

    uint32_t word();
    // 0 ... count - 1; a value's probability is off by less than 2^-32. count must not be 0.
    uint32_t below(uint32_t count);
    float normal();  // mean 0, standard deviation 1

private:
    uint64_t seed_;
    uint32_t stream_;
    uint32_t block_ = 0;
    uint32_t used_ = 4;
    std::array<uint32_t, 4> words_{};
};

// `count` different indices below `total`, in random order (Fisher-Yates, broken off). count <= total.
std::vector<uint32_t> draw_subset(Draws& draws, uint32_t total, uint32_t count);

// count x dimensions, row-major: directions that are uniform on the unit sphere.
std::vector<float> draw_directions(uint64_t seed, int64_t count, int64_t dimensions);

}  // namespace vkgan
