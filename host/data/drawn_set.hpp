// A data set whose samples are drawn when they are read: each a pure function of its number, none stored.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/data/sources.hpp"

#include <functional>

namespace vkgan {

struct Drawing {
    std::string kind;  // as the data spec has it
    int version = 1;   // raised when the samples change; part of the fingerprint
    int64_t train = 0, test = 0;
    Shape shape;  // as drawn: [C, H, W]
    std::vector<std::string> attribute_names;
    int label_count = 0;
    // Writes sample `number` in full, and its attributes unless that span is empty. Thread-safe.
    std::function<void(uint64_t number, std::span<float> chw, std::span<float> attributes)> draw;
};

// Samples 0 to train - 1 are the split "train", the next are "test", both together are "all". Channels are
// converted as those of image files are; the size is the drawing's.
OpenedSet make_drawn_set(Drawing drawing, const DatasetOptions& options);

struct SideRange {
    int usual = 0, least = 0, most = 0;
};
// The side to draw at: options.image_size, or the usual one where that is 0.
Result<int> drawn_side(std::string_view kind, const DatasetOptions& options, const SideRange& range);

// Code::invalid_argument unless `side` lies in the range.
Status check_side(std::string_view what, int side, const SideRange& range);

}  // namespace vkgan
