// Blurring by halves and back.
// SPDX-License-Identifier: MIT
#include "host/metrics/pyramid.hpp"

#include "host/base/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace vkgan {
namespace {

constexpr std::array<double, 5> kernel{1 / 16.0, 4 / 16.0, 6 / 16.0, 4 / 16.0, 1 / 16.0};
constexpr int64_t smallest_side = 16;

struct Plane {
    int64_t height = 0, width = 0;
    std::vector<double> pixels;

    double& at(int64_t y, int64_t x) { return pixels[static_cast<size_t>(y * width + x)]; }
    double at(int64_t y, int64_t x) const { return pixels[static_cast<size_t>(y * width + x)]; }
};

Plane empty_plane(int64_t height, int64_t width) {
    return {height, width, std::vector<double>(static_cast<size_t>(height * width), 0.0)};
}

// The kernel reaches two pixels out: sides of 3 or more are mirrored once.
int64_t mirrored(int64_t i, int64_t count) {
    if (i < 0) return -i;
    return i < count ? i : 2 * (count - 1) - i;
}

Plane blurred(const Plane& in, double gain) {
    Plane across = empty_plane(in.height, in.width), out = across;
    for (int64_t y = 0; y < in.height; ++y)
        for (int64_t x = 0; x < in.width; ++x)
            for (int64_t k = -2; k <= 2; ++k)
                across.at(y, x) += kernel[static_cast<size_t>(k + 2)] * in.at(y, mirrored(x + k, in.width));
    for (int64_t y = 0; y < in.height; ++y)
        for (int64_t x = 0; x < in.width; ++x)
            for (int64_t k = -2; k <= 2; ++k)
                out.at(y, x) +=
                    gain * kernel[static_cast<size_t>(k + 2)] * across.at(mirrored(y + k, in.height), x);
    return out;
}

Plane halved(const Plane& in) {
    const Plane smooth = blurred(in, 1);
    Plane out = empty_plane(in.height / 2, in.width / 2);
    for (int64_t y = 0; y < out.height; ++y)
        for (int64_t x = 0; x < out.width; ++x) out.at(y, x) = smooth.at(2 * y, 2 * x);
    return out;
}

// Zeros between the pixels, and four times the kernel, so that a constant stays what it is.
Plane doubled(const Plane& in) {
    Plane sparse = empty_plane(in.height * 2, in.width * 2);
    for (int64_t y = 0; y < in.height; ++y)
        for (int64_t x = 0; x < in.width; ++x) sparse.at(2 * y, 2 * x) = in.at(y, x);
    return blurred(sparse, 4);
}

// Takes the coarse part out of `fine` and returns it.
Plane split(Plane& fine) {
    const Plane coarse = halved(fine), back = doubled(coarse);
    for (size_t i = 0; i < fine.pixels.size(); ++i) fine.pixels[i] -= back.pixels[i];
    return coarse;
}

Plane plane_of(const Tensor& images, int64_t index) {
    const int64_t height = images.shape[2], width = images.shape[3];
    const auto first = images.values.begin() + index * height * width;
    return {height, width, {first, first + height * width}};
}

}  // namespace

Status check_images(std::string_view name, const Tensor& images) {
    if (images.shape.rank() != 4 || images.shape.element_count() < 1)
        return Error{Code::shape_mismatch, fmt::format("{} has the shape {}, but images are [N, C, H, W]",
                                                       name, images.shape.to_string())};
    if (static_cast<int64_t>(images.values.size()) != images.shape.element_count())
        return Error{Code::shape_mismatch,
                     fmt::format("{} has {} values, but its shape {} needs {}", name, images.values.size(),
                                 images.shape.to_string(), images.shape.element_count())};
    const auto bad = std::find_if(images.values.begin(), images.values.end(),
                                  [](float value) { return !std::isfinite(value); });
    if (bad == images.values.end()) return {};
    return Error{Code::invalid_argument,
                 fmt::format("{} holds {} in image {} of {}, but all must be finite", name, *bad,
                             (bad - images.values.begin()) / images.shape.stride(0), images.shape[0])};
}

std::vector<int64_t> pyramid_sides(int64_t height, int64_t width) {
    std::vector<int64_t> sides{std::min(height, width)};
    while (height % 2 == 0 && width % 2 == 0 && std::min(height, width) / 2 >= smallest_side) {
        height /= 2;
        width /= 2;
        sides.push_back(std::min(height, width));
    }
    return sides;
}

Result<std::vector<Tensor>> laplacian_pyramid(const Tensor& images, size_t workers) {
    VKGAN_TRY(check_images("images", images));
    const int64_t height = images.shape[2], width = images.shape[3], channels = images.shape[1];
    const size_t count = pyramid_sides(height, width).size();
    std::vector<Tensor> levels;
    for (size_t level = 0; level < count; ++level)
        levels.emplace_back(Shape{images.shape[0], channels, height >> level, width >> level});
    for_each_index(images.shape[0] * channels, workers, [&](int64_t index) {
        Plane plane = plane_of(images, index);
        for (size_t level = 0; level < count; ++level) {
            Plane coarse;
            if (level + 1 < count) coarse = split(plane);
            const int64_t size = plane.height * plane.width;
            std::transform(plane.pixels.begin(), plane.pixels.end(),
                           levels[level].values.begin() + index * size,
                           [](double value) { return static_cast<float>(value); });
            plane = std::move(coarse);
        }
    });
    return levels;
}

Result<std::vector<double>> high_frequency_energy(const Tensor& images, size_t workers) {
    VKGAN_TRY(check_images("images", images));
    const int64_t height = images.shape[2], width = images.shape[3], channels = images.shape[1];
    if (height % 2 != 0 || width % 2 != 0 || std::min(height, width) < 4)
        return Error{
            Code::invalid_argument,
            fmt::format("images are {} x {}, but both sides must be even and 4 or more", height, width)};
    std::vector<double> energies(static_cast<size_t>(images.shape[0]));
    for_each_index(images.shape[0], workers, [&](int64_t image) {
        double sum = 0;
        for (int64_t c = 0; c < channels; ++c) {
            Plane plane = plane_of(images, image * channels + c);
            split(plane);
            for (const double value : plane.pixels) sum += value * value;
        }
        energies[static_cast<size_t>(image)] = sum / static_cast<double>(channels * height * width);
    });
    return energies;
}

}  // namespace vkgan
