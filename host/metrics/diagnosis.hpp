// Signals of mode collapse; duplicates are in neighbours.hpp, classes in modes.hpp, detail in pyramid.hpp.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/metrics/features.hpp"

#include <optional>
#include <string>
#include <vector>

namespace vkgan {

// Mean Euclidean distance of two different rows, over all pairs. Fails on fewer than 2 rows.
Result<double> mean_pairwise_distance(const FeatureMatrix& features, size_t workers = 0);

// mean_pairwise_distance(generated) / that of real: about 1 when healthy. Fails where all real rows are
// equal.
Result<double> relative_diversity(const FeatureMatrix& generated, const FeatureMatrix& real,
                                  size_t workers = 0);

struct CovarianceRank {
    int64_t rank = 0;           // eigenvalues above tolerance * the greatest; 0 for equal rows
    double effective_rank = 0;  // exp of the entropy of the eigenvalues' shares (Roy & Vetterli 2007)
};
// Of the covariance of the features; of its Gram matrix where there are fewer rows than columns, whose
// eigenvalues above 0 are the same. The rank is then at most rows - 1. Fails on fewer than 2 rows.
Result<CovarianceRank> covariance_rank(const FeatureMatrix& features, double tolerance = 1e-6);

// What one check of a run measured; what it did not is left empty.
struct CollapseSignals {
    int64_t iteration = 0;
    std::optional<double> duplicate_rate;      // neighbours.hpp
    std::optional<double> class_balance;       // LabelModes::balance
    std::optional<double> relative_diversity;  // of pixels or features
    std::optional<double> d_loss;              // the critic's or discriminator's loss
};

struct CollapseRules {
    double most_duplicates = 0.05;
    double least_class_balance = 0.1;
    double least_diversity = 0.4;
    double least_d_loss = 0.05;
    // A loss must stay low this long. For Wasserstein losses, which have no floor, leave d_loss empty.
    int64_t d_loss_iterations = 500;
    // D wins without harm at first: its loss counts from here on.
    int64_t d_loss_warm_up = 500;
    // An untrained generator is collapsed by nature: samples count from here on.
    int64_t sample_warm_up = 150;
};

struct CollapseAlarm {
    std::string rule;      // "duplicates", "classes", "diversity", "d_loss"
    std::string sentence;  // with both values
};

// Fed once per check, in order of iterations; an iteration before the last one (a resumed run) starts it
// anew.
class CollapseMonitor {
public:
    explicit CollapseMonitor(const CollapseRules& rules = {}) : rules_(rules) {}

    // One alarm per rule that is broken now; empty when all is well. A signal that is NaN raises its alarm at
    // any iteration.
    std::vector<CollapseAlarm> check(const CollapseSignals& signals);

private:
    void check_d_loss(const CollapseSignals& signals, std::vector<CollapseAlarm>& alarms);

    CollapseRules rules_;
    int64_t last_iteration_ = 0;
    std::optional<int64_t> low_since_;
};

}  // namespace vkgan
