// Exact nearest neighbours, by brute force in tiles: precision, recall, density, coverage, 1-NN, duplicates.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/metrics/features.hpp"

#include <functional>
#include <vector>

namespace vkgan {

// Calls visit(i, first, distances) with the squared Euclidean distances of row i of `a` to the rows first ...
// of `b`. Calls for one row come from one thread in rising order of `first`; rows are shared out among
// `workers` threads (0: one per processor). The distance of two rows is the same bit for bit whichever is in
// `a`.
using VisitDistances = std::function<void(int64_t row, int64_t first, std::span<const double> distances)>;
void visit_distances(const FeatureMatrix& a, const FeatureMatrix& b, size_t workers,
                     const VisitDistances& visit);

// Squared distance of every row to its k-th nearest among the other rows. Fails unless 1 <= k < rows.
Result<std::vector<double>> kth_neighbour_distances(const FeatureMatrix& features, int k, size_t workers = 0);

struct PrdcOptions {
    int precision_k = 3;  // precision and recall
    int density_k = 5;    // density and coverage
    size_t workers = 0;
};

struct Prdc {
    double precision = 0;  // share of fakes inside some real sample's ball
    double recall = 0;     // share of reals inside some fake sample's ball
    double density = 0;    // real balls that hold a fake, mean over fakes, divided by k; may be above 1
    double coverage = 0;   // share of real balls that hold a fake
};

// Kynkaanniemi et al. 2019; Naeem et al. 2020. A sample's ball reaches to, and does not include, its k-th
// nearest neighbour of its own set, so a set against itself gives 1, 1, 1, 1 unless samples repeat. Fails on
// unequal columns and unless every k is below both counts of rows.
Result<Prdc> prdc(const FeatureMatrix& real, const FeatureMatrix& fake, const PrdcOptions& options = {});

// For every query the index of its nearest row of `set`, the first of equally near ones.
Result<std::vector<int64_t>> nearest_rows(const FeatureMatrix& queries, const FeatureMatrix& set,
                                          size_t workers = 0);

// Share of test rows whose nearest train row has their label. One label per row.
struct LabelledFeatures {
    FeatureMatrix features;
    std::span<const int> labels;
};
Result<double> one_nearest_accuracy(const LabelledFeatures& train, const LabelledFeatures& test,
                                    size_t workers = 0);

// A distance below which two samples count as duplicates: the given quantile of the (not squared) distances
// between real samples and their nearest others, so that by construction that share of real data are
// duplicates.
Result<double> duplicate_threshold(const FeatureMatrix& real, double quantile = 0.01);

// Share of rows that have another row nearer than `threshold` (not squared, above 0). Fails on fewer than 2
// rows.
Result<double> duplicate_rate(const FeatureMatrix& features, double threshold, size_t workers = 0);

// The birthday test (Arora & Zhang 2017): share of consecutive batches of `batch` rows that hold a duplicate
// pair; about one half where the support has about batch^2 members. Rows after the last whole batch are left
// out.
Result<double> birthday_rate(const FeatureMatrix& features, int64_t batch, double threshold);

}  // namespace vkgan
