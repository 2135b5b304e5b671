// Inception Score with its entropies.
// SPDX-License-Identifier: MIT
#include "host/metrics/scores.hpp"

#include "host/metrics/histograms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace vkgan {
namespace {

// A softmax in float32 is off by about 1e-7 per class; more than this is no rounding.
constexpr double largest_sum_error = 1e-3;

Status check_probabilities(const FeatureMatrix& probabilities) {
    VKGAN_TRY(check_features("probabilities", probabilities));
    for (int64_t i = 0; i < probabilities.rows; ++i) {
        const auto row = probabilities.row(i);
        const double sum = std::accumulate(row.begin(), row.end(), 0.0);
        const float least = *std::min_element(row.begin(), row.end());
        if (least < 0)
            return Error{Code::invalid_argument,
                         fmt::format("probabilities: row {} holds {}, but none may be below 0", i, least)};
        if (std::abs(sum - 1) > largest_sum_error)
            return Error{Code::invalid_argument,
                         fmt::format("probabilities: row {} sums to {}, but must sum to 1", i, sum)};
    }
    return {};
}

// What rows first ... last - 1 give: the mean row and the mean of the rows' entropies.
struct SplitEntropies {
    double marginal = 0;
    double conditional = 0;
};

SplitEntropies split_entropies(const FeatureMatrix& probabilities, int64_t first, int64_t last) {
    std::vector<double> marginal(static_cast<size_t>(probabilities.columns), 0.0);
    std::vector<double> row_values(marginal.size());
    double conditional = 0;
    for (int64_t i = first; i < last; ++i) {
        const auto row = probabilities.row(i);
        std::copy(row.begin(), row.end(), row_values.begin());
        conditional += entropy(row_values);
        for (size_t k = 0; k < row.size(); ++k) marginal[k] += row[k];
    }
    return {entropy(marginal), conditional / static_cast<double>(last - first)};
}

}  // namespace

Result<InceptionScore> inception_score(const FeatureMatrix& probabilities, int splits) {
    VKGAN_TRY(check_probabilities(probabilities));
    const int64_t rows = probabilities.rows;
    if (splits < 1 || splits > rows)
        return Error{Code::invalid_argument,
                     fmt::format("splits is {}, but must be from 1 to the {} samples", splits, rows)};
    std::vector<double> scores;
    for (int64_t s = 0; s < splits; ++s) {
        const SplitEntropies part =
            split_entropies(probabilities, rows * s / splits, rows * (s + 1) / splits);
        scores.push_back(std::exp(part.marginal - part.conditional));
    }
    double confidence = 0;
    for (int64_t i = 0; i < rows; ++i) {
        const auto row = probabilities.row(i);
        confidence += *std::max_element(row.begin(), row.end());
    }
    const SplitEntropies whole = split_entropies(probabilities, 0, rows);
    const MeanStd over_splits = mean_std(scores);
    return InceptionScore{over_splits.mean,
                          over_splits.std,
                          whole.marginal,
                          whole.conditional,
                          confidence / static_cast<double>(rows),
                          splits};
}

Result<InceptionScore> inception_score_of_logits(const FeatureMatrix& logits, int splits) {
    VKGAN_TRY(check_features("logits", logits));
    return inception_score({softmax_rows(logits), logits.rows, logits.columns}, splits);
}

std::vector<float> softmax_rows(const FeatureMatrix& logits) {
    std::vector<float> probabilities;
    probabilities.reserve(logits.values.size());
    for (int64_t i = 0; i < logits.rows; ++i) {
        const auto row = logits.row(i);
        const double greatest = *std::max_element(row.begin(), row.end());
        double sum = 0;
        for (const float x : row) sum += std::exp(x - greatest);
        for (const float x : row) probabilities.push_back(static_cast<float>(std::exp(x - greatest) / sum));
    }
    return probabilities;
}

std::vector<int> argmax_rows(const FeatureMatrix& scores) {
    std::vector<int> greatest;
    for (int64_t i = 0; i < scores.rows; ++i) {
        const auto row = scores.row(i);
        greatest.push_back(static_cast<int>(std::max_element(row.begin(), row.end()) - row.begin()));
    }
    return greatest;
}

}  // namespace vkgan
