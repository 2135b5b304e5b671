// Values to bytes.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/tiles.hpp"

#include <unsupported/Eigen/FFT>

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>

namespace viewer {
namespace {

using Colour = std::array<uint8_t, 3>;

Moments moments_of(std::span<const float> values) {
    Moments moments;
    if (values.empty()) return moments;
    moments.low = moments.high = values[0];
    double sum = 0, squares = 0;
    for (const float value : values) {
        sum += double(value);
        squares += double(value) * double(value);
        moments.low = std::min(moments.low, double(value));
        moments.high = std::max(moments.high, double(value));
    }
    const auto count = double(values.size());
    moments.mean = sum / count;
    moments.deviation = std::sqrt(std::max(squares / count - moments.mean * moments.mean, 0.0));
    return moments;
}

// Black, violet, orange, yellow, white: lightness rises all the way.
Colour heat(double x) {
    static constexpr double stops[5][3]{
        {0, 0, 0}, {87, 15, 110}, {222, 82, 56}, {250, 201, 64}, {255, 255, 255}};
    const double at = std::clamp(x, 0.0, 1.0) * 4;
    const int i = std::min(int(at), 3);
    Colour colour{};
    for (size_t c = 0; c < 3; ++c)
        colour[c] = uint8_t(stops[i][c] + (stops[i + 1][c] - stops[i][c]) * (at - i) + 0.5);
    return colour;
}

// Rows, then columns; frequency 0 goes to the middle. In decibels of the largest.
std::vector<double> spectrum(std::span<const float> image, int width, int height) {
    Eigen::FFT<double> fft;
    const auto w = size_t(width), h = size_t(height);
    std::vector<std::complex<double>> all(w * h), line, transformed;
    double mean = 0;
    for (const float value : image) mean += double(value) / double(image.size());
    for (size_t y = 0; y < h; ++y) {
        line.assign(w, {});
        for (size_t x = 0; x < w; ++x) line[x] = double(image[y * w + x]) - mean;
        fft.fwd(transformed, line);
        std::ranges::copy(transformed, all.begin() + long(y * w));
    }
    for (size_t x = 0; x < w; ++x) {
        line.assign(h, {});
        for (size_t y = 0; y < h; ++y) line[y] = all[y * w + x];
        fft.fwd(transformed, line);
        for (size_t y = 0; y < h; ++y) all[y * w + x] = transformed[y];
    }
    double largest = 1e-12;
    for (const auto& value : all) largest = std::max(largest, std::abs(value));
    std::vector<double> result(w * h);
    for (size_t y = 0; y < h; ++y)
        for (size_t x = 0; x < w; ++x)
            result[(y + h / 2) % h * w + (x + w / 2) % w] =
                20 * std::log10(std::max(std::abs(all[y * w + x]) / largest, 1e-12));
    return result;
}

// One channel as bytes.
std::vector<Colour> channel_colours(std::span<const float> values, const TileShape& shape,
                                    const Inspect& how) {
    std::vector<Colour> colours(values.size());
    if (how.fft && shape.width > 1 && shape.height > 1) {
        constexpr double range_db = 50;
        const std::vector<double> decibels = spectrum(values, shape.width, shape.height);
        std::ranges::transform(decibels, colours.begin(), [](double db) { return heat(1 + db / range_db); });
        return colours;
    }
    const Moments moments = moments_of(values);
    const double gain = std::pow(10, how.scale_db / 20), span = std::max(moments.high - moments.low, 1e-12);
    std::ranges::transform(values, colours.begin(), [&](float value) {
        const double unit =
            how.normalise ? (double(value) - moments.low) / span : 0.5 + 0.5 * double(value) * gain;
        const auto grey = uint8_t(std::clamp(unit, 0.0, 1.0) * 255 + 0.5);
        return Colour{grey, grey, grey};
    });
    return colours;
}

}  // namespace

TileShape tile_shape(std::span<const int64_t> shape) {
    if (shape.size() == 3) return {int(shape[0]), int(shape[1]), int(shape[2])};
    int64_t count = 1;
    for (const int64_t extent : shape) count *= extent;
    return {int(count), 1, 1};
}

Tiles make_tiles(std::span<const float> values, const TileShape& shape, const Inspect& how) {
    Tiles tiles;
    const size_t each = size_t(shape.height) * size_t(shape.width);
    if (shape.channels < 1 || each == 0 || values.size() < each * size_t(shape.channels)) return tiles;
    tiles.all = moments_of(values.first(each * size_t(shape.channels)));
    const bool rgb = how.rgb && !how.fft && shape.channels >= 3;
    const int first = std::clamp(how.channel, 0, shape.channels - (rgb ? 3 : 1));
    const int gap = shape.width > 1 ? 1 : 0, wide = shape.width + gap, tall = shape.height + gap;
    const int left = rgb ? 1 : shape.channels - first;
    const int most_columns = std::max(Tiles::most_side / wide, 1),
              most_rows = std::max(Tiles::most_side / tall, 1);
    const int columns = std::clamp(int(std::ceil(std::sqrt(double(left) * tall / wide))), 1, most_columns);
    const int rows = std::clamp((left + columns - 1) / columns, 1, most_rows);
    const int count = std::min(left, columns * rows);
    tiles.shown_channels = rgb ? 3 : count;
    tiles.shown = moments_of(values.subspan(size_t(first) * each, size_t(tiles.shown_channels) * each));
    tiles.width = columns * wide - gap;
    tiles.height = rows * tall - gap;
    tiles.rgba.assign(size_t(tiles.width) * size_t(tiles.height) * 4, 0);
    for (int k = 0; k < count; ++k) {
        std::array<std::vector<Colour>, 3> planes;
        for (size_t c = 0; c < (rgb ? 3u : 1u); ++c)
            planes[c] = channel_colours(values.subspan((size_t(first + k) + c) * each, each), shape, how);
        for (size_t i = 0; i < each; ++i) {
            const size_t x = size_t(k % columns * wide) + i % size_t(shape.width);
            const size_t y = size_t(k / columns * tall) + i / size_t(shape.width);
            uint8_t* const pixel = tiles.rgba.data() + (y * size_t(tiles.width) + x) * 4;
            for (size_t c = 0; c < 3; ++c) pixel[c] = rgb ? planes[c][i][0] : planes[0][i][c];
            pixel[3] = 255;
        }
    }
    return tiles;
}

}  // namespace viewer
