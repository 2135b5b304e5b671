// SampleRandom: the random numbers of one sample of a drawn data set, a pure function of kind and sample.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace vkgan {

class SampleRandom {
public:
    SampleRandom(std::string_view kind, uint64_t sample);

    float uniform();  // [0, 1)
    float between(float low, float high) { return low + (high - low) * uniform(); }
    bool chance(float probability) { return uniform() < probability; }
    float normal();
    uint32_t below(uint32_t count);  // 0 ... count - 1

private:
    uint32_t next();

    uint32_t stream_;
    uint64_t sample_;
    uint32_t position_ = 0;
    std::array<uint32_t, 4> words_{};
};

}  // namespace vkgan
