// blobs: one bell of light on black, with four factors.
// SPDX-License-Identifier: MIT
#include "host/data/blobs.hpp"

#include "host/data/drawn_set.hpp"
#include "host/data/sample_random.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

namespace vkgan {
namespace {

constexpr SideRange sides{.usual = 8, .least = 8, .most = 256};
constexpr std::string_view kind = "blobs";

void draw(const BlobFactors& factors, int side, std::span<float> out) {
    std::vector<float> across(static_cast<size_t>(side)), down(static_cast<size_t>(side));
    for (int i = 0; i < side; ++i) {
        const float at = (static_cast<float>(i) + 0.5f) / static_cast<float>(side);
        const float x = (at - factors.x) / factors.size, y = (at - factors.y) / factors.size;
        across[static_cast<size_t>(i)] = std::exp(-x * x / 2);
        down[static_cast<size_t>(i)] = std::exp(-y * y / 2);
    }
    for (size_t row = 0; row < down.size(); ++row)
        for (size_t column = 0; column < across.size(); ++column)
            out[row * across.size() + column] = 2 * factors.brightness * down[row] * across[column] - 1;
}

}  // namespace

BlobFactors blob_factors(uint64_t number) {
    SampleRandom random(kind, number);
    BlobFactors factors;
    factors.x = random.between(0.25f, 0.75f);
    factors.y = random.between(0.25f, 0.75f);
    factors.size = random.between(0.1f, 0.2f);
    factors.brightness = random.between(0.4f, 1);
    return factors;
}

Result<Tensor> draw_blob(const BlobFactors& factors, int side) {
    VKGAN_TRY(check_side("a blob", side, sides));
    if (!std::isfinite(factors.x) || !std::isfinite(factors.y))
        return Error{Code::invalid_argument,
                     fmt::format("x and y are {} and {}; finite numbers", factors.x, factors.y)};
    if (!(factors.size >= 0.001f && factors.size <= 10))
        return Error{Code::invalid_argument, fmt::format("size is {}; 0.001 to 10", factors.size)};
    if (!(factors.brightness >= 0 && factors.brightness <= 1))
        return Error{Code::invalid_argument, fmt::format("brightness is {}; 0 to 1", factors.brightness)};
    Tensor image(Shape{1, side, side});
    draw(factors, side, image.values);
    return image;
}

OpenedSet open_blobs(const DatasetOptions& options) {
    VKGAN_ASSIGN(const int side, drawn_side(kind, options, sides));
    Drawing drawing{.kind = std::string(kind),
                    .train = blobs_train,
                    .test = blobs_test,
                    .shape = Shape{1, side, side},
                    .attribute_names = {},
                    .draw = {}};
    drawing.draw = [side](uint64_t number, std::span<float> chw, std::span<float>) {
        draw(blob_factors(number), side, chw);
    };
    return make_drawn_set(std::move(drawing), options);
}

}  // namespace vkgan
