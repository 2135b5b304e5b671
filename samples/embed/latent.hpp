// Latents of a batch that wander from one random place to the next, and that the mouse turns along four
// directions.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace embed {

class Latent {
public:
    Latent(uint32_t batch, uint32_t size);

    // `stops`: random places passed so far, with the part of the way to the next. `angles`: how far the four
    // directions are mixed in. All values stay normally distributed, as networks were trained with.
    std::span<const float> values(uint64_t seed, double stops, const std::array<float, 4>& angles);

private:
    void find_stops(uint64_t seed, uint64_t stop);

    uint32_t batch_, size_;
    uint64_t seed_ = 0, stop_ = UINT64_MAX;  // that from_, to_ and directions_ were drawn for
    std::vector<float> from_, to_, directions_, values_;
};

}  // namespace embed
