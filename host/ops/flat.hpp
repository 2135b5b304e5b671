// Flat kernels walk quads without looking at shapes, in as many dispatches as the device's limits ask.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/kernel.hpp"

#include <cstdint>
#include <vector>

namespace vkgan {

struct FlatPart {
    int64_t first_quad = 0;  // a multiple of the device's offset alignment, and even
    int64_t quads = 0;
    int64_t offset_bytes() const { return first_quad * 16; }
    int64_t bytes() const { return quads * 16; }
};

// Ranges that together are [0, quads), each small enough for one binding (a texel buffer if `texel`).
std::vector<FlatPart> flat_parts(int64_t quads, bool texel, const DeviceTraits& device);

}  // namespace vkgan
