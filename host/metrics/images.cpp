// PSNR, pairs, deviation and slant of images; SSIM is in ssim.cpp.
// SPDX-License-Identifier: MIT
#include "host/metrics/images.hpp"

#include "host/metrics/draws.hpp"
#include "host/metrics/image_pairs.hpp"
#include "host/metrics/pyramid.hpp"

#include <fmt/format.h>

#include <cmath>

namespace vkgan {
namespace {

// Weights of R, G and B in the difference of two lumas, in units of the data range; the offset of 16 falls
// out.
constexpr double luma_weights[3] = {65.481 / 255, 128.553 / 255, 24.966 / 255};

Status check_psnr(const Tensor& a, const PsnrOptions& options) {
    if (options.luma && a.shape[1] != 3)
        return Error{Code::shape_mismatch,
                     fmt::format("luma needs 3 channels, but the images have {}", a.shape[1])};
    if (options.border < 0 || 2 * options.border >= std::min(a.shape[2], a.shape[3]))
        return Error{Code::invalid_argument,
                     fmt::format("border is {}, but images of {} x {} must keep a pixel", options.border,
                                 a.shape[2], a.shape[3])};
    return {};
}

// Difference of the pixel, squared; for luma one per pixel, else the sum over channels.
double squared_error(const Tensor& a, const Tensor& b, int64_t pixel, bool luma) {
    const int64_t plane = a.shape.stride(1);
    double error = 0, y = 0;
    for (int64_t c = 0; c < a.shape[1]; ++c) {
        const auto at = static_cast<size_t>(pixel + c * plane);
        const double difference = static_cast<double>(a.values[at]) - static_cast<double>(b.values[at]);
        error += difference * difference;
        if (luma) y += luma_weights[c] * difference;
    }
    return luma ? y * y : error;
}

Tensor images_at(const Tensor& images, const std::vector<int64_t>& indices) {
    const int64_t size = images.shape.stride(0);
    std::vector<float> pixels;
    for (const int64_t i : indices)
        pixels.insert(pixels.end(), images.values.begin() + i * size, images.values.begin() + (i + 1) * size);
    Shape shape = images.shape;
    shape[0] = static_cast<int64_t>(indices.size());
    return {shape, std::move(pixels)};
}

}  // namespace

Status check_image_pair(const Tensor& a, const Tensor& b, double data_range) {
    VKGAN_TRY(check_images("a", a));
    VKGAN_TRY(check_images("b", b));
    if (a.shape != b.shape)
        return Error{Code::shape_mismatch, fmt::format("a has the shape {}, but b has {}",
                                                       a.shape.to_string(), b.shape.to_string())};
    if (data_range > 0) return {};
    return Error{Code::invalid_argument, fmt::format("data_range is {}, but must be above 0", data_range)};
}

Result<std::vector<double>> psnr(const Tensor& a, const Tensor& b, const PsnrOptions& options) {
    VKGAN_TRY(check_image_pair(a, b, options.data_range));
    VKGAN_TRY(check_psnr(a, options));
    const int64_t height = a.shape[2], width = a.shape[3], border = options.border;
    std::vector<double> decibels;
    for (int64_t image = 0; image < a.shape[0]; ++image) {
        double sum = 0;
        for (int64_t y = border; y < height - border; ++y)
            for (int64_t x = border; x < width - border; ++x)
                sum += squared_error(a, b, image * a.shape.stride(0) + y * width + x, options.luma);
        const int64_t values = (options.luma ? 1 : a.shape[1]) * (height - 2 * border) * (width - 2 * border);
        const double range = options.data_range;
        decibels.push_back(10 * std::log10(range * range * static_cast<double>(values) / sum));
    }
    return decibels;
}

Result<PairDiversity> ms_ssim_of_random_pairs(const Tensor& images, const PairOptions& options) {
    VKGAN_TRY(check_images("images", images));
    const auto count = static_cast<uint32_t>(images.shape[0]);
    if (count < 2 || options.pairs < 1)
        return Error{Code::invalid_argument,
                     fmt::format("{} images and {} pairs were given, but at least 2 and 1 are needed", count,
                                 options.pairs)};
    Draws draws(options.seed, 0);
    constexpr int64_t batch = 64;  // few enough that copies stay small beside the images
    PairDiversity result{{}, 0, options.pairs};
    std::vector<double> values;
    for (int64_t done = 0; done < options.pairs; done += batch) {
        std::vector<int64_t> first, second;
        for (int64_t p = done; p < std::min(options.pairs, done + batch); ++p) {
            first.push_back(draws.below(count));
            const int64_t other = draws.below(count - 1);
            second.push_back(other + (other >= first.back() ? 1 : 0));
        }
        VKGAN_ASSIGN(const MultiScale part,
                     ms_ssim(images_at(images, first), images_at(images, second), options.data_range));
        values.insert(values.end(), part.values.begin(), part.values.end());
        result.levels = part.levels;
    }
    result.ms_ssim = mean_std(values);
    return result;
}

Result<Tensor> pixel_std(const Tensor& images) {
    VKGAN_TRY(check_images("images", images));
    Tensor map(Shape{images.shape[1], images.shape[2], images.shape[3]});
    std::vector<float> values(static_cast<size_t>(images.shape[0]));
    for (size_t pixel = 0; pixel < map.values.size(); ++pixel) {
        for (size_t i = 0; i < values.size(); ++i) values[i] = images.values[i * map.values.size() + pixel];
        map.values[pixel] = static_cast<float>(mean_std(values).std);
    }
    return map;
}

Result<double> image_slant(std::span<const float> pixels, int64_t width, float background) {
    if (width < 1 || pixels.empty() || static_cast<int64_t>(pixels.size()) % width != 0)
        return Error{Code::shape_mismatch,
                     fmt::format("{} pixels do not make rows of width {}", pixels.size(), width)};
    double ink = 0, sum_x = 0, sum_y = 0, sum_xy = 0, sum_yy = 0;
    for (size_t i = 0; i < pixels.size(); ++i) {
        const double mass = static_cast<double>(pixels[i]) - background;
        if (!(mass >= 0) || !std::isfinite(mass))
            return Error{Code::invalid_argument,
                         fmt::format("pixel {} is {}, but the background is {}, and ink is "
                                     "at least that",
                                     i, pixels[i], background)};
        const auto x = static_cast<double>(static_cast<int64_t>(i) % width);
        const auto y = static_cast<double>(static_cast<int64_t>(i) / width);
        ink += mass;
        sum_x += mass * x;
        sum_y += mass * y;
        sum_xy += mass * x * y;
        sum_yy += mass * y * y;
    }
    const double mu02 = ink > 0 ? sum_yy - sum_y * sum_y / ink : 0;
    // One row of ink leaves a rounding of sum_yy.
    if (mu02 <= 1e-12 * sum_yy) return 0.0;
    return (sum_xy - sum_x * sum_y / ink) / mu02;
}

}  // namespace vkgan
