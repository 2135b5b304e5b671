// stb_image reads, stb_image_resize resizes.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/pictures.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-but-set-variable"
#include <stb_image.h>
#include <stb_image_resize.h>
#pragma GCC diagnostic pop

namespace viewer {

using namespace render;

namespace {

struct Loaded {
    int width = 0, height = 0;
    std::unique_ptr<unsigned char, void (*)(void*)> pixels{nullptr, stbi_image_free};
};

// With so many channels, 1 to 4.
Result<Loaded> load(const std::string& path, int channels) {
    constexpr int most_side = 16384;
    Loaded loaded;
    int had = 0;
    if (!stbi_info(path.c_str(), &loaded.width, &loaded.height, &had))
        return Error{path + " is no picture: " + stbi_failure_reason() + ".", 2};
    if (loaded.width > most_side || loaded.height > most_side)
        return Error{path + " has " + std::to_string(loaded.width) + " x " + std::to_string(loaded.height) +
                         " pixels; at most " + std::to_string(most_side) + " a side are read.",
                     2};
    loaded.pixels.reset(stbi_load(path.c_str(), &loaded.width, &loaded.height, &had, channels));
    if (!loaded.pixels) return Error{path + " cannot be read: " + stbi_failure_reason() + ".", 2};
    return loaded;
}

}  // namespace

Result<std::vector<float>> read_picture(const std::string& path, int channels, int height, int width) {
    const int wanted = channels == 1 ? 1 : channels == 4 ? 4 : 3;
    RENDER_ASSIGN(const Loaded from, load(path, wanted));
    std::vector<unsigned char> resized(size_t(width) * size_t(height) * size_t(wanted));
    if (!stbir_resize_uint8_srgb(from.pixels.get(), from.width, from.height, 0, resized.data(), width, height,
                                 0, wanted, wanted == 4 ? 3 : STBIR_ALPHA_CHANNEL_NONE, 0))
        return Error{
            path + " cannot be resized to " + std::to_string(width) + " x " + std::to_string(height) + ".",
            2};
    const size_t plane = size_t(width) * size_t(height);
    std::vector<float> picture(plane * size_t(channels));
    for (size_t c = 0; c < size_t(channels); ++c)
        for (size_t i = 0; i < plane; ++i)
            picture[c * plane + i] =
                float(resized[i * size_t(wanted) + std::min(c, size_t(wanted) - 1)]) / 127.5f - 1;
    return picture;
}

Result<Pixels> read_pixels(const std::string& path) {
    RENDER_ASSIGN(const Loaded from, load(path, 4));
    const unsigned char* const first = from.pixels.get();
    return Pixels{from.width, from.height, {first, first + size_t(from.width) * size_t(from.height) * 4}};
}

Pixels fitted(const Pixels& pixels, int side) {
    const size_t row = size_t(side) * 4;
    Pixels square{side, side, std::vector<uint8_t>(row * size_t(side))};
    const double scale = double(side) / std::max({pixels.width, pixels.height, 1});
    const int width = std::clamp(int(pixels.width * scale), 1, side);
    const int height = std::clamp(int(pixels.height * scale), 1, side);
    const size_t inner = size_t(width) * 4;
    std::vector<uint8_t> resized(inner * size_t(height));
    if (!stbir_resize_uint8_srgb(pixels.rgba.data(), pixels.width, pixels.height, 0, resized.data(), width,
                                 height, 0, 4, 3, 0))
        return square;
    for (int y = 0; y < height; ++y)
        std::memcpy(
            square.rgba.data() + size_t((side - height) / 2 + y) * row + size_t((side - width) / 2) * 4,
            resized.data() + size_t(y) * inner, inner);
    return square;
}

}  // namespace viewer
