// Distances between two sets of features: Frechet (FID) and kernel (KID).
// SPDX-License-Identifier: MIT
#pragma once

#include "host/metrics/features.hpp"

#include <vector>

namespace vkgan {

// Mean and covariance (divided by n - 1) of a set of features; keep that of the real data, it never changes.
struct Gaussian {
    int64_t samples = 0;
    std::vector<double> mean;        // d
    std::vector<double> covariance;  // d x d, symmetric
};

// Fails unless there are more samples than columns: with fewer the covariance is singular and the distance
// says more of the count of samples than of the samples.
Result<Gaussian> fit_gaussian(const FeatureMatrix& features);

// Heusel et al. 2017: |m1 - m2|^2 + Tr(S1 + S2 - 2 (S1^1/2 S2 S1^1/2)^1/2), at least 0. Both matrices are
// made symmetric, and eigenvalues below 0, which are rounding, count as 0. Fails on unequal dimensions
// and on a result that is not finite.
Result<double> frechet_distance(const Gaussian& a, const Gaussian& b);

// fit_gaussian of both, then their distance. Biased upwards by few samples: quote the value of two real sets
// too.
Result<double> frechet_distance(const FeatureMatrix& a, const FeatureMatrix& b);

struct KernelOptions {
    int subsets = 100;
    int64_t subset_size = 1000;
    uint64_t seed = 0;
    size_t workers = 0;  // threads, 0: one per processor; results do not depend on it
};

struct KernelDistance {
    double mean = 0;          // over subsets; unbiased, so it may be below 0 for like sets
    double std = 0;           // population deviation over subsets
    int subsets = 0;          // as asked
    int64_t subset_size = 0;  // as asked, or the smaller set's count where that is less
};

// Binkowski et al. 2018: unbiased squared MMD with the kernel (x.y / d + 1)^3, over random subsets drawn
// without repetition from each set. Fails on fewer than 2 rows, subsets below 1 and a subset_size below 2.
Result<KernelDistance> kernel_distance(const FeatureMatrix& a, const FeatureMatrix& b,
                                       const KernelOptions& options = {});

}  // namespace vkgan
