// What labels say: conditional accuracy, clusters against classes, attributes, correlation.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/metrics/features.hpp"

#include <vector>

namespace vkgan {

// Samples per label. Fails on no labels, no classes, and a label outside 0 ... classes - 1, whose place it
// names.
Result<std::vector<int64_t>> count_labels(std::span<const int> labels, int classes);

// How often label r of the first vector meets label c of the second.
struct Contingency {
    int rows = 0, columns = 0;
    int64_t total = 0;
    std::vector<int64_t> counts;  // rows x columns, row-major

    int64_t at(int row, int column) const { return counts[static_cast<size_t>(row * columns + column)]; }
};
Result<Contingency> contingency(std::span<const int> row_labels, int rows, std::span<const int> column_labels,
                                int columns);

// The confusion matrix: rows are what was asked for or true, columns what the classifier says.
Result<Contingency> confusion_matrix(std::span<const int> wanted, std::span<const int> predicted,
                                     int classes);

struct ConditionalAccuracy {
    double overall = 0;
    std::vector<double> per_class;  // NaN for a class nobody asked for
    double minimum = 0;             // over the classes that were asked for
    int worst_class = 0;            // the first with the minimum
};
// Of a square matrix with at least one sample. Quote it beside the classifier's own accuracy on real data.
Result<ConditionalAccuracy> conditional_accuracy(const Contingency& confusion);

// Sum over codes (rows) of the greatest count, divided by the total.
Result<double> purity(const Contingency& codes_by_labels);

// I(row; column) of the empirical joint distribution in nats, at most ln(min(rows, columns)).
Result<double> mutual_information(const Contingency& table);

// Row for row the column that it is given, -1 for none, so that the sum of the chosen `gains` (rows x
// columns, row-major) is greatest and no column is given twice; min(rows, columns) rows get one. Kuhn 1955,
// Munkres 1957, by shortest augmenting paths with potentials in O(n^2 m).
Result<std::vector<int>> best_matching(std::span<const double> gains, int rows, int columns);

struct MatchedAccuracy {
    double accuracy = 0;
    std::vector<int> label_of_code;  // -1 for a code without a label
};
// Accuracy of codes (rows) as classes under the best one-to-one matching.
Result<MatchedAccuracy> matched_accuracy(const Contingency& codes_by_labels);

struct AttributeAccuracy {
    std::vector<double> per_attribute;
    double mean = 0;
    double minimum = 0;
};
// `scores` and `targets` are N x A; a value above its threshold means that the sample has the attribute. For
// logits take 0, for probabilities 0.5.
struct Thresholds {
    float scores = 0;
    float targets = 0.5f;
};
Result<AttributeAccuracy> attribute_accuracy(const FeatureMatrix& scores, const FeatureMatrix& targets,
                                             const Thresholds& thresholds = {});

// Pearson's r. Fails on unequal counts, fewer than 2 pairs, values that are not finite, and a constant
// vector.
Result<double> pearson(std::span<const double> x, std::span<const double> y);

// Spearman's rho: Pearson's r of the ranks, equal values sharing the mean of theirs. Fails likewise.
Result<double> spearman(std::span<const double> x, std::span<const double> y);

}  // namespace vkgan
