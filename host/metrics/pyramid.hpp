// Laplacian pyramids of images.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"

#include <string_view>
#include <vector>

namespace vkgan {

// Refuses a tensor that is not [N, C, H, W] with at least one element per axis or holds a NaN or infinity,
// whose image it names.
Status check_images(std::string_view name, const Tensor& images);

// Shorter sides in pixels of the levels, finest first: halved while both sides are even and their halves 16
// or more. 64 x 64 gives 64, 32, 16; 28 x 28 gives 28 alone.
std::vector<int64_t> pyramid_sides(int64_t height, int64_t width);

// Burt & Adelson 1983. Every level but the last is the image less its blurred self, the last what remains;
// the kernel is 1 4 6 4 1, edges are mirrored without repeating the outermost pixel. Fails where check_images
// does.
Result<std::vector<Tensor>> laplacian_pyramid(const Tensor& images, size_t workers = 0);

// Mean square of the finest Laplacian level per image: how much fine detail there is, in squared units of the
// pixels. Fails where check_images does, and unless both sides are even and 4 or more.
Result<std::vector<double>> high_frequency_energy(const Tensor& images, size_t workers = 0);

}  // namespace vkgan
