// Tables of labels, and what is read off them.
// SPDX-License-Identifier: MIT
#include "host/metrics/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace vkgan {
namespace {

Status check_table(const char* name, const Contingency& table) {
    if (table.rows < 1 || table.columns < 1 ||
        table.counts.size() != static_cast<size_t>(table.rows) * static_cast<size_t>(table.columns))
        return Error{Code::shape_mismatch, fmt::format("{} has {} counts, but {} rows and {} columns", name,
                                                       table.counts.size(), table.rows, table.columns)};
    if (table.total > 0) return {};
    return Error{Code::invalid_argument,
                 fmt::format("{} counts {} samples, but needs 1 or more", name, table.total)};
}

Status check_label(const char* name, size_t place, int label, int classes) {
    if (label >= 0 && label < classes) return {};
    return Error{Code::invalid_argument, fmt::format("{}: entry {} is {}, but labels go from 0 to {}", name,
                                                     place, label, classes - 1)};
}

}  // namespace

Result<std::vector<int64_t>> count_labels(std::span<const int> labels, int classes) {
    if (labels.empty() || classes < 1)
        return Error{Code::invalid_argument,
                     fmt::format("{} labels of {} classes were given, but at least one of "
                                 "each is needed",
                                 labels.size(), classes)};
    std::vector<int64_t> counts(static_cast<size_t>(classes), 0);
    for (size_t i = 0; i < labels.size(); ++i) {
        VKGAN_TRY(check_label("labels", i, labels[i], classes));
        ++counts[static_cast<size_t>(labels[i])];
    }
    return counts;
}

Result<Contingency> contingency(std::span<const int> row_labels, int rows, std::span<const int> column_labels,
                                int columns) {
    if (row_labels.size() != column_labels.size() || row_labels.empty() || rows < 1 || columns < 1)
        return Error{
            Code::shape_mismatch,
            fmt::format("{} row labels of {} classes meet {} column labels of {}, but the counts must "
                        "agree and none be 0",
                        row_labels.size(), rows, column_labels.size(), columns)};
    Contingency table{rows, columns, static_cast<int64_t>(row_labels.size()), {}};
    table.counts.assign(static_cast<size_t>(rows) * static_cast<size_t>(columns), 0);
    for (size_t i = 0; i < row_labels.size(); ++i) {
        VKGAN_TRY(check_label("row labels", i, row_labels[i], rows));
        VKGAN_TRY(check_label("column labels", i, column_labels[i], columns));
        ++table.counts[static_cast<size_t>(row_labels[i] * columns + column_labels[i])];
    }
    return table;
}

Result<Contingency> confusion_matrix(std::span<const int> wanted, std::span<const int> predicted,
                                     int classes) {
    return contingency(wanted, classes, predicted, classes);
}

Result<ConditionalAccuracy> conditional_accuracy(const Contingency& confusion) {
    VKGAN_TRY(check_table("confusion", confusion));
    if (confusion.rows != confusion.columns)
        return Error{Code::shape_mismatch,
                     fmt::format("confusion has {} rows, but {} columns", confusion.rows, confusion.columns)};
    ConditionalAccuracy result;
    result.minimum = std::numeric_limits<double>::infinity();
    int64_t right = 0;
    for (int k = 0; k < confusion.rows; ++k) {
        int64_t asked = 0;
        for (int c = 0; c < confusion.columns; ++c) asked += confusion.at(k, c);
        right += confusion.at(k, k);
        const double accuracy = asked == 0
                                    ? std::numeric_limits<double>::quiet_NaN()
                                    : static_cast<double>(confusion.at(k, k)) / static_cast<double>(asked);
        result.per_class.push_back(accuracy);
        if (accuracy < result.minimum) {
            result.minimum = accuracy;
            result.worst_class = k;
        }
    }
    result.overall = static_cast<double>(right) / static_cast<double>(confusion.total);
    return result;
}

Result<double> purity(const Contingency& codes_by_labels) {
    VKGAN_TRY(check_table("codes_by_labels", codes_by_labels));
    int64_t sum = 0;
    for (int r = 0; r < codes_by_labels.rows; ++r) {
        int64_t greatest = 0;
        for (int c = 0; c < codes_by_labels.columns; ++c)
            greatest = std::max(greatest, codes_by_labels.at(r, c));
        sum += greatest;
    }
    return static_cast<double>(sum) / static_cast<double>(codes_by_labels.total);
}

Result<double> mutual_information(const Contingency& table) {
    VKGAN_TRY(check_table("table", table));
    std::vector<double> row_sums(static_cast<size_t>(table.rows)),
        column_sums(static_cast<size_t>(table.columns));
    for (int r = 0; r < table.rows; ++r)
        for (int c = 0; c < table.columns; ++c) {
            row_sums[static_cast<size_t>(r)] += static_cast<double>(table.at(r, c));
            column_sums[static_cast<size_t>(c)] += static_cast<double>(table.at(r, c));
        }
    const double total = static_cast<double>(table.total);
    double information = 0;
    for (int r = 0; r < table.rows; ++r)
        for (int c = 0; c < table.columns; ++c) {
            const double count = static_cast<double>(table.at(r, c));
            if (count == 0) continue;
            const double by_chance = row_sums[static_cast<size_t>(r)] * column_sums[static_cast<size_t>(c)];
            information += count / total * std::log(count * total / by_chance);
        }
    return std::max(0.0, information);
}

Result<MatchedAccuracy> matched_accuracy(const Contingency& codes_by_labels) {
    VKGAN_TRY(check_table("codes_by_labels", codes_by_labels));
    const std::vector<double> gains(codes_by_labels.counts.begin(), codes_by_labels.counts.end());
    MatchedAccuracy result;
    VKGAN_ASSIGN(result.label_of_code, best_matching(gains, codes_by_labels.rows, codes_by_labels.columns));
    int64_t right = 0;
    for (int r = 0; r < codes_by_labels.rows; ++r) {
        const int label = result.label_of_code[static_cast<size_t>(r)];
        if (label >= 0) right += codes_by_labels.at(r, label);
    }
    result.accuracy = static_cast<double>(right) / static_cast<double>(codes_by_labels.total);
    return result;
}

Result<AttributeAccuracy> attribute_accuracy(const FeatureMatrix& scores, const FeatureMatrix& targets,
                                             const Thresholds& thresholds) {
    VKGAN_TRY(check_feature_pair("scores", scores, "targets", targets));
    if (scores.rows != targets.rows)
        return Error{Code::shape_mismatch,
                     fmt::format("scores has {} rows, but targets has {}", scores.rows, targets.rows)};
    AttributeAccuracy result;
    result.per_attribute.assign(static_cast<size_t>(scores.columns), 0.0);
    for (int64_t i = 0; i < scores.rows; ++i)
        for (size_t k = 0; k < result.per_attribute.size(); ++k) {
            const bool has = targets.row(i)[k] > thresholds.targets;
            result.per_attribute[k] += has == (scores.row(i)[k] > thresholds.scores) ? 1 : 0;
        }
    for (double& accuracy : result.per_attribute) accuracy /= static_cast<double>(scores.rows);
    result.mean = mean_std(result.per_attribute).mean;
    result.minimum = *std::min_element(result.per_attribute.begin(), result.per_attribute.end());
    return result;
}

}  // namespace vkgan
