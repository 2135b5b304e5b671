// Philox words by kind, sample and position.
// SPDX-License-Identifier: MIT
#include "host/data/sample_random.hpp"

#include "host/base/hash.hpp"
#include "host/graph/random.hpp"

namespace vkgan {

SampleRandom::SampleRandom(std::string_view kind, uint64_t sample)
    : stream_(static_cast<uint32_t>(fnv1a64(kind))), sample_(sample) {}

uint32_t SampleRandom::next() {
    if (position_ % 4 == 0)
        words_ = philox4x32(
            {position_ / 4, stream_, static_cast<uint32_t>(sample_), static_cast<uint32_t>(sample_ >> 32)},
            {0, 0});
    return words_[position_++ % 4];
}

float SampleRandom::uniform() { return uniform_from_word(next()); }

float SampleRandom::normal() { return normal_from_word(next()); }

uint32_t SampleRandom::below(uint32_t count) { return static_cast<uint32_t>(uint64_t{next()} * count >> 32); }

}  // namespace vkgan
