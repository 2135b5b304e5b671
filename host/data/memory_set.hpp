// A data set that lies in memory, as bytes or as floats.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/data/dataset.hpp"

namespace vkgan {

// What every sample has besides its image.
struct SampleAttributes {
    std::vector<std::string> names;
    int label_count = 0;
    std::vector<float> values;  // names.size() per sample
};

struct Samples {
    int64_t count = 0;
    Shape image_shape;           // [C, H, W]
    std::vector<uint8_t> bytes;  // 0..255, planar; or
    std::vector<float> floats;   // [-1, 1]
    SampleAttributes attributes;
};

std::unique_ptr<Dataset> make_memory_set(Samples samples);

// Prepares `count` images of bytes, all [H, W, C] as `stored` says in [C, H, W] terms, by several threads.
Result<Samples> prepare_samples(std::span<const uint8_t> hwc, int64_t count, const Shape& stored,
                                const DatasetOptions& options);

// One-hot values and names "0", "1", ... for the labels of samples.
SampleAttributes one_hot(std::span<const uint8_t> labels);

// Code::invalid_argument unless `index` and both spans fit the data set.
Status check_read(const Dataset& dataset, int64_t index, std::span<const float> chw,
                  std::span<const float> attributes);

}  // namespace vkgan
