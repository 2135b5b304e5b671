// Blocks: neighbouring slices that a frame with room for all of them sends as one piece.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/schedule/schedule.hpp"

#include <span>
#include <vector>

namespace vkgan {

// Of several slices, from schedule.slices[first] on; none is of setup.
struct Block {
    int first = 0, count = 0;
    double predicted_ns = 0;
};

// Every slice costs a dispatch and is timed; blocks of a few slices, and of a few blocks, save most of that,
// and between them single slices still fill a frame to its end. Each level's blocks are at most `factor`
// times as long as slices may be, then factor^2 and so on, and hold whole blocks of the level below. In the
// order of their first slices; of those with the same first slice the longest comes first.
inline constexpr int block_factor = 4, block_levels = 2;
std::vector<Block> make_blocks(std::span<const Slice> slices, int setup_slices, double slice_ns);

// Parts of one kernel that follow one another become one part.
std::vector<Slice> joined(std::span<const Slice> slices);

}  // namespace vkgan
