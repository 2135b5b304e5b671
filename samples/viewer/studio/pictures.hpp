// Picture files as networks and textures have them.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/status.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace viewer {

// As a network draws: channels, height, width, in [-1, 1]; resized. PNG, JPEG and what else stb_image reads.
render::Result<std::vector<float>> read_picture(const std::string& path, int channels, int height, int width);

// Rows of RGBA, 4 bytes a pixel.
struct Pixels {
    int width = 0, height = 0;
    std::vector<uint8_t> rgba;
};
render::Result<Pixels> read_pixels(const std::string& path);
// As large as fits a square of `side` pixels, its middle; clear around it.
Pixels fitted(const Pixels& pixels, int side);

}  // namespace viewer
