// Principal components.
// SPDX-License-Identifier: MIT
#include "host/metrics/linear.hpp"
#include "host/metrics/matrices.hpp"

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include <algorithm>

namespace vkgan {
namespace {

using RowMatrixD = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Eigen::Map<const RowMatrixD> axes_of(const Pca& pca) {
    return {pca.axes.data(), pca.components, pca.columns};
}

Eigen::Map<const Eigen::RowVectorXd> mean_of(const Pca& pca) { return {pca.mean.data(), pca.columns}; }

// The last `count` eigenpairs, greatest first: variances and one axis per row.
struct Axes {
    Eigen::VectorXd variances;
    RowMatrixD axes;
};

Axes axes_from_covariance(const Eigen::MatrixXd& covariance, Eigen::Index count) {
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(covariance);
    return {eigen.eigenvalues().tail(count).reverse().cwiseMax(0),
            eigen.eigenvectors().rightCols(count).rowwise().reverse().transpose()};
}

// X X^T u = s u gives X^T X (X^T u) = s (X^T u).
Axes axes_from_gram(const Eigen::MatrixXd& centred, Eigen::Index count) {
    const double divisor = static_cast<double>(centred.rows() - 1);
    const Eigen::MatrixXd gram = centred * centred.transpose() / divisor;
    Axes axes = axes_from_covariance(gram, count);
    RowMatrixD long_axes = axes.axes * centred;
    for (Eigen::Index k = 0; k < count; ++k) {
        const double length = long_axes.row(k).norm();
        if (length > 0) long_axes.row(k) /= length;
    }
    return {axes.variances, long_axes};
}

std::vector<float> floats_of(const RowMatrixD& matrix) {
    std::vector<float> values(static_cast<size_t>(matrix.size()));
    std::transform(matrix.data(), matrix.data() + matrix.size(), values.begin(),
                   [](double value) { return static_cast<float>(value); });
    return values;
}

Status check_columns(const char* name, const FeatureMatrix& features, int64_t wanted) {
    VKGAN_TRY(check_features(name, features));
    if (features.columns == wanted) return {};
    return Error{Code::shape_mismatch, fmt::format("{} has {} columns, but the components need {}", name,
                                                   features.columns, wanted)};
}

}  // namespace

Result<Pca> fit_pca(const FeatureMatrix& features, int64_t components) {
    VKGAN_TRY(check_features("features", features));
    const int64_t most = std::min(features.rows - 1, features.columns);
    if (components < 1 || components > most)
        return Error{Code::invalid_argument,
                     fmt::format("components is {}, but {} rows of {} columns have 1 to {}", components,
                                 features.rows, features.columns, most)};
    Eigen::RowVectorXd mean;
    Axes axes;
    if (features.rows > features.columns) {
        const Moments moments = moments_of(features);
        mean = moments.mean.transpose();
        axes = axes_from_covariance(moments.covariance, components);
    } else {
        Eigen::MatrixXd centred = mapped(features).cast<double>();
        mean = centred.colwise().mean();
        centred.rowwise() -= mean;
        axes = axes_from_gram(centred, components);
    }
    for (Eigen::Index k = 0; k < components; ++k) {
        Eigen::Index greatest = 0;
        axes.axes.row(k).cwiseAbs().maxCoeff(&greatest);
        if (axes.axes(k, greatest) < 0) axes.axes.row(k) *= -1;
    }
    Pca pca{features.columns, components, {}, {}, {}};
    pca.mean.assign(mean.data(), mean.data() + mean.size());
    pca.axes.assign(axes.axes.data(), axes.axes.data() + axes.axes.size());
    pca.variances.assign(axes.variances.data(), axes.variances.data() + axes.variances.size());
    return pca;
}

Result<std::vector<float>> pca_transform(const Pca& pca, const FeatureMatrix& features) {
    VKGAN_TRY(check_columns("features", features, pca.columns));
    const RowMatrixD centred = mapped(features).cast<double>().rowwise() - mean_of(pca);
    return floats_of(centred * axes_of(pca).transpose());
}

Result<std::vector<float>> pca_reconstruct(const Pca& pca, const FeatureMatrix& codes) {
    VKGAN_TRY(check_columns("codes", codes, pca.components));
    RowMatrixD points = mapped(codes).cast<double>() * axes_of(pca);
    points.rowwise() += mean_of(pca);
    return floats_of(points);
}

}  // namespace vkgan
