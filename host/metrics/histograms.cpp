// Histograms, entropies and divergences.
// SPDX-License-Identifier: MIT
#include "host/metrics/histograms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace vkgan {
namespace {

Status check_bins(const Bins& bins) {
    if (bins.count < 1)
        return Error{Code::invalid_argument,
                     fmt::format("bins.count is {}, but must be 1 or more", bins.count)};
    if (!(bins.low < bins.high) || !std::isfinite(bins.high - bins.low))
        return Error{Code::invalid_argument,
                     fmt::format("bins go from {} to {}, but must rise", bins.low, bins.high)};
    return {};
}

Result<std::vector<double>> normalised(const char* name, std::span<const double> masses) {
    double sum = 0;
    for (const double mass : masses) {
        if (!(mass >= 0) || !std::isfinite(mass))
            return Error{
                Code::invalid_argument,
                fmt::format("{} holds the mass {}, but masses are finite and at least 0", name, mass)};
        sum += mass;
    }
    if (sum == 0)
        return Error{
            Code::invalid_argument,
            fmt::format("{} has {} masses that sum to 0, but needs one above 0", name, masses.size())};
    std::vector<double> shares(masses.begin(), masses.end());
    for (double& share : shares) share /= sum;
    return shares;
}

double kl_of_shares(std::span<const double> p, std::span<const double> q) {
    double sum = 0;
    for (size_t i = 0; i < p.size(); ++i) {
        if (p[i] == 0) continue;
        if (q[i] == 0) return std::numeric_limits<double>::infinity();
        sum += p[i] * std::log(p[i] / q[i]);
    }
    return sum;
}

Status check_counts(std::span<const double> p, std::span<const double> q) {
    if (p.size() == q.size()) return {};
    return Error{Code::shape_mismatch, fmt::format("p has {} masses, but q has {}", p.size(), q.size())};
}

}  // namespace

Result<std::vector<double>> histogram(std::span<const float> values, const Bins& bins) {
    VKGAN_TRY(check_bins(bins));
    if (values.empty())
        return Error{Code::invalid_argument, "values has 0 entries, but a histogram needs 1 or more"};
    std::vector<double> counts(static_cast<size_t>(bins.count) + 1, 0.0);
    for (const float value : values) {
        const double place = (value - bins.low) / (bins.high - bins.low) * bins.count;
        const bool inside = value >= bins.low && value <= bins.high;
        // The upper end belongs to the last bin, as in numpy.
        ++counts[inside ? std::min(static_cast<size_t>(place), counts.size() - 2) : counts.size() - 1];
    }
    for (double& count : counts) count /= static_cast<double>(values.size());
    return counts;
}

Result<std::vector<double>> bin_density(const std::function<double(double)>& density, const Bins& bins) {
    VKGAN_TRY(check_bins(bins));
    constexpr int parts = 16;
    const double step = (bins.high - bins.low) / bins.count / parts;
    std::vector<double> masses;
    for (int b = 0; b < bins.count; ++b) {
        double sum = 0;
        for (int k = 0; k <= parts; ++k) {
            const double weight = k == 0 || k == parts ? 1 : (k % 2 == 1 ? 4 : 2);
            sum += weight * density(bins.low + step * (b * parts + k));
        }
        masses.push_back(sum * step / 3);
    }
    masses.push_back(std::max(0.0, 1 - std::accumulate(masses.begin(), masses.end(), 0.0)));
    return masses;
}

double entropy(std::span<const double> masses) {
    const double sum = std::accumulate(masses.begin(), masses.end(), 0.0);
    double result = 0;
    for (const double mass : masses)
        if (mass > 0) result -= mass / sum * std::log(mass / sum);
    return result;
}

Result<double> kl_divergence(std::span<const double> p, std::span<const double> q) {
    VKGAN_TRY(check_counts(p, q));
    VKGAN_ASSIGN(const auto p_shares, normalised("p", p));
    VKGAN_ASSIGN(const auto q_shares, normalised("q", q));
    return kl_of_shares(p_shares, q_shares);
}

Result<double> jensen_shannon(std::span<const double> p, std::span<const double> q) {
    VKGAN_TRY(check_counts(p, q));
    VKGAN_ASSIGN(const auto p_shares, normalised("p", p));
    VKGAN_ASSIGN(const auto q_shares, normalised("q", q));
    std::vector<double> middle(p.size());
    for (size_t i = 0; i < p.size(); ++i) middle[i] = (p_shares[i] + q_shares[i]) / 2;
    return (kl_of_shares(p_shares, middle) + kl_of_shares(q_shares, middle)) / 2;
}

}  // namespace vkgan
