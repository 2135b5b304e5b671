// Pearson's and Spearman's correlation.
// SPDX-License-Identifier: MIT
#include "host/metrics/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vkgan {
namespace {

Status check_series(const char* name, std::span<const double> values) {
    for (size_t i = 0; i < values.size(); ++i)
        if (!std::isfinite(values[i]))
            return Error{Code::invalid_argument,
                         fmt::format("{} holds {} at {}, but all must be finite", name, values[i], i)};
    if (std::all_of(values.begin(), values.end(), [&](double value) { return value == values.front(); }))
        return Error{Code::invalid_argument,
                     fmt::format("{} is {} throughout its {} entries, but a constant correlates with nothing",
                                 name, values.front(), values.size())};
    return {};
}

Status check_two_series(std::span<const double> x, std::span<const double> y) {
    if (x.size() != y.size() || x.size() < 2)
        return Error{Code::shape_mismatch,
                     fmt::format("x has {} entries and y has {}, but both need the same 2 or more", x.size(),
                                 y.size())};
    VKGAN_TRY(check_series("x", x));
    return check_series("y", y);
}

std::vector<double> ranks(std::span<const double> values) {
    std::vector<size_t> order(values.size());
    std::iota(order.begin(), order.end(), size_t{0});
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
    std::vector<double> result(values.size());
    for (size_t first = 0, last = 0; first < order.size(); first = last) {
        while (last < order.size() && values[order[last]] == values[order[first]]) ++last;
        for (size_t i = first; i < last; ++i) result[order[i]] = static_cast<double>(first + last - 1) / 2;
    }
    return result;
}

}  // namespace

Result<double> pearson(std::span<const double> x, std::span<const double> y) {
    VKGAN_TRY(check_two_series(x, y));
    const MeanStd x_all = mean_std(x), y_all = mean_std(y);
    double sum = 0;
    for (size_t i = 0; i < x.size(); ++i) sum += (x[i] - x_all.mean) * (y[i] - y_all.mean);
    const double r = sum / static_cast<double>(x.size()) / x_all.std / y_all.std;
    return std::clamp(r, -1.0, 1.0);
}

Result<double> spearman(std::span<const double> x, std::span<const double> y) {
    VKGAN_TRY(check_two_series(x, y));
    return pearson(ranks(x), ranks(y));
}

}  // namespace vkgan
