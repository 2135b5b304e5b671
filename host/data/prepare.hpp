// ImagePreparer: from an image as stored to what a model takes: channels converted, centre square, resized.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace vkgan {

// [C, H, W] after preparation; 0 keeps the size or the channels. Refuses sizes that make no image.
Result<Shape> prepared_shape(const Shape& stored, int image_size, int channels);

class ImagePreparer {
public:
    // Both [C, H, W]. If they differ in H or W, `target` is square and gets the centre square of the image:
    // shrunk by the mean over each pixel's area, or enlarged bilinearly. Alpha is laid over white when it is
    // dropped.
    ImagePreparer(const Shape& stored, const Shape& target);

    const Shape& target() const { return target_; }

    // In [-1, 1]; `chw` as stored, `out` of target().element_count(). Thread-safe.
    void prepare(std::span<const float> chw, std::span<float> out) const;
    // The same from and to bytes; `hwc` is interleaved as image files are, `chw` planar.
    void prepare_bytes(std::span<const uint8_t> hwc, std::span<uint8_t> chw) const;

private:
    struct Taps {
        int64_t first = 0;
        std::vector<float> weights;
    };
    static std::vector<Taps> make_taps(int64_t from, int64_t to);
    void resize_plane(const float* plane, float* out) const;

    Shape stored_, target_;
    std::vector<Taps> taps_;  // one entry per output row or column; empty: same size
};

float byte_to_signed(uint8_t value);
uint8_t signed_to_byte(float value);

}  // namespace vkgan
