// What an image file says of itself before it is decoded: format, size, depth, and whether it is whole.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace vkgan {

struct ImageHeader {
    uint32_t width = 0, height = 0;
    uint32_t bits_per_channel = 8;
    uint32_t components = 0;  // as coded: 4 in a JPEG are CMYK or YCCK; 0 where the format needs no check
};

// stb_image decodes cut files to grey or black instead of failing, so the walk through the file's structure
// is ours. `file_name` serves the messages and tells TGA, which has no mark of its own, by its ending.
Result<ImageHeader> inspect_image(std::span<const std::byte> bytes, std::string_view file_name);

}  // namespace vkgan
