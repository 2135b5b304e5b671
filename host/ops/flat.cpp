// Splitting a flat range by the limits of bindings.
// SPDX-License-Identifier: MIT
#include "host/ops/flat.hpp"

#include <algorithm>
#include <numeric>

namespace vkgan {

std::vector<FlatPart> flat_parts(int64_t quads, bool texel, const DeviceTraits& device) {
    int64_t most = device.max_binding_bytes / 16;
    if (texel) most = std::min(most, device.max_texel_quads);
    if (quads <= most) return {{.first_quad = 0, .quads = quads}};
    const int64_t unit = std::lcm(std::max<int64_t>(device.offset_alignment, 16), int64_t{32}) / 16;
    const int64_t step = std::max(unit, most / unit * unit);
    std::vector<FlatPart> parts;
    for (int64_t first = 0; first < quads; first += step)
        parts.push_back({.first_quad = first, .quads = std::min(step, quads - first)});
    return parts;
}

}  // namespace vkgan
