// Mean and covariance, by blocks of rows, so that the doubles of all rows need not be held at once.
// SPDX-License-Identifier: MIT
#include "host/metrics/matrices.hpp"

#include <algorithm>

namespace vkgan {

Moments moments_of(const FeatureMatrix& features) {
    constexpr Eigen::Index block_rows = 256;
    const auto rows = mapped(features);
    const auto d = features.columns;
    Moments moments{Eigen::VectorXd::Zero(d), Eigen::MatrixXd::Zero(d, d)};
    for (Eigen::Index i = 0; i < rows.rows(); ++i) moments.mean += rows.row(i).transpose().cast<double>();
    moments.mean /= static_cast<double>(rows.rows());
    for (Eigen::Index first = 0; first < rows.rows(); first += block_rows) {
        const Eigen::Index count = std::min(block_rows, rows.rows() - first);
        Eigen::MatrixXd centred = rows.middleRows(first, count).cast<double>();
        centred.rowwise() -= moments.mean.transpose();
        moments.covariance.selfadjointView<Eigen::Lower>().rankUpdate(centred.transpose());
    }
    moments.covariance.triangularView<Eigen::StrictlyUpper>() = moments.covariance.transpose();
    moments.covariance /= static_cast<double>(std::max<Eigen::Index>(1, rows.rows() - 1));
    return moments;
}

}  // namespace vkgan
