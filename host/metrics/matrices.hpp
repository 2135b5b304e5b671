// Features as Eigen's matrices, for the .cpp files of this folder.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/metrics/features.hpp"

#include <Eigen/Core>

namespace vkgan {

using RowMatrixF = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

inline Eigen::Map<const RowMatrixF> mapped(const FeatureMatrix& features) {
    return {features.values.data(), features.rows, features.columns};
}

// The mean row, and the covariance (divided by n - 1; zero for one row), summed in doubles around the mean.
struct Moments {
    Eigen::VectorXd mean;
    Eigen::MatrixXd covariance;
};
Moments moments_of(const FeatureMatrix& features);

}  // namespace vkgan
