// Distances in tiles, and measures that look at nearest neighbours.
// SPDX-License-Identifier: MIT
#include "host/metrics/neighbours.hpp"

#include "host/base/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace vkgan {
namespace {

// Tiles small enough that their rows stay in the second cache at a few hundred columns.
constexpr int64_t query_tile = 32;
constexpr int64_t set_tile = 128;

// Eight sums that the compiler keeps in vectors; their order is fixed, so d(a, b) = d(b, a) exactly.
double squared_distance(const float* a, const float* b, int64_t count) {
    constexpr int64_t lanes = 8;
    double sums[lanes] = {};
    int64_t k = 0;
    for (; k + lanes <= count; k += lanes)
        for (int64_t l = 0; l < lanes; ++l) {
            const double difference = static_cast<double>(a[k + l]) - static_cast<double>(b[k + l]);
            sums[l] += difference * difference;
        }
    for (; k < count; ++k) {
        const double difference = static_cast<double>(a[k]) - static_cast<double>(b[k]);
        sums[0] += difference * difference;
    }
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// Keeps the k smallest in rising order.
void insert_smallest(std::vector<double>& smallest, double distance) {
    if (distance >= smallest.back()) return;
    const auto place = std::upper_bound(smallest.begin(), smallest.end(), distance);
    std::move_backward(place, smallest.end() - 1, smallest.end());
    *place = distance;
}

Status check_k(const char* name, int k, const FeatureMatrix& features) {
    if (k >= 1 && k < features.rows) return {};
    return Error{
        Code::invalid_argument,
        fmt::format("{} is {}, but must be at least 1 and below the {} samples", name, k, features.rows)};
}

// What one pass over the distances of `centres` to `points` tells about the balls around the centres.
struct BallHits {
    std::vector<char> point_inside;   // in any ball of the first radii
    std::vector<char> centre_hit;     // the ball of the second radii holds a point
    std::vector<double> point_count;  // balls of the second radii that hold the point
};

BallHits count_hits(const FeatureMatrix& points, const FeatureMatrix& centres,
                    const std::vector<double>& first_radii, const std::vector<double>& second_radii,
                    size_t workers) {
    BallHits hits;
    hits.point_inside.assign(static_cast<size_t>(points.rows), 0);
    hits.point_count.assign(static_cast<size_t>(points.rows), 0);
    hits.centre_hit.assign(static_cast<size_t>(centres.rows), 0);
    visit_distances(points, centres, workers, [&](int64_t row, int64_t first, auto distances) {
        const auto j = static_cast<size_t>(row);
        for (size_t t = 0; t < distances.size(); ++t) {
            const size_t i = static_cast<size_t>(first) + t;
            if (distances[t] < first_radii[i]) hits.point_inside[j] = 1;
            if (distances[t] < second_radii[i]) ++hits.point_count[j];
        }
    });
    visit_distances(centres, points, workers, [&](int64_t row, int64_t, auto distances) {
        const auto i = static_cast<size_t>(row);
        for (const double distance : distances)
            if (distance < second_radii[i]) hits.centre_hit[i] = 1;
    });
    return hits;
}

template <class Element>
double mean_of(const std::vector<Element>& values) {
    double sum = 0;
    for (const Element value : values) sum += value;
    return sum / static_cast<double>(values.size());
}

Status check_labels(const char* name, const LabelledFeatures& set) {
    if (static_cast<int64_t>(set.labels.size()) == set.features.rows) return {};
    return Error{Code::shape_mismatch,
                 fmt::format("{} has {} labels, but {} rows", name, set.labels.size(), set.features.rows)};
}

Status check_threshold(const FeatureMatrix& features, double threshold) {
    VKGAN_TRY(check_features("features", features));
    if (features.rows < 2)
        return Error{Code::invalid_argument,
                     fmt::format("features has {} rows, but duplicates need 2 or more", features.rows)};
    if (threshold > 0) return {};
    return Error{Code::invalid_argument, fmt::format("threshold is {}, but must be above 0", threshold)};
}

}  // namespace

void visit_distances(const FeatureMatrix& a, const FeatureMatrix& b, size_t workers,
                     const VisitDistances& visit) {
    const int64_t blocks = (a.rows + query_tile - 1) / query_tile;
    for_each_index(blocks, workers, [&](int64_t block) {
        std::vector<double> distances(static_cast<size_t>(set_tile));
        const int64_t last_row = std::min(a.rows, (block + 1) * query_tile);
        for (int64_t first = 0; first < b.rows; first += set_tile) {
            const int64_t count = std::min(set_tile, b.rows - first);
            for (int64_t row = block * query_tile; row < last_row; ++row) {
                for (int64_t j = 0; j < count; ++j)
                    distances[static_cast<size_t>(j)] =
                        squared_distance(a.row(row).data(), b.row(first + j).data(), a.columns);
                visit(row, first, std::span(distances).first(static_cast<size_t>(count)));
            }
        }
    });
}

Result<std::vector<double>> kth_neighbour_distances(const FeatureMatrix& features, int k, size_t workers) {
    VKGAN_TRY(check_features("features", features));
    VKGAN_TRY(check_k("k", k, features));
    const double infinity = std::numeric_limits<double>::infinity();
    std::vector<std::vector<double>> smallest(static_cast<size_t>(features.rows),
                                              std::vector<double>(static_cast<size_t>(k), infinity));
    visit_distances(features, features, workers, [&](int64_t row, int64_t first, auto distances) {
        for (size_t t = 0; t < distances.size(); ++t)
            if (first + static_cast<int64_t>(t) != row)
                insert_smallest(smallest[static_cast<size_t>(row)], distances[t]);
    });
    std::vector<double> kth;
    for (const auto& row : smallest) kth.push_back(row.back());
    return kth;
}

Result<Prdc> prdc(const FeatureMatrix& real, const FeatureMatrix& fake, const PrdcOptions& options) {
    VKGAN_TRY(check_feature_pair("real", real, "fake", fake));
    VKGAN_TRY(check_k("precision_k", options.precision_k, real));
    VKGAN_TRY(check_k("precision_k", options.precision_k, fake));
    VKGAN_TRY(check_k("density_k", options.density_k, real));
    VKGAN_ASSIGN(const auto real_near, kth_neighbour_distances(real, options.precision_k, options.workers));
    VKGAN_ASSIGN(const auto real_far, kth_neighbour_distances(real, options.density_k, options.workers));
    VKGAN_ASSIGN(const auto fake_near, kth_neighbour_distances(fake, options.precision_k, options.workers));
    const BallHits around_real = count_hits(fake, real, real_near, real_far, options.workers);
    const BallHits around_fake = count_hits(real, fake, fake_near, fake_near, options.workers);
    return Prdc{mean_of(around_real.point_inside), mean_of(around_fake.point_inside),
                mean_of(around_real.point_count) / options.density_k, mean_of(around_real.centre_hit)};
}

Result<std::vector<int64_t>> nearest_rows(const FeatureMatrix& queries, const FeatureMatrix& set,
                                          size_t workers) {
    VKGAN_TRY(check_feature_pair("queries", queries, "set", set));
    std::vector<int64_t> nearest(static_cast<size_t>(queries.rows), 0);
    std::vector<double> least(nearest.size(), std::numeric_limits<double>::infinity());
    visit_distances(queries, set, workers, [&](int64_t row, int64_t first, auto distances) {
        const auto i = static_cast<size_t>(row);
        for (size_t t = 0; t < distances.size(); ++t)
            if (distances[t] < least[i]) {
                least[i] = distances[t];
                nearest[i] = first + static_cast<int64_t>(t);
            }
    });
    return nearest;
}

Result<double> one_nearest_accuracy(const LabelledFeatures& train, const LabelledFeatures& test,
                                    size_t workers) {
    VKGAN_TRY(check_labels("train", train));
    VKGAN_TRY(check_labels("test", test));
    VKGAN_ASSIGN(const auto nearest, nearest_rows(test.features, train.features, workers));
    double right = 0;
    for (size_t i = 0; i < nearest.size(); ++i)
        right += train.labels[static_cast<size_t>(nearest[i])] == test.labels[i] ? 1 : 0;
    return right / static_cast<double>(nearest.size());
}

Result<double> duplicate_threshold(const FeatureMatrix& real, double quantile) {
    if (!(quantile >= 0 && quantile <= 1))
        return Error{Code::invalid_argument,
                     fmt::format("quantile is {}, but must be from 0 to 1", quantile)};
    VKGAN_ASSIGN(auto distances, kth_neighbour_distances(real, 1));
    const auto place = static_cast<size_t>(quantile * static_cast<double>(distances.size() - 1) + 0.5);
    std::nth_element(distances.begin(), distances.begin() + static_cast<std::ptrdiff_t>(place),
                     distances.end());
    return std::sqrt(distances[place]);
}

Result<double> duplicate_rate(const FeatureMatrix& features, double threshold, size_t workers) {
    VKGAN_TRY(check_threshold(features, threshold));
    VKGAN_ASSIGN(const auto nearest, kth_neighbour_distances(features, 1, workers));
    const auto near = [&](double squared) { return squared < threshold * threshold; };
    return static_cast<double>(std::count_if(nearest.begin(), nearest.end(), near)) /
           static_cast<double>(nearest.size());
}

Result<double> birthday_rate(const FeatureMatrix& features, int64_t batch, double threshold) {
    VKGAN_TRY(check_threshold(features, threshold));
    if (batch < 2 || batch > features.rows)
        return Error{Code::invalid_argument,
                     fmt::format("batch is {}, but must be from 2 to the {} samples", batch, features.rows)};
    const int64_t batches = features.rows / batch;
    double with_pair = 0;
    for (int64_t i = 0; i < batches; ++i) {
        const auto part = features.values.subspan(static_cast<size_t>(i * batch * features.columns),
                                                  static_cast<size_t>(batch * features.columns));
        VKGAN_ASSIGN(const double rate, duplicate_rate({part, batch, features.columns}, threshold));
        with_pair += rate > 0 ? 1 : 0;
    }
    return with_pair / static_cast<double>(batches);
}

}  // namespace vkgan
