// The order of samples in training: a pure function of the seed and a position that never ends.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace vkgan {

// The sample at `position` of an endless sequence in which each run of `size` positions (an epoch) holds
// every sample exactly once, in an order of its own. `size` is at least 1.
uint64_t shuffled_sample(uint64_t seed, uint64_t size, uint64_t position);

// Whether the sample at `position` is mirrored: true for half of them.
bool is_flipped(uint64_t seed, uint64_t position);

}  // namespace vkgan
