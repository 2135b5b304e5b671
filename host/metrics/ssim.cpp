// SSIM and MS-SSIM.
// SPDX-License-Identifier: MIT
#include "host/metrics/image_pairs.hpp"
#include "host/metrics/images.hpp"
#include "host/base/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace vkgan {
namespace {

constexpr int64_t window = 11;
constexpr double sigma = 1.5, k1 = 0.01, k2 = 0.03;
constexpr std::array<double, 5> level_powers{0.0448, 0.2856, 0.3001, 0.2363, 0.1333};

std::array<double, window> gaussian_window() {
    std::array<double, window> weights{};
    for (int64_t i = 0; i < window; ++i) {
        const double x = static_cast<double>(i - window / 2) / sigma;
        weights[static_cast<size_t>(i)] = std::exp(-x * x / 2);
    }
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (double& weight : weights) weight /= sum;
    return weights;
}

using Pixels = std::vector<double>;

// Weighted means where the whole window fits: (height - 10) x (width - 10).
Pixels windowed(const Pixels& in, int64_t height, int64_t width) {
    static const std::array<double, window> weights = gaussian_window();
    const int64_t out_width = width - window + 1, out_height = height - window + 1;
    Pixels across(static_cast<size_t>(height * out_width)), out(static_cast<size_t>(out_height * out_width));
    for (int64_t y = 0; y < height; ++y)
        for (int64_t x = 0; x < out_width; ++x)
            across[static_cast<size_t>(y * out_width + x)] =
                std::inner_product(weights.begin(), weights.end(), in.begin() + y * width + x, 0.0);
    for (int64_t y = 0; y < out_height; ++y)
        for (int64_t x = 0; x < out_width; ++x) {
            double sum = 0;
            for (int64_t k = 0; k < window; ++k)
                sum += weights[static_cast<size_t>(k)] * across[static_cast<size_t>((y + k) * out_width + x)];
            out[static_cast<size_t>(y * out_width + x)] = sum;
        }
    return out;
}

Pixels product(const Pixels& a, const Pixels& b) {
    Pixels result(a.size());
    std::transform(a.begin(), a.end(), b.begin(), result.begin(), std::multiplies<>());
    return result;
}

// Means over the places of one channel.
struct Likeness {
    double ssim = 0;
    double contrast_structure = 0;
};

Likeness likeness(const Pixels& a, const Pixels& b, int64_t height, int64_t width, double range) {
    const double c1 = k1 * range * k1 * range, c2 = k2 * range * k2 * range;
    const Pixels a_mean = windowed(a, height, width), b_mean = windowed(b, height, width);
    const Pixels aa = windowed(product(a, a), height, width), bb = windowed(product(b, b), height, width);
    const Pixels ab = windowed(product(a, b), height, width);
    Likeness sum;
    for (size_t i = 0; i < ab.size(); ++i) {
        const double means = a_mean[i] * b_mean[i];
        const double squares = a_mean[i] * a_mean[i] + b_mean[i] * b_mean[i];
        const double contrast = (2 * (ab[i] - means) + c2) / (aa[i] + bb[i] - squares + c2);
        sum.contrast_structure += contrast;
        sum.ssim += contrast * (2 * means + c1) / (squares + c1);
    }
    const double places = static_cast<double>(ab.size());
    return {sum.ssim / places, sum.contrast_structure / places};
}

Pixels channel_of(const Tensor& images, int64_t index) {
    const int64_t size = images.shape.stride(1);
    return {images.values.begin() + index * size, images.values.begin() + (index + 1) * size};
}

Pixels halved(const Pixels& in, int64_t height, int64_t width) {
    Pixels out;
    for (int64_t y = 0; y + 1 < height; y += 2)
        for (int64_t x = 0; x + 1 < width; x += 2) {
            const double* pixel = in.data() + y * width + x;
            out.push_back((pixel[0] + pixel[1] + pixel[width] + pixel[width + 1]) / 4);
        }
    return out;
}

Status check_ssim(const Tensor& a, const Tensor& b, double data_range) {
    VKGAN_TRY(check_image_pair(a, b, data_range));
    if (std::min(a.shape[2], a.shape[3]) >= window) return {};
    return Error{Code::invalid_argument, fmt::format("the images are {} x {}, but the window is {} x {}",
                                                     a.shape[2], a.shape[3], window, window)};
}

// Likeness of one image at every level, its channels averaged.
std::vector<Likeness> levels_of(const Tensor& a, const Tensor& b, int64_t image, int levels, double range) {
    std::vector<Likeness> means(static_cast<size_t>(levels));
    const int64_t channels = a.shape[1];
    for (int64_t c = 0; c < channels; ++c) {
        int64_t height = a.shape[2], width = a.shape[3];
        Pixels a_part = channel_of(a, image * channels + c), b_part = channel_of(b, image * channels + c);
        for (Likeness& mean : means) {
            const Likeness part = likeness(a_part, b_part, height, width, range);
            mean.ssim += part.ssim / static_cast<double>(channels);
            mean.contrast_structure += part.contrast_structure / static_cast<double>(channels);
            a_part = halved(a_part, height, width);
            b_part = halved(b_part, height, width);
            height /= 2;
            width /= 2;
        }
    }
    return means;
}

}  // namespace

Result<std::vector<double>> ssim(const Tensor& a, const Tensor& b, double data_range) {
    VKGAN_TRY(check_ssim(a, b, data_range));
    std::vector<double> values(static_cast<size_t>(a.shape[0]));
    for_each_index(a.shape[0], 0, [&](int64_t image) {
        values[static_cast<size_t>(image)] = levels_of(a, b, image, 1, data_range)[0].ssim;
    });
    return values;
}

Result<MultiScale> ms_ssim(const Tensor& a, const Tensor& b, double data_range) {
    VKGAN_TRY(check_ssim(a, b, data_range));
    const int64_t side = std::min(a.shape[2], a.shape[3]);
    int levels = 1;
    while (levels < static_cast<int>(level_powers.size()) && side >> levels >= window) ++levels;
    const double power_sum = std::accumulate(level_powers.begin(), level_powers.begin() + levels, 0.0);
    MultiScale result{std::vector<double>(static_cast<size_t>(a.shape[0])), levels};
    for_each_index(a.shape[0], 0, [&](int64_t image) {
        double value = 1;
        const auto means = levels_of(a, b, image, levels, data_range);
        for (size_t level = 0; level < means.size(); ++level) {
            const bool last = level + 1 == means.size();
            const double mean = last ? means[level].ssim : means[level].contrast_structure;
            // A negative mean has no real power; it is as unlike as can be.
            value *= std::pow(std::max(0.0, mean), level_powers[level] / power_sum);
        }
        result.values[static_cast<size_t>(image)] = value;
    });
    return result;
}

}  // namespace vkgan
