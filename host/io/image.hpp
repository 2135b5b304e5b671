// Image: 8-bit pixels on the host, from and to files.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace vkgan {

struct Image {
    int width = 0, height = 0;
    int channels = 0;             // 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA
    std::vector<uint8_t> pixels;  // height rows of width pixels of interleaved channels
};

inline constexpr int max_image_side = 16384;

// PNG, JPEG, BMP and TGA of 8 bits per channel. Everything else, and a file that is cut short or damaged, is
// refused with a message that names the file and says what would be right. Thread-safe.
Result<Image> read_image(const std::filesystem::path& path);
Result<Image> decode_image(std::span<const std::byte> bytes, std::string_view file_name);

// For data sets: the shape [C, H, W] by the header alone, and the pixels as [H, W, C].
Result<Shape> read_image_shape(const std::filesystem::path& path);
Result<BasicTensor<uint8_t>> read_image_pixels(const std::filesystem::path& path);

Result<std::vector<std::byte>> encode_png(const Image& image);
// Replaces `path` atomically.
Status write_png(const std::filesystem::path& path, const Image& image);

// Lays images [N, C, H, W] of [-1, 1] out in rows of `columns` (0: as square as possible), `padding` white
// pixels between and around them. One or two channels give a grey image (of the first), three RGB, four or
// more RGBA.
Image make_grid(const Tensor& nchw, int columns = 0, int padding = 2);

}  // namespace vkgan
