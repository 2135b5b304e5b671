// Square patches cut from images, as rows of features.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/tensor.hpp"
#include "host/metrics/sliced_wasserstein.hpp"

#include <span>
#include <vector>

namespace vkgan {

// The upper left pixel of a patch.
struct PatchPlace {
    int64_t image = 0, y = 0, x = 0;
};

// options.patches_per_image places per image, image by image, uniform over where a whole patch fits.
std::vector<PatchPlace> draw_patches(uint64_t seed, uint32_t stream, const Tensor& images,
                                     const ImageSlicedOptions& options);

// One row of C * side * side values per place, channel by channel. Every place must fit in the images.
std::vector<float> patches_at(const Tensor& images, std::span<const PatchPlace> places, int64_t side);

// Brings every channel of the set, runs of `channel_length` values in each row, to mean 0 and deviation 1
// over all rows; a constant channel becomes 0.
void normalise_channels(std::span<float> rows, int64_t channels, int64_t channel_length);

}  // namespace vkgan
