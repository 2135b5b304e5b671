// One generation.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace viewer {

Search::Search(std::vector<double> mean, double sigma, int population, uint64_t seed)
    : population_(std::max(population, 4)),
      sigma_(sigma),
      mean_(std::move(mean)),
      variances_(mean_.size(), 1),
      path_sigma_(mean_.size()),
      path_c_(mean_.size()),
      random_(seed) {
    const int mu = population_ / 2;
    for (int i = 1; i <= mu; ++i) weights_.push_back(std::log(mu + 0.5) - std::log(i));
    const double sum = std::accumulate(weights_.begin(), weights_.end(), 0.0);
    double squares = 0;
    for (double& weight : weights_) {
        weight /= sum;
        squares += weight * weight;
    }
    mu_eff_ = 1 / squares;
}

std::vector<float> Search::ask() {
    const size_t n = mean_.size(), count = size_t(population_);
    std::normal_distribution<double> normal;
    normals_.resize(n * count);
    std::vector<float> candidates(n * count);
    for (size_t k = 0; k < count; ++k)
        for (size_t i = 0; i < n; ++i) {
            normals_[k * n + i] = normal(random_);
            candidates[k * n + i] = float(mean_[i] + sigma_ * std::sqrt(variances_[i]) * normals_[k * n + i]);
        }
    return candidates;
}

void Search::tell(std::span<const double> costs) {
    const size_t n = mean_.size();
    std::vector<size_t> order(costs.size());
    std::iota(order.begin(), order.end(), size_t{0});
    const auto cost = [&](size_t k) { return std::isfinite(costs[k]) ? costs[k] : 1e300; };
    std::ranges::stable_sort(order, [&](size_t a, size_t b) { return cost(a) < cost(b); });
    std::vector<double> step(n), path(n);  // of the mean, in units of sigma; the same before D
    for (size_t r = 0; r < weights_.size(); ++r)
        for (size_t i = 0; i < n; ++i) {
            const double z = normals_[order[r] * n + i];
            path[i] += weights_[r] * z;
            step[i] += weights_[r] * std::sqrt(variances_[i]) * z;
        }
    adapt(step, path, order);
}

void Search::adapt(std::span<const double> step, std::span<const double> path,
                   std::span<const size_t> order) {
    const size_t count = mean_.size();
    const auto n = double(count);
    const double c_sigma = (mu_eff_ + 2) / (n + mu_eff_ + 5);
    const double d_sigma = 1 + 2 * std::max(0.0, std::sqrt((mu_eff_ - 1) / (n + 1)) - 1) + c_sigma;
    const double c_c = (4 + mu_eff_ / n) / (n + 4 + 2 * mu_eff_ / n);
    const double faster = (n + 2) / 3;  // what a diagonal alone allows
    const double c_1 = std::min(1.0, faster * 2 / ((n + 1.3) * (n + 1.3) + mu_eff_));
    const double c_mu =
        std::min(1 - c_1, faster * 2 * (mu_eff_ - 2 + 1 / mu_eff_) / ((n + 2) * (n + 2) + mu_eff_));
    const double chi = std::sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n));
    double length = 0;
    for (size_t i = 0; i < count; ++i) {
        mean_[i] += sigma_ * step[i];
        path_sigma_[i] =
            (1 - c_sigma) * path_sigma_[i] + std::sqrt(c_sigma * (2 - c_sigma) * mu_eff_) * path[i];
        length += path_sigma_[i] * path_sigma_[i];
    }
    length = std::sqrt(length);
    ++generation_;
    const double started = std::sqrt(1 - std::pow(1 - c_sigma, 2 * double(generation_)));
    const bool grows = length / started < (1.4 + 2 / (n + 1)) * chi;
    for (size_t i = 0; i < count; ++i) {
        path_c_[i] = (1 - c_c) * path_c_[i] + (grows ? std::sqrt(c_c * (2 - c_c) * mu_eff_) * step[i] : 0);
        double rank_mu = 0;
        for (size_t r = 0; r < weights_.size(); ++r) {
            const double z = normals_[order[r] * count + i];
            rank_mu += weights_[r] * variances_[i] * z * z;
        }
        variances_[i] = (1 - c_1 - c_mu) * variances_[i] + c_1 * path_c_[i] * path_c_[i] + c_mu * rank_mu;
    }
    sigma_ *= std::exp(std::min(1.0, c_sigma / d_sigma * (length / chi - 1)));
}

}  // namespace viewer
