// Blobs: the smallest pictures with known factors.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"

#include <cstdint>

namespace vkgan {

// In the comments: what the data set draws, each uniformly and independently.
struct BlobFactors {
    float x = 0.5f, y = 0.5f;  // centre in the unit square, y down: 0.25 to 0.75
    float size = 0.15f;        // deviation of the bell in sides: 0.1 to 0.2
    float brightness = 1;      // in its middle: 0.4 to 1
};

inline constexpr int64_t blobs_train = 10000, blobs_test = 1000;

BlobFactors blob_factors(uint64_t number);  // of sample `number` of the data set

// [1, side, side]: -1 + 2 brightness exp(-r^2 / (2 size^2)) at the pixels' centres; 8 to 256 pixels a side.
Result<Tensor> draw_blob(const BlobFactors& factors, int side);

}  // namespace vkgan
