// Histograms, entropies and divergences, all in nats.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace vkgan {

// `count` bins of equal width from `low` to `high`.
struct Bins {
    double low = 0;
    double high = 1;
    int count = 1;
};

// bins.count + 1 shares of `values` that sum to 1; the last is what lies outside [low, high] or is NaN.
Result<std::vector<double>> histogram(std::span<const float> values, const Bins& bins);

// The same bins, filled with the integral of a density over each (Simpson, 16 parts per bin); the last is
// what is left to 1, at least 0.
Result<std::vector<double>> bin_density(const std::function<double(double)>& density, const Bins& bins);

// Of masses that are first divided by their sum; 0 of masses that sum to 0.
double entropy(std::span<const double> masses);

// KL(p || q) = sum p log(p / q) of masses that are first divided by their sums; infinite where q has none and
// p has. Fails on unequal counts, negative masses, and masses that sum to 0.
Result<double> kl_divergence(std::span<const double> p, std::span<const double> q);

// Jensen-Shannon divergence: (KL(p || m) + KL(q || m)) / 2 with m = (p + q) / 2; from 0 to ln 2. Fails
// likewise.
Result<double> jensen_shannon(std::span<const double> p, std::span<const double> q);

}  // namespace vkgan
