// FeatureMatrix: checks, and mean and deviation.
// SPDX-License-Identifier: MIT
#include "host/metrics/features.hpp"

#include <fmt/format.h>

#include <cmath>

namespace vkgan {

FeatureMatrix features_of(const Tensor& tensor) {
    const int64_t rows = tensor.shape.rank() == 0 ? 1 : tensor.shape[0];
    const int64_t count = static_cast<int64_t>(tensor.values.size());
    return {tensor.values, rows, rows == 0 ? 0 : count / rows};
}

Status check_features(std::string_view name, const FeatureMatrix& features) {
    const auto [values, rows, columns] = features;
    if (rows < 1 || columns < 1)
        return Error{Code::invalid_argument,
                     fmt::format("{} has {} rows and {} columns, but needs at least one of each", name, rows,
                                 columns)};
    if (static_cast<int64_t>(values.size()) != rows * columns)
        return Error{Code::shape_mismatch, fmt::format("{} has {} values, but {} rows of {} columns need {}",
                                                       name, values.size(), rows, columns, rows * columns)};
    for (int64_t i = 0; i < rows; ++i)
        for (const float value : features.row(i))
            if (!std::isfinite(value))
                return Error{
                    Code::invalid_argument,
                    fmt::format("{} holds {} in row {} of {}, but all must be finite", name, value, i, rows)};
    return {};
}

Status check_feature_pair(std::string_view a_name, const FeatureMatrix& a, std::string_view b_name,
                          const FeatureMatrix& b) {
    VKGAN_TRY(check_features(a_name, a));
    VKGAN_TRY(check_features(b_name, b));
    if (a.columns != b.columns)
        return Error{Code::shape_mismatch,
                     fmt::format("{} has {} columns, but {} has {}", a_name, a.columns, b_name, b.columns)};
    return {};
}

namespace {

template <class Element>
MeanStd mean_std_of(std::span<const Element> values) {
    const double count = static_cast<double>(values.size());
    double sum = 0, squares = 0;
    for (const Element value : values) sum += value;
    const double mean = sum / count;
    for (const Element value : values) squares += (value - mean) * (value - mean);
    return {mean, std::sqrt(squares / count)};
}

}  // namespace

MeanStd mean_std(std::span<const double> values) { return mean_std_of(values); }
MeanStd mean_std(std::span<const float> values) { return mean_std_of(values); }

}  // namespace vkgan
