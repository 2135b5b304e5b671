// Scores from what a classifier says of generated samples.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/metrics/features.hpp"

#include <vector>

namespace vkgan {

// All entropies in nats. score = exp(H(y) - E H(y|x)) per split (Salimans et al. 2016, section 4).
struct InceptionScore {
    double mean = 0;                 // over splits, from 1 to the number of classes
    double std = 0;                  // population deviation over splits
    double marginal_entropy = 0;     // H(y) of the mean of all rows: diversity
    double conditional_entropy = 0;  // E_x H(y|x) over all rows: low is confident
    double mean_confidence = 0;      // E_x max_y p(y|x)
    int splits = 0;
};

// `probabilities`: N samples x K classes. Splits are runs of the rows in the given order, N * i / splits on,
// so rows that are sorted by class must be shuffled first. Fails on a split count outside 1 ... N, a negative
// probability, and a row whose sum is further than 1e-3 from 1.
Result<InceptionScore> inception_score(const FeatureMatrix& probabilities, int splits = 10);

// The same of logits, through their softmax.
Result<InceptionScore> inception_score_of_logits(const FeatureMatrix& logits, int splits = 10);

// exp(x_k) / sum exp(x) per row, N x K, computed in doubles around the row's greatest value.
std::vector<float> softmax_rows(const FeatureMatrix& logits);

// The index of the greatest value of every row; the first of equal ones.
std::vector<int> argmax_rows(const FeatureMatrix& scores);

}  // namespace vkgan
