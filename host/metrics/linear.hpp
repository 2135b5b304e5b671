// Linear tools of the demonstrations: principal components, K-means features, the L2-SVM.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/metrics/features.hpp"
#include "host/metrics/neighbours.hpp"

#include <vector>

namespace vkgan {

// Principal components of d columns.
struct Pca {
    int64_t columns = 0;
    int64_t components = 0;
    std::vector<double> mean;       // d
    std::vector<double> axes;       // components x d, orthonormal rows, each with its greatest entry above 0
    std::vector<double> variances;  // divided by n - 1, falling
};

// Through the covariance, or the Gram matrix where there are fewer rows than columns. Fails unless
// 1 <= components <= min(rows - 1, columns). Axes of variance 0 are left as the solver gives them, or zero.
Result<Pca> fit_pca(const FeatureMatrix& features, int64_t components);

// N x components: (x - mean) times the axes. Fails on another count of columns.
Result<std::vector<float>> pca_transform(const Pca& pca, const FeatureMatrix& features);

// N x d from N x components: the nearest point of the plane that the axes span.
Result<std::vector<float>> pca_reconstruct(const Pca& pca, const FeatureMatrix& codes);

struct KMeansOptions {
    int64_t clusters = 8;
    int iterations = 100;  // at most; it stops when no row changes its cluster
    uint64_t seed = 0;
    size_t workers = 0;  // threads, 0: one per processor; results do not depend on it
};

struct KMeans {
    std::vector<float> centres;  // clusters x d
    std::vector<int> labels;     // nearest centre per row
    double inertia = 0;          // sum of squared distances to it
    int iterations = 0;          // that were run
};

// Lloyd's iterations from k-means++ (Arthur & Vassilvitskii 2007). A cluster that loses its rows starts anew
// at the row that is furthest from its centre. Fails unless 1 <= clusters <= rows and iterations >= 1.
Result<KMeans> fit_kmeans(const FeatureMatrix& features, const KMeansOptions& options);

// Coates & Ng 2012, "triangle": max(0, mean_k(z) - z_k) with z_k the distance to centre k. N x clusters.
Result<std::vector<float>> triangle_features(const FeatureMatrix& features, const FeatureMatrix& centres,
                                             size_t workers = 0);

struct SvmOptions {
    double c = 1;             // weight of the losses
    double tolerance = 1e-3;  // of the projected gradients' spread, at which a class is done
    int epochs = 1000;        // at most, per class
    uint64_t seed = 0;        // of the order of rows; the minimum does not depend on it
    size_t workers = 0;
};

// One linear score per class; the greatest wins.
struct Svm {
    int classes = 0;
    int64_t columns = 0;
    std::vector<double> weights;  // classes x (d + 1), the last of a row is the bias
    double c = 0;
    bool converged = true;  // false: some class ran out of epochs; scale the features or raise `epochs`
};

// One against the rest, each minimising |w|^2 / 2 + C sum max(0, 1 - y w.(x, 1))^2 with the bias among the
// weights, as LIBLINEAR does, by dual coordinate descent (Hsieh et al. 2008, Alg. 1). Fails on unequal
// counts, labels outside 0 ... classes - 1, classes below 2, and options that are not above 0.
Result<Svm> fit_svm(const LabelledFeatures& train, int classes, const SvmOptions& options = {});

// The objective of class k at the model's weights, for tests and for comparing solvers.
Result<double> svm_objective(const Svm& svm, const LabelledFeatures& train, int k);

Result<std::vector<int>> svm_predict(const Svm& svm, const FeatureMatrix& features);
Result<double> svm_accuracy(const Svm& svm, const LabelledFeatures& test);

struct SvmGrid {
    Svm best;                               // of the least C with the greatest validation accuracy
    std::vector<double> validation_shares;  // accuracy per C of the grid
};

// One fit per C of `grid` on `train`, judged on `validation`. options.c is not read.
Result<SvmGrid> fit_svm_grid(const LabelledFeatures& train, const LabelledFeatures& validation, int classes,
                             std::span<const double> grid, const SvmOptions& options = {});

}  // namespace vkgan
