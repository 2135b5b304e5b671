// Wasserstein-1 in one dimension, and its mean over directions for points, features and images.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/metrics/features.hpp"

#include <vector>

namespace vkgan {

// Exact: the integral of |F_a^-1 - F_b^-1|, the mean absolute difference of the sorted values where counts
// agree. Fails on no values and on values that are not finite.
Result<double> wasserstein_1d(std::span<const float> a, std::span<const float> b);

// Mean over `directions` (M x d, taken as they are) of the exact distance between the projections of a and b.
Result<double> sliced_wasserstein_along(const FeatureMatrix& a, const FeatureMatrix& b,
                                        const FeatureMatrix& directions, size_t workers = 0);

struct SlicedOptions {
    int64_t directions = 512;
    uint64_t seed = 0;
    size_t workers = 0;  // threads, 0: one per processor; results do not depend on it
};

// sliced_wasserstein_along random unit directions (Rabin et al. 2011), in the unit of the features.
Result<double> sliced_wasserstein(const FeatureMatrix& a, const FeatureMatrix& b,
                                  const SlicedOptions& options = {});

struct ImageSlicedOptions {
    int64_t patches_per_image = 128;
    int64_t patch_side = 7;
    int64_t directions = 512;
    uint64_t seed = 0;
    size_t workers = 0;
};

struct PyramidDistance {
    std::vector<int64_t> sides;     // shorter side of every level in pixels, finest first
    std::vector<double> distances;  // x 1000, one per level
    double average = 0;             // x 1000
};

// Karras et al. 2018, section 5: per level of the Laplacian pyramid (pyramid.hpp: halved while sides are even
// and stay 16 or more, so 28 pixels are one level and 32 are two) random patches, every channel of a set
// brought to mean 0 and deviation 1, and the sliced distance between the sets. Each set has patches of
// its own, so that a set against itself gives the floor that sampling leaves, not 0. Images [N, C, H, W]; the
// sets may differ in N alone. Needs 4 * N * patches_per_image * C * patch_side^2 bytes per set (a set of 2000
// grey images: 50 MB), and 64 * N * patches_per_image per set and thread.
Result<PyramidDistance> sliced_wasserstein_images(const Tensor& a, const Tensor& b,
                                                  const ImageSlicedOptions& options = {});

}  // namespace vkgan
