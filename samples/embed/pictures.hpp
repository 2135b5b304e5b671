// The two textures that the plugin writes: one picture for the cube, with mips, and an array for the row.
// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/vkgan_plugin.h"
#include "samples/embed/drawing.hpp"
#include "samples/render/memory.hpp"

#include <array>

namespace embed {

struct Pictures {
    Image cube;  // 8 bits sRGB: sampling decodes, so the plugin writes colours as the network gives them
    Image row;   // 16-bit floats, in which light is computed: the plugin writes linear colours; a layer each

    // Grey until the plugin has written them. `extent` is the network's.
    static Result<Pictures> create(const Gpu& gpu, VkExtent2D extent, uint32_t batch);

    // Where one generate call is to write: image 0 of the batch to the cube, all of them to the row's layers.
    std::array<vkgan_image_target, 2> targets() const;
};

}  // namespace embed
