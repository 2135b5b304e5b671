// Offline placement of buffers with known lifetimes in one piece of memory: a pure function.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace vkgan {

// A buffer that is live from step `first` to step `last`, both included.
struct Interval {
    int first = 0;
    int last = 0;
    int64_t bytes = 0;
};

// An offset for each interval, all multiples of `alignment`; intervals that share a step share no byte.
std::vector<int64_t> place(std::span<const Interval> intervals, int64_t alignment);

// Bytes from 0 to the end of the last interval placed.
int64_t placed_bytes(std::span<const Interval> intervals, std::span<const int64_t> offsets);

// The largest sum of bytes live at one step, each interval rounded up: no placement takes less.
int64_t peak_bytes(std::span<const Interval> intervals, int64_t alignment);

constexpr int64_t round_up(int64_t value, int64_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

}  // namespace vkgan
