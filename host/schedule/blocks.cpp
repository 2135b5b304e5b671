// Level by level, each block as long as the level allows.
// SPDX-License-Identifier: MIT
#include "host/schedule/blocks.hpp"

#include <algorithm>

namespace vkgan {

namespace {

std::vector<Block> next_level(std::span<const Block> below, double most_ns) {
    std::vector<Block> blocks;
    for (const Block& part : below) {
        const bool joins = !blocks.empty() && blocks.back().predicted_ns + part.predicted_ns <= most_ns;
        if (!joins) blocks.push_back({.first = part.first});
        blocks.back().count += part.count;
        blocks.back().predicted_ns += part.predicted_ns;
    }
    return blocks;
}

}  // namespace

std::vector<Block> make_blocks(std::span<const Slice> slices, int setup_slices, double slice_ns) {
    std::vector<Block> level, all;
    for (int i = setup_slices; i < int(slices.size()); ++i)
        level.push_back({i, 1, slices[size_t(i)].predicted_ns});
    for (int i = 1; i <= block_levels; ++i) {
        slice_ns *= block_factor;
        std::vector<Block> above = next_level(level, slice_ns);
        for (const Block& block : above) {
            const bool known = std::ranges::any_of(all, [&](const Block& other) {
                return other.first == block.first && other.count == block.count;
            });
            if (block.count > 1 && !known) all.push_back(block);
        }
        level = std::move(above);
    }
    std::ranges::sort(all, [](const Block& a, const Block& b) {
        return a.first != b.first ? a.first < b.first : a.count > b.count;
    });
    return all;
}

std::vector<Slice> joined(std::span<const Slice> slices) {
    std::vector<Slice> result;
    for (const Slice& slice : slices) {
        const bool continues = !result.empty() && slice.groups > 0 && slice.base > 0 &&
                               result.back().groups > 0 && result.back().first == slice.first;
        if (continues) {
            result.back().groups += slice.groups;
            result.back().predicted_ns += slice.predicted_ns;
        } else {
            result.push_back(slice);
        }
    }
    return result;
}

}  // namespace vkgan
