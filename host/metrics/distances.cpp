// FID and KID.
// SPDX-License-Identifier: MIT
#include "host/metrics/distances.hpp"

#include "host/metrics/draws.hpp"
#include "host/metrics/matrices.hpp"
#include "host/base/parallel.hpp"

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

namespace vkgan {
namespace {

Result<Gaussian> fit_named(const char* name, const FeatureMatrix& features) {
    VKGAN_TRY(check_features(name, features));
    if (features.rows <= features.columns)
        return Error{Code::invalid_argument,
                     fmt::format("{} has {} samples of {} columns, but a covariance needs more samples than "
                                 "columns",
                                 name, features.rows, features.columns)};
    const Moments moments = moments_of(features);
    Gaussian gaussian{features.rows, {}, {}};
    gaussian.mean.assign(moments.mean.data(), moments.mean.data() + moments.mean.size());
    gaussian.covariance.assign(moments.covariance.data(),
                               moments.covariance.data() + moments.covariance.size());
    return gaussian;
}

Eigen::MatrixXd symmetric_covariance(const Gaussian& gaussian) {
    const auto d = static_cast<Eigen::Index>(gaussian.mean.size());
    const Eigen::Map<const Eigen::MatrixXd> covariance(gaussian.covariance.data(), d, d);
    return (covariance + covariance.transpose()) / 2;
}

Status check_dimensions(const char* name, const Gaussian& gaussian) {
    if (gaussian.covariance.size() == gaussian.mean.size() * gaussian.mean.size()) return {};
    return Error{Code::shape_mismatch, fmt::format("{} has a mean of {} values and a covariance of {}", name,
                                                   gaussian.mean.size(), gaussian.covariance.size())};
}

// The unbiased estimate: pairs of one sample with itself are left out. a and b have the same count of rows.
double squared_mmd(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
    const double count = static_cast<double>(a.rows()), d = static_cast<double>(a.cols());
    const auto kernel = [&](const Eigen::MatrixXd& x, const Eigen::MatrixXd& y) -> Eigen::MatrixXd {
        return ((x * y.transpose()).array() / d + 1).cube().matrix();
    };
    const Eigen::MatrixXd aa = kernel(a, a), bb = kernel(b, b);
    const double within = aa.sum() - aa.trace() + bb.sum() - bb.trace();
    return within / (count * (count - 1)) - 2 * kernel(a, b).sum() / (count * count);
}

Eigen::MatrixXd rows_of(const FeatureMatrix& features, const std::vector<uint32_t>& indices) {
    Eigen::MatrixXd rows(static_cast<Eigen::Index>(indices.size()), features.columns);
    for (size_t i = 0; i < indices.size(); ++i) {
        const auto row = features.row(indices[i]);
        for (size_t k = 0; k < row.size(); ++k)
            rows(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) = row[k];
    }
    return rows;
}

}  // namespace

Result<Gaussian> fit_gaussian(const FeatureMatrix& features) { return fit_named("features", features); }

Result<double> frechet_distance(const Gaussian& a, const Gaussian& b) {
    VKGAN_TRY(check_dimensions("a", a));
    VKGAN_TRY(check_dimensions("b", b));
    if (a.mean.size() != b.mean.size())
        return Error{Code::shape_mismatch,
                     fmt::format("a has {} dimensions, but b has {}", a.mean.size(), b.mean.size())};
    const auto d = static_cast<Eigen::Index>(a.mean.size());
    const Eigen::MatrixXd a_cov = symmetric_covariance(a), b_cov = symmetric_covariance(b);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> a_eigen(a_cov);
    const Eigen::VectorXd roots = a_eigen.eigenvalues().cwiseMax(0).cwiseSqrt();
    const Eigen::MatrixXd a_root =
        a_eigen.eigenvectors() * roots.asDiagonal() * a_eigen.eigenvectors().transpose();
    Eigen::MatrixXd product = a_root * b_cov * a_root;
    product = (product + product.transpose()).eval() / 2;
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> both(product, Eigen::EigenvaluesOnly);
    if (a_eigen.info() != Eigen::Success || both.info() != Eigen::Success)
        return Error{Code::invalid_argument,
                     fmt::format("the eigenvalues of the {} x {} covariances do not converge", d, d)};
    const double root_trace = both.eigenvalues().cwiseMax(0).cwiseSqrt().sum();
    const Eigen::Map<const Eigen::VectorXd> a_mean(a.mean.data(), d), b_mean(b.mean.data(), d);
    const double distance = (a_mean - b_mean).squaredNorm() + a_cov.trace() + b_cov.trace() - 2 * root_trace;
    // std::max would make 0, the best of values, of a NaN.
    if (!std::isfinite(distance))
        return Error{
            Code::invalid_argument,
            fmt::format("the distance is {}: means or covariances of the {} dimensions are too great",
                        distance, d)};
    return std::max(0.0, distance);
}

Result<double> frechet_distance(const FeatureMatrix& a, const FeatureMatrix& b) {
    VKGAN_TRY(check_feature_pair("a", a, "b", b));
    VKGAN_ASSIGN(const Gaussian a_fit, fit_named("a", a));
    VKGAN_ASSIGN(const Gaussian b_fit, fit_named("b", b));
    return frechet_distance(a_fit, b_fit);
}

Result<KernelDistance> kernel_distance(const FeatureMatrix& a, const FeatureMatrix& b,
                                       const KernelOptions& options) {
    VKGAN_TRY(check_feature_pair("a", a, "b", b));
    if (a.rows < 2 || b.rows < 2)
        return Error{Code::invalid_argument,
                     fmt::format("a has {} rows and b has {}, but both need 2 or more", a.rows, b.rows)};
    if (options.subsets < 1 || options.subset_size < 2)
        return Error{Code::invalid_argument,
                     fmt::format("subsets is {} and subset_size is {}, but they must be 1 and 2 or more",
                                 options.subsets, options.subset_size)};
    const int64_t size = std::min({options.subset_size, a.rows, b.rows});
    std::vector<double> estimates(static_cast<size_t>(options.subsets));
    for_each_index(options.subsets, options.workers, [&](int64_t s) {
        Draws draws(options.seed, static_cast<uint32_t>(s));
        const auto from_a = draw_subset(draws, static_cast<uint32_t>(a.rows), static_cast<uint32_t>(size));
        const auto from_b = draw_subset(draws, static_cast<uint32_t>(b.rows), static_cast<uint32_t>(size));
        estimates[static_cast<size_t>(s)] = squared_mmd(rows_of(a, from_a), rows_of(b, from_b));
    });
    const MeanStd over_subsets = mean_std(estimates);
    return KernelDistance{over_subsets.mean, over_subsets.std, options.subsets, size};
}

}  // namespace vkgan
