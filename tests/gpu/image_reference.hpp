// What a batch of a network's images should look like in a host's image: plain C++ in double precision, for
// tests.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "host/graph/shape.hpp"
#include "host/io/stored_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <span>
#include <string>
#include <vector>

namespace vkgan {

struct ReferenceImages {
    Shape shape;                // [N, C, H, W]
    std::vector<float> values;  // row-major
};

using Rgba = std::array<double, 4>;

inline double srgb_decoded(double e) { return e <= 0.04045 ? e / 12.92 : std::pow((e + 0.055) / 1.055, 2.4); }
inline double srgb_encoded(double l) {
    return l <= 0.0031308 ? 12.92 * l : 1.055 * std::pow(l, 1 / 2.4) - 0.055;
}

inline std::array<uint8_t, 4> channels_of(const ImageTarget& target, int64_t channels) {
    if (target.channels != std::array<uint8_t, 4>{}) return target.channels;
    const uint8_t one = ImageTarget::one, zero = ImageTarget::zero;
    if (channels == 1) return {0, 0, 0, one};
    if (channels == 2) return {0, 1, zero, one};
    if (channels == 3) return {0, 1, 2, one};
    return {0, 1, 2, 3};
}

inline double channel_at(const ReferenceImages& of, uint8_t channel, int64_t image, int64_t y, int64_t x) {
    if (channel == ImageTarget::one) return 1;
    if (channel == ImageTarget::zero) return 0;
    const double v =
        double(of.values[size_t(((image * of.shape[1] + channel) * of.shape[2] + y) * of.shape[3] + x)]);
    return std::isnan(v) ? 0 : std::clamp((v + 1) / 2, 0.0, 1.0);
}

// Texel (x, y) of a level as it is to be stored, in order r, g, b, a.
inline Rgba texel_of(const ReferenceImages& of, const ImageTarget& target, uint32_t image, uint32_t level,
                     int64_t x, int64_t y) {
    const int64_t width = of.shape[3], height = of.shape[2];
    const int64_t w = std::max<int64_t>(1, width >> level), h = std::max<int64_t>(1, height >> level);
    const int64_t left = x * width / w, right = ((x + 1) * width + w - 1) / w;
    const int64_t top = y * height / h, bottom = ((y + 1) * height + h - 1) / h;
    const auto channels = channels_of(target, of.shape[1]);
    const bool through_light =
        target.colour == Colour::linear || (target.colour == Colour::encoded && level > 0);
    Rgba sum{};
    for (int64_t py = top; py < bottom; ++py)
        for (int64_t px = left; px < right; ++px)
            for (size_t i = 0; i < 4; ++i) {
                const double v = channel_at(of, channels[i], image, py, px);
                sum[i] += through_light && i < 3 ? srgb_decoded(v) : v;
            }
    for (size_t i = 0; i < 4; ++i) {
        sum[i] /= double((right - left) * (bottom - top));
        if (target.colour == Colour::encoded && level > 0 && i < 3) sum[i] = srgb_encoded(sum[i]);
    }
    return sum;
}

// Bytes equal round-half-up(255 x) wherever x is further than 1e-4 (of 1/255) from where rounding changes:
// the shader works in float32, whose 2^-24 a step, times 255 and the few steps that there are, is less than
// that. Nearer both neighbours are right.
inline bool byte_fits(uint8_t got, double x) {
    const double scaled = 255 * x + 0.5, border = std::round(scaled);
    const int expected = int(std::floor(scaled));
    return std::abs(scaled - border) < 1e-4 ? std::abs(int(got) - expected) <= 1 : int(got) == expected;
}

// packHalf2x16 may round to either neighbour; 1e-6 is what float32 may be off before that.
inline bool half_fits(uint16_t got, double x) {
    const double step = std::ldexp(1.0, std::max(x > 0 ? std::ilogb(x) : -14, -14) - 10);
    return std::abs(double(half_to_float(got)) - x) < step + 1e-6;
}

// Empty, or where the texels of a level differ first from what they should be.
inline std::string first_difference(std::span<const uint8_t> texels, const ReferenceImages& of,
                                    const ImageTarget& target, uint32_t image, uint32_t level) {
    const bool swapped =
        target.format == VK_FORMAT_B8G8R8A8_UNORM || target.format == VK_FORMAT_B8G8R8A8_SRGB;
    const bool half = target.format == VK_FORMAT_R16G16B16A16_SFLOAT;
    const uint32_t w = std::max(target.width >> level, 1u), h = std::max(target.height >> level, 1u);
    if (texels.size() != size_t(w) * h * (half ? 8 : 4)) return fmt::format("{} bytes", texels.size());
    for (uint32_t at = 0; at < w * h; ++at) {
        const Rgba expected = texel_of(of, target, image, level, at % w, at / w);
        for (uint32_t i = 0; i < 4; ++i) {
            const double x = expected[swapped && i < 3 ? 2 - i : i];
            uint16_t bits = 0;
            if (half) std::memcpy(&bits, &texels[at * 8 + i * 2], 2);
            if (half ? half_fits(bits, x) : byte_fits(texels[at * 4 + i], x)) continue;
            return fmt::format("image {}, level {}, texel ({}, {}), {} {} of it is {}, and {} was expected",
                               image, level, at % w, at / w, half ? "word" : "byte", i,
                               half ? double(half_to_float(bits)) : double(texels[at * 4 + i]),
                               half ? x : 255 * x);
        }
    }
    return {};
}

}  // namespace vkgan
