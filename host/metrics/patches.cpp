// Patches for the sliced Wasserstein distance of images.
// SPDX-License-Identifier: MIT
#include "host/metrics/patches.hpp"

#include "host/metrics/draws.hpp"

#include <cmath>

namespace vkgan {

std::vector<PatchPlace> draw_patches(uint64_t seed, uint32_t stream, const Tensor& images,
                                     const ImageSlicedOptions& options) {
    Draws draws(seed, stream);
    const auto rows = static_cast<uint32_t>(images.shape[2] - options.patch_side + 1);
    const auto columns = static_cast<uint32_t>(images.shape[3] - options.patch_side + 1);
    std::vector<PatchPlace> places;
    for (int64_t image = 0; image < images.shape[0]; ++image)
        for (int64_t p = 0; p < options.patches_per_image; ++p) {
            const int64_t y = draws.below(rows);
            places.push_back({image, y, draws.below(columns)});
        }
    return places;
}

std::vector<float> patches_at(const Tensor& images, std::span<const PatchPlace> places, int64_t side) {
    const int64_t channels = images.shape[1], height = images.shape[2], width = images.shape[3];
    std::vector<float> rows;
    rows.reserve(places.size() * static_cast<size_t>(channels * side * side));
    for (const PatchPlace& place : places)
        for (int64_t c = 0; c < channels; ++c)
            for (int64_t y = place.y; y < place.y + side; ++y) {
                const int64_t start = ((place.image * channels + c) * height + y) * width + place.x;
                rows.insert(rows.end(), images.values.begin() + start, images.values.begin() + start + side);
            }
    return rows;
}

void normalise_channels(std::span<float> rows, int64_t channels, int64_t channel_length) {
    const auto length = static_cast<size_t>(channel_length);
    const size_t stride = static_cast<size_t>(channels) * length;
    for (size_t c = 0; c < static_cast<size_t>(channels); ++c) {
        const auto for_each = [&](const auto& body) {
            for (size_t start = c * length; start < rows.size(); start += stride)
                for (float& value : rows.subspan(start, length)) body(value);
        };
        const double count = static_cast<double>(rows.size() / stride * length);
        double sum = 0, squares = 0;
        for_each([&](float value) { sum += value; });
        const double mean = sum / count;
        for_each([&](float value) { squares += (value - mean) * (value - mean); });
        const double scale = squares > 0 ? 1 / std::sqrt(squares / count) : 0;
        for_each([&](float& value) { value = static_cast<float>((value - mean) * scale); });
    }
}

}  // namespace vkgan
