// Saves an image of the device as a PNG.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/render/memory.hpp"

#include <span>
#include <string>

namespace render {

// `image`: R8G8B8A8 or B8G8R8A8, in the layout TRANSFER_SRC_OPTIMAL, with nothing in flight that writes it.
Status save_png(const Gpu& gpu, const Image& image, const std::string& file);
// 4 bytes a pixel, rows from the top.
Status save_png(std::span<const uint8_t> rgba, VkExtent2D extent, const std::string& file);
Status save_text(const std::string& text, const std::string& file);

}  // namespace render
