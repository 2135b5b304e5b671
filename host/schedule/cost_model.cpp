// Measured costs of slices.
// SPDX-License-Identifier: MIT
#include "host/schedule/schedule.hpp"

#include <algorithm>
#include <numeric>

namespace vkgan {

namespace {
constexpr double newest_weight = 0.2;  // of one measurement in the average
constexpr double least_ns = 100;       // by which any may grow: clocks that tick rarely say 0
constexpr double most_growth = 3;  // of what is expected, that one measurement says: it may have been held up
}  // namespace

void CostModel::measured(int slice, double ns) {
    const auto i = static_cast<size_t>(slice);
    if (i >= ns_.size() || !(ns >= 0)) return;
    const double most = most_growth * std::max(ns_[i], least_ns);
    ns_[i] = seen_[i] ? ns_[i] + newest_weight * (std::min(ns, most) - ns_[i]) : ns;
    seen_[i] = true;
}

double CostModel::expected_ns(int slice) const { return ns_[static_cast<size_t>(slice)]; }

double CostModel::expected_ns(int first, int count) const {
    const auto from = ns_.begin() + first;
    return std::accumulate(from, from + count, 0.0);
}

int CostModel::slices_that_fit(int first, double budget_ns, bool at_least_one) const {
    int count = 0;
    double sum = 0;
    for (size_t i = static_cast<size_t>(first); i < ns_.size(); ++i) {
        sum += ns_[i];
        if (sum > budget_ns && !(at_least_one && count == 0)) break;
        ++count;
    }
    return count;
}

}  // namespace vkgan
