// FeatureMatrix: what most measures of quality compare, N rows of d numbers.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace vkgan {

// A view: it borrows the numbers, row-major, for as long as it lives.
struct FeatureMatrix {
    std::span<const float> values;  // rows * columns of them
    int64_t rows = 0;               // one per sample
    int64_t columns = 0;            // one per feature

    std::span<const float> row(int64_t i) const {
        return values.subspan(static_cast<size_t>(i * columns), static_cast<size_t>(columns));
    }
};

// [N, ...] as N rows, the other axes flattened. A scalar is one row of one column. Borrows from `tensor`.
FeatureMatrix features_of(const Tensor& tensor);

// Refuses no rows, no columns, a count of values other than rows * columns, and a NaN or infinity, whose row
// it names. `name` is the field in the message.
Status check_features(std::string_view name, const FeatureMatrix& features);

// check_features of both, and as many columns in `a` as in `b`.
Status check_feature_pair(std::string_view a_name, const FeatureMatrix& a, std::string_view b_name,
                          const FeatureMatrix& b);

// Mean and population standard deviation (divided by n, as numpy's default) of at least one value.
struct MeanStd {
    double mean = 0;
    double std = 0;
};
MeanStd mean_std(std::span<const double> values);
MeanStd mean_std(std::span<const float> values);

}  // namespace vkgan
