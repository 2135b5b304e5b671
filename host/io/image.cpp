// Images through Debian's stb: decoding after our own checks, PNG encoding into memory, and grids.
// SPDX-License-Identifier: MIT
#include "host/io/image.hpp"

#include "host/base/file.hpp"
#include "host/io/image_format.hpp"

#include <fmt/format.h>
#include <stb/stb_image.h>
#include <stb/stb_image_write.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

namespace vkgan {
namespace {

constexpr uint64_t max_file_bytes = uint64_t(1) << 31;  // stb counts in int

Error refused(Code code, std::string_view file_name, std::string_view why) {
    return {code, fmt::format("{}: {}", file_name, why)};
}

int byte_count(std::span<const std::byte> bytes) { return static_cast<int>(bytes.size()); }

const stbi_uc* data(std::span<const std::byte> bytes) {
    return reinterpret_cast<const stbi_uc*>(bytes.data());
}

Status check_header(const ImageHeader& header, std::string_view file_name) {
    if (header.bits_per_channel > 8)
        return refused(
            Code::unsupported, file_name,
            fmt::format("has {} bits per channel; 8 are read: convert it first", header.bits_per_channel));
    if (header.components == 4)
        return refused(Code::unsupported, file_name,
                       "is a CMYK JPEG with 4 components; grey (1) and RGB (3) are read: convert it first");
    if (header.width == 0 || header.height == 0)
        return refused(Code::malformed, file_name,
                       fmt::format("is {}x{} pixels", header.width, header.height));
    if (header.width > uint32_t(max_image_side) || header.height > uint32_t(max_image_side))
        return refused(Code::unsupported, file_name,
                       fmt::format("is {}x{} pixels; at most {} a side are read", header.width, header.height,
                                   max_image_side));
    return {};
}

struct Extents {
    int width = 0, height = 0, channels = 0;
};

Result<Extents> checked_extents(std::span<const std::byte> bytes, std::string_view file_name) {
    if (bytes.size() >= max_file_bytes)
        return refused(Code::unsupported, file_name,
                       fmt::format("is {} bytes long; less than 2 GiB is read", bytes.size()));
    VKGAN_ASSIGN(const ImageHeader header, inspect_image(bytes, file_name));
    VKGAN_TRY(check_header(header, file_name));
    Extents extents;
    if (!stbi_info_from_memory(data(bytes), byte_count(bytes), &extents.width, &extents.height,
                               &extents.channels))
        return refused(Code::malformed, file_name,
                       fmt::format("cannot be decoded: {}", stbi_failure_reason()));
    return extents;
}

uint8_t to_byte(float value) {
    const float level = std::isnan(value) ? 0.0f : (value + 1.0f) * 127.5f;
    return static_cast<uint8_t>(std::clamp(level, 0.0f, 255.0f) + 0.5f);
}

void append_bytes(void* context, void* bytes, int size) {
    auto& out = *static_cast<std::vector<std::byte>*>(context);
    const auto* begin = static_cast<const std::byte*>(bytes);
    out.insert(out.end(), begin, begin + size);
}

}  // namespace

Result<Image> decode_image(std::span<const std::byte> bytes, std::string_view file_name) {
    VKGAN_ASSIGN(const Extents extents, checked_extents(bytes, file_name));
    Image image;
    const std::unique_ptr<stbi_uc, void (*)(void*)> pixels(
        stbi_load_from_memory(data(bytes), byte_count(bytes), &image.width, &image.height, &image.channels,
                              0),
        stbi_image_free);
    if (!pixels)
        return refused(Code::malformed, file_name,
                       fmt::format("cannot be decoded: {}", stbi_failure_reason()));
    if (image.width != extents.width || image.height != extents.height)
        return refused(Code::malformed, file_name, "its header and its pixels disagree on the size");
    const size_t count = size_t(image.width) * size_t(image.height) * size_t(image.channels);
    image.pixels.assign(pixels.get(), pixels.get() + count);
    return image;
}

Result<Image> read_image(const std::filesystem::path& path) {
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(path, max_file_bytes));
    return decode_image(bytes, path.string());
}

Result<Shape> read_image_shape(const std::filesystem::path& path) {
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(path, max_file_bytes));
    VKGAN_ASSIGN(const Extents extents, checked_extents(bytes, path.string()));
    return Shape{extents.channels, extents.height, extents.width};
}

Result<BasicTensor<uint8_t>> read_image_pixels(const std::filesystem::path& path) {
    VKGAN_ASSIGN(Image image, read_image(path));
    return BasicTensor<uint8_t>(Shape{image.height, image.width, image.channels}, std::move(image.pixels));
}

Result<std::vector<std::byte>> encode_png(const Image& image) {
    const auto side_fits = [](int side) { return side >= 1 && side <= max_image_side; };
    const size_t count =
        size_t(std::max(image.width, 0)) * size_t(std::max(image.height, 0)) * size_t(image.channels);
    if (!side_fits(image.width) || !side_fits(image.height) || image.channels < 1 || image.channels > 4)
        return Error{
            Code::invalid_argument,
            fmt::format("a PNG of {}x{} pixels and {} channels cannot be written; 1 to {} a side and 1 to 4 "
                        "channels can",
                        image.width, image.height, image.channels, max_image_side)};
    if (image.pixels.size() != count)
        return Error{Code::shape_mismatch,
                     fmt::format("an image of {}x{} pixels and {} channels holds {} bytes, not {}",
                                 image.width, image.height, image.channels, count, image.pixels.size())};
    std::vector<std::byte> bytes;
    if (!stbi_write_png_to_func(append_bytes, &bytes, image.width, image.height, image.channels,
                                image.pixels.data(), image.width * image.channels))
        return Error{Code::out_of_memory, fmt::format("no memory to encode a PNG of {} bytes", count)};
    return bytes;
}

Status write_png(const std::filesystem::path& path, const Image& image) {
    VKGAN_ASSIGN(const std::vector<std::byte> bytes, encode_png(image));
    return write_file_atomic(path, bytes);
}

Image make_grid(const Tensor& nchw, int columns, int padding) {
    const Shape& shape = nchw.shape;
    assert(shape.rank() == 4 && shape[1] >= 1 && padding >= 0);
    const int count = static_cast<int>(shape[0]), height = static_cast<int>(shape[2]);
    const int width = static_cast<int>(shape[3]);
    if (columns <= 0) columns = static_cast<int>(std::ceil(std::sqrt(static_cast<double>(count))));
    columns = std::clamp(columns, 1, std::max(count, 1));
    const int rows = (count + columns - 1) / columns;
    Image grid;
    grid.channels = shape[1] <= 2 ? 1 : static_cast<int>(std::min<int64_t>(shape[1], 4));
    grid.width = columns * (width + padding) + padding;
    grid.height = rows * (height + padding) + padding;
    grid.pixels.assign(size_t(grid.width) * size_t(grid.height) * size_t(grid.channels), 255);
    for (int n = 0; n < count; ++n)
        for (int c = 0; c < grid.channels; ++c)
            for (int y = 0; y < height; ++y) {
                const float* row = nchw.values.data() + ((n * shape[1] + c) * height + y) * width;
                const int top = n / columns * (height + padding) + padding + y;
                const int left = n % columns * (width + padding) + padding;
                for (int x = 0; x < width; ++x)
                    grid.pixels[(size_t(top) * size_t(grid.width) + size_t(left + x)) *
                                    size_t(grid.channels) +
                                size_t(c)] = to_byte(row[x]);
            }
    return grid;
}

}  // namespace vkgan
