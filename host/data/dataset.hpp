// Dataset: images and their attributes by index.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/data/spec.hpp"
#include "host/graph/tensor.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace vkgan {

class Dataset {
public:
    virtual ~Dataset() = default;

    virtual int64_t size() const = 0;
    virtual Shape image_shape() const = 0;  // [C, H, W], the same for all
    // Independent attributes, or the names of exclusive classes; empty where there are neither.
    virtual const std::vector<std::string>& attribute_names() const = 0;
    // Exclusive classes: attribute_names().size() of them, or 0 where attributes are independent or absent.
    virtual int label_count() const = 0;
    // Writes sample `index`: the image in [-1, 1] (points of toys go beyond) and, unless that span is empty,
    // one value per attribute: -1 or 1 for independent attributes, 1 for the sample's class and 0 for the
    // others. Thread-safe.
    virtual Status read(int64_t index, std::span<float> chw, std::span<float> attributes) const = 0;
    // Changes with the images, attributes, their order and preparation; the same in every run.
    virtual uint64_t fingerprint() const = 0;
};

// The mean of the images, [C, H, W] in [-1, 1]: of all, or of 16,384 evenly spread where there are more.
Result<Tensor> mean_image(const Dataset& dataset);

struct DatasetOptions {
    int image_size = 0;           // 0: as stored; else a centre square resized to this (2 to 4096);
                                  // drawn sets are drawn at this size, toys have 1 only
    int channels = 0;             // 0: as stored; 1 grey, 3 RGB, 4 RGBA
    std::string split = "train";  // "train", "validation", "test" where the set has splits, or "all"
    uint64_t cache_bytes = uint64_t(1)
                           << 30;  // larger sets of image files are decoded when read, not when opened
    size_t workers = 0;            // for decoding while opening; 0: one per processor
};

// File formats live in host/io, which this folder does not know: the engine hands their readers over.
struct FileReaders {
    Result<Shape> (*image_shape)(const std::filesystem::path&) = nullptr;  // [C, H, W] by the header
    Result<BasicTensor<uint8_t>> (*image_pixels)(const std::filesystem::path&) = nullptr;  // [H, W, C]
    Result<Tensor> (*npy_images)(const std::filesystem::path&) = nullptr;  // uint8 scaled to [-1, 1]
};

// Finds bad files now rather than in the middle of training: all are checked, and decoded if they fit the
// cache.
Result<std::unique_ptr<Dataset>> open_dataset(const DataSpec& spec, const DatasetOptions& options,
                                              const FileReaders& readers);

}  // namespace vkgan
