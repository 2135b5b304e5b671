// A picture of the window as Dear ImGui passes it: which texture, which of its layers, how it is read.
// Without Vulkan.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace viewer {

using PictureId = uint64_t;  // 0: none

struct PictureLook {
    bool nearest = false;                 // pixels stay squares
    bool linear_light = false;            // values are linear: they are encoded to be shown
    uint32_t other = 0, other_layer = 0;  // not 0: the difference to this texture is shown
};
PictureId picture_id(uint32_t texture, uint32_t layer, const PictureLook& look = {});

struct PictureParts {
    uint32_t texture = 0, layer = 0;
    PictureLook look;
};
PictureParts parts_of(PictureId id);

}  // namespace viewer
