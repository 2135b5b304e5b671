// Sorted projections.
// SPDX-License-Identifier: MIT
#include "host/metrics/sliced_wasserstein.hpp"

#include "host/metrics/draws.hpp"
#include "host/metrics/matrices.hpp"
#include "host/base/parallel.hpp"
#include "host/metrics/patches.hpp"
#include "host/metrics/pyramid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vkgan {
namespace {

// Both quantile functions are steps; between two steps of either the difference is constant.
double distance_of_sorted(std::span<const double> a, std::span<const double> b) {
    const double a_share = 1.0 / static_cast<double>(a.size()), b_share = 1.0 / static_cast<double>(b.size());
    double sum = 0;
    if (a.size() == b.size()) {
        for (size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
        return sum * a_share;
    }
    double level = 0;
    for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
        const double a_end = static_cast<double>(i + 1) * a_share,
                     b_end = static_cast<double>(j + 1) * b_share;
        const double end = std::min(a_end, b_end);
        sum += (end - level) * std::abs(a[i] - b[j]);
        level = end;
        if (a_end <= end) ++i;
        if (b_end <= end) ++j;
    }
    return sum;
}

// Projections of all rows on the directions, one column each, every column sorted.
Eigen::MatrixXd sorted_projections(const FeatureMatrix& set, const Eigen::MatrixXd& directions) {
    constexpr Eigen::Index block_rows = 512;
    const auto rows = mapped(set);
    Eigen::MatrixXd projections(rows.rows(), directions.rows());
    for (Eigen::Index first = 0; first < rows.rows(); first += block_rows) {
        const Eigen::Index count = std::min(block_rows, rows.rows() - first);
        projections.middleRows(first, count).noalias() =
            rows.middleRows(first, count).cast<double>() * directions.transpose();
    }
    for (Eigen::Index k = 0; k < projections.cols(); ++k)
        std::sort(projections.col(k).data(), projections.col(k).data() + projections.rows());
    return projections;
}

std::span<const double> column_of(const Eigen::MatrixXd& matrix, Eigen::Index k) {
    return {matrix.col(k).data(), static_cast<size_t>(matrix.rows())};
}

// The direction count is a user's, checked here because the draw comes before the distance's own checks.
Status check_directions(int64_t directions) {
    if (directions >= 1) return {};
    return Error{Code::invalid_argument, fmt::format("directions is {}, but must be 1 or more", directions)};
}

Status check_image_sets(const Tensor& a, const Tensor& b, const ImageSlicedOptions& options) {
    VKGAN_TRY(check_images("a", a));
    VKGAN_TRY(check_images("b", b));
    if (!std::equal(a.shape.begin() + 1, a.shape.end(), b.shape.begin() + 1))
        return Error{Code::shape_mismatch,
                     fmt::format("a has the shape {}, but b has {}; they may differ in N alone",
                                 a.shape.to_string(), b.shape.to_string())};
    const int64_t side = pyramid_sides(a.shape[2], a.shape[3]).back();
    if (options.patch_side < 1 || options.patch_side > side)
        return Error{Code::invalid_argument,
                     fmt::format("patch_side is {}, but the smallest level has a side of {} pixels",
                                 options.patch_side, side)};
    if (options.patches_per_image < 1)
        return Error{Code::invalid_argument, fmt::format("patches_per_image is {}, but must be 1 or more",
                                                         options.patches_per_image)};
    return check_directions(options.directions);
}

}  // namespace

Result<double> wasserstein_1d(std::span<const float> a, std::span<const float> b) {
    VKGAN_TRY(check_features("a", {a, static_cast<int64_t>(a.size()), 1}));
    VKGAN_TRY(check_features("b", {b, static_cast<int64_t>(b.size()), 1}));
    std::vector<double> a_sorted(a.begin(), a.end()), b_sorted(b.begin(), b.end());
    std::sort(a_sorted.begin(), a_sorted.end());
    std::sort(b_sorted.begin(), b_sorted.end());
    return distance_of_sorted(a_sorted, b_sorted);
}

Result<double> sliced_wasserstein_along(const FeatureMatrix& a, const FeatureMatrix& b,
                                        const FeatureMatrix& directions, size_t workers) {
    VKGAN_TRY(check_feature_pair("a", a, "b", b));
    VKGAN_TRY(check_feature_pair("a", a, "directions", directions));
    constexpr int64_t block = 8;  // projections of this many directions at a time per thread
    std::vector<double> distances(static_cast<size_t>(directions.rows));
    for_each_index((directions.rows + block - 1) / block, workers, [&](int64_t index) {
        const int64_t first = index * block, count = std::min(block, directions.rows - first);
        const Eigen::MatrixXd part = mapped(directions).middleRows(first, count).cast<double>();
        const Eigen::MatrixXd a_sorted = sorted_projections(a, part), b_sorted = sorted_projections(b, part);
        for (int64_t k = 0; k < count; ++k)
            distances[static_cast<size_t>(first + k)] =
                distance_of_sorted(column_of(a_sorted, k), column_of(b_sorted, k));
    });
    return mean_std(distances).mean;
}

Result<double> sliced_wasserstein(const FeatureMatrix& a, const FeatureMatrix& b,
                                  const SlicedOptions& options) {
    VKGAN_TRY(check_feature_pair("a", a, "b", b));
    VKGAN_TRY(check_directions(options.directions));
    const auto directions = draw_directions(options.seed, options.directions, a.columns);
    return sliced_wasserstein_along(a, b, {directions, options.directions, a.columns}, options.workers);
}

Result<PyramidDistance> sliced_wasserstein_images(const Tensor& a, const Tensor& b,
                                                  const ImageSlicedOptions& options) {
    VKGAN_TRY(check_image_sets(a, b, options));
    VKGAN_ASSIGN(const auto a_levels, laplacian_pyramid(a, options.workers));
    VKGAN_ASSIGN(const auto b_levels, laplacian_pyramid(b, options.workers));
    const int64_t length = a.shape[1] * options.patch_side * options.patch_side;
    const auto directions = draw_directions(options.seed, options.directions, length);
    PyramidDistance result;
    for (size_t level = 0; level < a_levels.size(); ++level) {
        const Tensor* sets[] = {&a_levels[level], &b_levels[level]};
        std::vector<float> descriptors[2];
        for (size_t s = 0; s < 2; ++s) {
            // Streams above those of the directions, two per level.
            const auto stream = static_cast<uint32_t>(1u << 31 | (2 * level + s));
            const auto places = draw_patches(options.seed, stream, *sets[s], options);
            descriptors[s] = patches_at(*sets[s], places, options.patch_side);
            normalise_channels(descriptors[s], a.shape[1], options.patch_side * options.patch_side);
        }
        const auto view = [&](size_t s) -> FeatureMatrix {
            return {descriptors[s], static_cast<int64_t>(descriptors[s].size()) / length, length};
        };
        VKGAN_ASSIGN(const double distance,
                     sliced_wasserstein_along(view(0), view(1), {directions, options.directions, length},
                                              options.workers));
        result.sides.push_back(std::min(sets[0]->shape[2], sets[0]->shape[3]));
        result.distances.push_back(1000 * distance);
    }
    result.average = mean_std(result.distances).mean;
    return result;
}

}  // namespace vkgan
