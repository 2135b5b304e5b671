// Channel conversion and separable resizing.
// SPDX-License-Identifier: MIT
#include "host/data/prepare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace vkgan {
namespace {

// The colour of a pixel laid over white: c * a + 1 * (1 - a) with alpha mapped from [-1, 1] to [0, 1].
float over_white(float colour, float alpha) {
    const float a = 0.5f * (alpha + 1.0f);
    return colour * a + (1.0f - a);
}

void convert_pixel(const float* in, int64_t stored, float* out, int64_t wanted) {
    const bool has_alpha = stored == 2 || stored == 4;
    const float alpha = has_alpha ? in[stored - 1] : 1.0f;
    float rgb[3] = {in[0], stored >= 3 ? in[1] : in[0], stored >= 3 ? in[2] : in[0]};
    if (wanted != 4 && has_alpha)
        for (float& colour : rgb) colour = over_white(colour, alpha);
    if (wanted == 1) {
        out[0] = stored <= 2 ? rgb[0] : 0.299f * rgb[0] + 0.587f * rgb[1] + 0.114f * rgb[2];  // BT.601 luma
        return;
    }
    std::copy(rgb, rgb + 3, out);
    if (wanted == 4) out[3] = alpha;
}

std::vector<float> convert_channels(std::span<const float> chw, int64_t stored, int64_t wanted) {
    const auto area = static_cast<int64_t>(chw.size()) / stored;
    std::vector<float> out(static_cast<size_t>(area * wanted));
    float from[4] = {}, to[4] = {};
    for (int64_t i = 0; i < area; ++i) {
        for (int64_t c = 0; c < stored; ++c) from[c] = chw[static_cast<size_t>(c * area + i)];
        convert_pixel(from, stored, to, wanted);
        for (int64_t c = 0; c < wanted; ++c) out[static_cast<size_t>(c * area + i)] = to[c];
    }
    return out;
}

}  // namespace

float byte_to_signed(uint8_t value) { return static_cast<float>(value) / 127.5f - 1.0f; }

uint8_t signed_to_byte(float value) {
    return static_cast<uint8_t>(std::clamp((value + 1.0f) * 127.5f, 0.0f, 255.0f) + 0.5f);
}

Result<Shape> prepared_shape(const Shape& stored, int image_size, int channels) {
    assert(stored.rank() == 3);
    // As it is stored, it may be anything: points are images of a pixel.
    const bool same_size = image_size != 0 && stored[1] == image_size && stored[2] == image_size;
    if (same_size && (channels == 0 || channels == stored[0])) return stored;
    if (image_size != 0 && (image_size < 2 || image_size > 4096))
        return Error{Code::invalid_argument,
                     fmt::format("image_size is {}; 2 to 4096, or 0 for the stored size", image_size)};
    if (channels < 0 || channels == 2 || channels > 4)
        return Error{Code::invalid_argument,
                     fmt::format("channels is {}; 1, 3 or 4, or 0 for the stored channels", channels)};
    if (channels != 0 && channels != stored[0] && stored[0] > 4)
        return Error{Code::unsupported,
                     fmt::format("images of {} channels cannot be converted to {}", stored[0], channels)};
    Shape target = stored;
    if (channels != 0) target[0] = channels;
    if (image_size != 0) target[1] = target[2] = image_size;
    return target;
}

ImagePreparer::ImagePreparer(const Shape& stored, const Shape& target) : stored_(stored), target_(target) {
    if (stored[1] == target[1] && stored[2] == target[2]) return;
    assert(target[1] == target[2]);
    taps_ = make_taps(std::min(stored[1], stored[2]), target[1]);
}

std::vector<ImagePreparer::Taps> ImagePreparer::make_taps(int64_t from, int64_t to) {
    std::vector<Taps> taps(static_cast<size_t>(to));
    const double scale = static_cast<double>(from) / static_cast<double>(to);
    for (int64_t i = 0; i < to; ++i) {
        Taps& tap = taps[static_cast<size_t>(i)];
        if (scale > 1.0) {
            const double begin = static_cast<double>(i) * scale, end = begin + scale;
            tap.first = static_cast<int64_t>(begin);
            for (int64_t j = tap.first; j < from && static_cast<double>(j) < end - 1e-9; ++j) {
                const auto pixel = static_cast<double>(j);
                const double covered = std::min(end, pixel + 1.0) - std::max(begin, pixel);
                tap.weights.push_back(static_cast<float>(covered / scale));
            }
        } else {  // pixel centres lie at i + 1/2; beyond the border its pixel goes on
            const double centre =
                std::clamp((static_cast<double>(i) + 0.5) * scale - 0.5, 0.0, static_cast<double>(from - 1));
            tap.first = static_cast<int64_t>(centre);
            const auto second = static_cast<float>(centre - static_cast<double>(tap.first));
            tap.weights = {1.0f - second};
            if (tap.first + 1 < from) tap.weights.push_back(second);
        }
    }
    return taps;
}

void ImagePreparer::resize_plane(const float* plane, float* out) const {
    const int64_t height = stored_[1], width = stored_[2], side = std::min(height, width);
    const int64_t top = (height - side) / 2, left = (width - side) / 2;
    const size_t size = taps_.size();
    std::vector<float> narrow(static_cast<size_t>(side) * size);  // the columns resized, the rows not yet
    for (int64_t y = 0; y < side; ++y)
        for (size_t x = 0; x < size; ++x) {
            const float* row = plane + (top + y) * width + left + taps_[x].first;
            float sum = 0;
            for (const float weight : taps_[x].weights) sum += weight * *row++;
            narrow[static_cast<size_t>(y) * size + x] = sum;
        }
    for (size_t y = 0; y < size; ++y)
        for (size_t x = 0; x < size; ++x) {
            const float* column = narrow.data() + static_cast<size_t>(taps_[y].first) * size + x;
            float sum = 0;
            for (size_t k = 0; k < taps_[y].weights.size(); ++k)
                sum += taps_[y].weights[k] * column[k * size];
            out[y * size + x] = sum;
        }
}

void ImagePreparer::prepare(std::span<const float> chw, std::span<float> out) const {
    std::vector<float> converted;
    if (stored_[0] != target_[0]) {
        converted = convert_channels(chw, stored_[0], target_[0]);
        chw = converted;
    }
    if (taps_.empty()) {
        std::copy(chw.begin(), chw.end(), out.begin());
        return;
    }
    for (int64_t c = 0; c < target_[0]; ++c)
        resize_plane(chw.data() + c * stored_[1] * stored_[2], out.data() + c * target_[1] * target_[2]);
}

void ImagePreparer::prepare_bytes(std::span<const uint8_t> hwc, std::span<uint8_t> chw) const {
    const auto channels = static_cast<size_t>(stored_[0]), area = hwc.size() / channels;
    if (stored_ == target_) {
        for (size_t c = 0; c < channels; ++c)
            for (size_t i = 0; i < area; ++i) chw[c * area + i] = hwc[i * channels + c];
        return;
    }
    std::vector<float> planes(hwc.size()), prepared(chw.size());
    for (size_t c = 0; c < channels; ++c)
        for (size_t i = 0; i < area; ++i) planes[c * area + i] = byte_to_signed(hwc[i * channels + c]);
    prepare(planes, prepared);
    std::transform(prepared.begin(), prepared.end(), chw.begin(), signed_to_byte);
}

}  // namespace vkgan
