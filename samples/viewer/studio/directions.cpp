// Linear algebra by Eigen.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/directions.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>

namespace viewer {
namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

Matrix matrix_of(const Table& table) {
    using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    return Eigen::Map<const Rows>(table.values.data(), table.rows, table.columns).cast<double>();
}

// Of length 1; signs of eigenvectors are arbitrary: the largest entry is positive.
Direction direction_of(const Vector& vector, std::string name, const char* source) {
    Direction direction{.name = std::move(name), .source = source};
    Eigen::Index largest = 0;
    vector.cwiseAbs().maxCoeff(&largest);
    const double length = std::max(vector.norm(), 1e-24);
    const double sign = vector[largest] < 0 ? -1 : 1;
    for (const double value : vector) direction.values.push_back(float(sign * value / length));
    return direction;
}

Matrix centred(Matrix matrix) {
    const Eigen::RowVectorXd mean = matrix.colwise().mean();
    matrix.rowwise() -= mean;
    return matrix;
}

}  // namespace

bool is_linear(const Table& outputs) {
    const Matrix all = matrix_of(outputs);
    if (all.rows() < 3) return false;
    const Vector once = (all.row(1) - all.row(0)).transpose();
    const Vector twice = (all.row(all.rows() - 1) - all.row(0)).transpose();
    return (twice - 2 * once).norm() <= 1e-3 * std::max(twice.norm(), 1e-12);
}

std::vector<Direction> sefa_directions(const Table& outputs, int most) {
    const Matrix all = matrix_of(outputs);
    const Eigen::Index inputs = all.rows() - 2;
    Matrix a(all.cols(), inputs);
    for (Eigen::Index i = 0; i < inputs; ++i) a.col(i) = (all.row(i + 1) - all.row(0)).transpose();
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(a.transpose() * a);
    std::vector<Direction> directions;
    for (Eigen::Index k = 0; k < std::min<Eigen::Index>(inputs, most); ++k)
        directions.push_back(
            direction_of(solver.eigenvectors().col(inputs - 1 - k), "SeFa " + std::to_string(k + 1), "SeFa"));
    return directions;
}

std::vector<Direction> pca_directions(const Table& latents, const Table& activations, int most) {
    const Matrix z = centred(matrix_of(latents)), features = centred(matrix_of(activations));
    // The samples are fewer than the activations: eigenvectors of the smaller matrix are the coordinates.
    const Eigen::SelfAdjointEigenSolver<Matrix> solver(features * features.transpose());
    const Matrix normal = z.transpose() * z + 1e-6 * Matrix::Identity(z.cols(), z.cols());
    std::vector<Direction> directions;
    const Eigen::Index count = solver.eigenvalues().size();
    for (Eigen::Index k = 0; k < std::min<Eigen::Index>(count, most); ++k) {
        const Vector coordinates = solver.eigenvectors().col(count - 1 - k);
        const Vector carried = normal.ldlt().solve(z.transpose() * coordinates);
        directions.push_back(direction_of(carried, "PCA " + std::to_string(k + 1), "PCA"));
    }
    return directions;
}

std::vector<Direction> attribute_directions(const Table& latents, const Table& verdicts,
                                            std::span<const std::string> names, const char* source) {
    constexpr double least_share = 0.02, ridge = 1e-2;
    const Matrix z = centred(matrix_of(latents)), all = matrix_of(verdicts);
    const Matrix normal = z.transpose() * z + ridge * double(z.rows()) * Matrix::Identity(z.cols(), z.cols());
    const Eigen::LDLT<Matrix> solver(normal);
    std::vector<Direction> directions;
    for (Eigen::Index k = 0; k < all.cols(); ++k) {
        const Vector signs = all.col(k).unaryExpr([](double x) { return x > 0 ? 1.0 : -1.0; });
        const double share = (signs.mean() + 1) / 2;
        if (share < least_share || share > 1 - least_share) continue;
        const Vector fitted = solver.solve(z.transpose() * Vector(signs.array() - signs.mean()));
        const auto place = size_t(k);
        Direction direction = direction_of(
            fitted, place < names.size() ? names[place] : "attribute " + std::to_string(k + 1), source);
        // More of it has more of the attribute.
        double along = 0;
        for (Eigen::Index i = 0; i < fitted.size(); ++i)
            along += fitted[i] * double(direction.values[size_t(i)]);
        if (along < 0)
            for (float& value : direction.values) value = -value;
        directions.push_back(std::move(direction));
    }
    return directions;
}

}  // namespace viewer
