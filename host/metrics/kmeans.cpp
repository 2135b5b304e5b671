// K-means and the features made of its centres.
// SPDX-License-Identifier: MIT
#include "host/metrics/draws.hpp"
#include "host/metrics/linear.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace vkgan {
namespace {

struct Assignment {
    std::vector<int> labels;
    std::vector<double> squared_distances;
};

Assignment assign(const FeatureMatrix& features, const FeatureMatrix& centres, size_t workers) {
    Assignment result{
        std::vector<int>(static_cast<size_t>(features.rows), 0),
        std::vector<double>(static_cast<size_t>(features.rows), std::numeric_limits<double>::infinity())};
    visit_distances(features, centres, workers, [&](int64_t row, int64_t first, auto distances) {
        const auto i = static_cast<size_t>(row);
        for (size_t t = 0; t < distances.size(); ++t)
            if (distances[t] < result.squared_distances[i]) {
                result.squared_distances[i] = distances[t];
                result.labels[i] = static_cast<int>(first) + static_cast<int>(t);
            }
    });
    return result;
}

// A row, drawn with a probability in proportion to its weight; the last of the weighted ones if rounding says
// so.
int64_t draw_weighted(Draws& draws, const std::vector<double>& weights) {
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    double left = sum * (static_cast<double>(draws.word()) * 0x1p-32);
    int64_t chosen = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
        if (weights[i] == 0) continue;
        chosen = static_cast<int64_t>(i);
        left -= weights[i];
        if (left < 0) break;
    }
    return chosen;
}

// k-means++: each next centre is a row, drawn by its squared distance to the nearest centre so far.
std::vector<float> first_centres(const FeatureMatrix& features, const KMeansOptions& options) {
    Draws draws(options.seed, 0);
    std::vector<float> centres;
    std::vector<double> nearest(static_cast<size_t>(features.rows), 1.0);
    for (int64_t k = 0; k < options.clusters; ++k) {
        const auto centre = features.row(draw_weighted(draws, nearest));
        centres.insert(centres.end(), centre.begin(), centre.end());
        const Assignment to_new = assign(features, {centre, 1, features.columns}, options.workers);
        for (size_t i = 0; i < nearest.size(); ++i)
            nearest[i] =
                k == 0 ? to_new.squared_distances[i] : std::min(nearest[i], to_new.squared_distances[i]);
    }
    return centres;
}

void move_centres(const FeatureMatrix& features, Assignment& assignment, std::vector<float>& centres) {
    const auto d = static_cast<size_t>(features.columns);
    std::vector<double> sums(centres.size(), 0.0);
    std::vector<int64_t> counts(centres.size() / d, 0);
    for (int64_t i = 0; i < features.rows; ++i) {
        const auto k = static_cast<size_t>(assignment.labels[static_cast<size_t>(i)]);
        const auto row = features.row(i);
        ++counts[k];
        for (size_t c = 0; c < d; ++c) sums[k * d + c] += row[c];
    }
    auto& distances = assignment.squared_distances;
    for (size_t k = 0; k < counts.size(); ++k) {
        if (counts[k] > 0) {
            for (size_t c = 0; c < d; ++c)
                centres[k * d + c] = static_cast<float>(sums[k * d + c] / static_cast<double>(counts[k]));
            continue;
        }
        const auto furthest = std::max_element(distances.begin(), distances.end());
        const auto row = features.row(furthest - distances.begin());
        std::copy(row.begin(), row.end(), centres.begin() + static_cast<std::ptrdiff_t>(k * d));
        *furthest = 0;  // the next empty cluster takes another row
    }
}

}  // namespace

Result<KMeans> fit_kmeans(const FeatureMatrix& features, const KMeansOptions& options) {
    VKGAN_TRY(check_features("features", features));
    if (options.clusters < 1 || options.clusters > features.rows || options.iterations < 1)
        return Error{
            Code::invalid_argument,
            fmt::format("clusters is {} and iterations {}, but must be from 1 to the {} rows, and 1 or more",
                        options.clusters, options.iterations, features.rows)};
    KMeans result;
    result.centres = first_centres(features, options);
    const auto nearest = [&] {
        return assign(features, {result.centres, options.clusters, features.columns}, options.workers);
    };
    Assignment assignment = nearest();
    for (bool changed = true; changed && result.iterations < options.iterations; ++result.iterations) {
        move_centres(features, assignment, result.centres);
        Assignment next = nearest();
        changed = next.labels != assignment.labels;
        assignment = std::move(next);
    }
    result.labels = std::move(assignment.labels);
    result.inertia =
        std::accumulate(assignment.squared_distances.begin(), assignment.squared_distances.end(), 0.0);
    return result;
}

Result<std::vector<float>> triangle_features(const FeatureMatrix& features, const FeatureMatrix& centres,
                                             size_t workers) {
    VKGAN_TRY(check_feature_pair("features", features, "centres", centres));
    const auto clusters = static_cast<size_t>(centres.rows);
    std::vector<float> result(static_cast<size_t>(features.rows) * clusters);
    visit_distances(features, centres, workers, [&](int64_t row, int64_t first, auto distances) {
        float* at = result.data() + static_cast<size_t>(row) * clusters + first;
        for (const double squared : distances) *at++ = static_cast<float>(std::sqrt(squared));
    });
    for (size_t start = 0; start < result.size(); start += clusters) {
        const std::span<float> row(result.data() + start, clusters);
        const double mean = mean_std(std::span<const float>(row)).mean;
        for (float& z : row) z = static_cast<float>(std::max(0.0, mean - z));
    }
    return result;
}

}  // namespace vkgan
