// Packing and unpacking.
// SPDX-License-Identifier: MIT
#include "samples/viewer/draw/picture_id.hpp"

namespace viewer {

// From the lowest bit: texture 12, layer 8, other texture 12, its layer 8, nearest 1, linear light 1.
PictureId picture_id(uint32_t texture, uint32_t layer, const PictureLook& look) {
    return uint64_t(texture & 0xFFF) | uint64_t(layer & 0xFF) << 12 | uint64_t(look.other & 0xFFF) << 20 |
           uint64_t(look.other_layer & 0xFF) << 32 | uint64_t(look.nearest) << 40 |
           uint64_t(look.linear_light) << 41;
}

PictureParts parts_of(PictureId id) {
    return {uint32_t(id & 0xFFF),
            uint32_t(id >> 12 & 0xFF),
            {.nearest = (id >> 40 & 1) != 0,
             .linear_light = (id >> 41 & 1) != 0,
             .other = uint32_t(id >> 20 & 0xFFF),
             .other_layer = uint32_t(id >> 32 & 0xFF)}};
}

}  // namespace viewer
