// Counting modes.
// SPDX-License-Identifier: MIT
#include "host/metrics/modes.hpp"

#include "host/metrics/histograms.hpp"
#include "host/metrics/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace vkgan {
namespace {

struct Nearest {
    size_t mode = 0;
    double squared_distance = std::numeric_limits<double>::infinity();
};

Nearest nearest_mean(std::span<const float> point, const FeatureMatrix& means) {
    Nearest nearest;
    for (int64_t m = 0; m < means.rows; ++m) {
        double squares = 0;
        for (size_t k = 0; k < point.size(); ++k) {
            const double difference = static_cast<double>(point[k]) - static_cast<double>(means.row(m)[k]);
            squares += difference * difference;
        }
        if (squares < nearest.squared_distance) nearest = {static_cast<size_t>(m), squares};
    }
    return nearest;
}

}  // namespace

std::vector<float> ring_means(int64_t count, double radius) {
    std::vector<float> means;
    for (int64_t i = 0; i < count; ++i) {
        const double angle = 2 * std::numbers::pi * static_cast<double>(i) / static_cast<double>(count);
        means.push_back(static_cast<float>(radius * std::cos(angle)));
        means.push_back(static_cast<float>(radius * std::sin(angle)));
    }
    return means;
}

std::vector<float> grid_means(int64_t side, double step) {
    std::vector<float> means;
    const auto place = [&](int64_t i) {
        return static_cast<float>((static_cast<double>(i) - static_cast<double>(side - 1) / 2) * step);
    };
    for (int64_t i = 0; i < side; ++i)
        for (int64_t j = 0; j < side; ++j) means.insert(means.end(), {place(i), place(j)});
    return means;
}

Result<ModeCount> count_modes(const FeatureMatrix& points, const FeatureMatrix& means,
                              const ModeOptions& options) {
    VKGAN_TRY(check_feature_pair("points", points, "means", means));
    if (!(options.sigma > 0) || !(options.radius > 0) || options.enough < 1)
        return Error{Code::invalid_argument,
                     fmt::format("sigma is {}, radius {} and enough {}, but all must be above 0",
                                 options.sigma, options.radius, options.enough)};
    const double reach = options.sigma * options.radius;
    ModeCount count;
    count.hits.assign(static_cast<size_t>(means.rows), 0);
    int64_t high_quality = 0;
    for (int64_t i = 0; i < points.rows; ++i) {
        const Nearest nearest = nearest_mean(points.row(i), means);
        if (nearest.squared_distance > reach * reach) continue;
        ++count.hits[nearest.mode];
        ++high_quality;
    }
    count.hit = std::count_if(count.hits.begin(), count.hits.end(), [](int64_t n) { return n > 0; });
    count.well_hit =
        std::count_if(count.hits.begin(), count.hits.end(), [&](int64_t n) { return n >= options.enough; });
    count.high_quality_share = static_cast<double>(high_quality) / static_cast<double>(points.rows);
    count.jsd_to_uniform = std::numbers::ln2;
    if (high_quality == 0) return count;
    const std::vector<double> masses(count.hits.begin(), count.hits.end()), uniform(masses.size(), 1.0);
    VKGAN_ASSIGN(count.jsd_to_uniform, jensen_shannon(masses, uniform));
    return count;
}

Result<LabelModes> count_label_modes(std::span<const int> labels, int modes) {
    LabelModes result;
    VKGAN_ASSIGN(result.counts, count_labels(labels, modes));
    result.hit = std::count_if(result.counts.begin(), result.counts.end(), [](int64_t n) { return n > 0; });
    const std::vector<double> masses(result.counts.begin(), result.counts.end());
    const std::vector<double> uniform(masses.size(), 1.0);
    VKGAN_ASSIGN(result.kl_to_uniform, kl_divergence(masses, uniform));
    const auto [least, greatest] = std::minmax_element(masses.begin(), masses.end());
    result.balance = *least / *greatest;
    return result;
}

Result<std::vector<int>> stacked_labels(std::span<const std::vector<int>> channels, int classes) {
    if (channels.empty())
        return Error{Code::invalid_argument, "channels has 0 label vectors, but needs 1 or more"};
    if (std::pow(std::max(classes, 1), channels.size()) > std::numeric_limits<int>::max())
        return Error{Code::invalid_argument,
                     fmt::format("{} channels of {} classes have more labels than {}", channels.size(),
                                 classes, std::numeric_limits<int>::max())};
    std::vector<int> stacked(channels.front().size(), 0);
    for (const auto& channel : channels) {
        if (channel.size() != stacked.size())
            return Error{Code::shape_mismatch, fmt::format("one channel has {} labels, but the first has {}",
                                                           channel.size(), stacked.size())};
        VKGAN_ASSIGN(const auto counts, count_labels(channel, classes));
        for (size_t i = 0; i < stacked.size(); ++i) stacked[i] = stacked[i] * classes + channel[i];
    }
    return stacked;
}

}  // namespace vkgan
