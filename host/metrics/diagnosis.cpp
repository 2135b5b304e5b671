// Signals of mode collapse, and the alarms they raise.
// SPDX-License-Identifier: MIT
#include "host/metrics/diagnosis.hpp"

#include "host/metrics/histograms.hpp"
#include "host/metrics/matrices.hpp"
#include "host/metrics/neighbours.hpp"

#include <fmt/format.h>
#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>

namespace vkgan {
namespace {

Status check_two_rows(const char* name, const FeatureMatrix& features) {
    VKGAN_TRY(check_features(name, features));
    if (features.rows >= 2) return {};
    return Error{Code::invalid_argument,
                 fmt::format("{} has {} rows, but needs 2 or more", name, features.rows)};
}

// Sums per row first and rows in order, so that threads change nothing.
double pairwise_mean(const FeatureMatrix& features, size_t workers) {
    std::vector<double> row_sums(static_cast<size_t>(features.rows), 0.0);
    visit_distances(features, features, workers, [&](int64_t row, int64_t, auto distances) {
        for (const double squared : distances) row_sums[static_cast<size_t>(row)] += std::sqrt(squared);
    });
    double sum = 0;
    for (const double row_sum : row_sums) sum += row_sum;
    const double rows = static_cast<double>(features.rows);
    return sum / (rows * (rows - 1));
}

// Eigenvalues, rising, of the smaller of covariance and Gram matrix.
Eigen::VectorXd spectrum_of(const FeatureMatrix& features) {
    const Moments moments = features.rows > features.columns ? moments_of(features) : Moments{};
    Eigen::MatrixXd matrix = moments.covariance;
    if (features.rows <= features.columns) {
        Eigen::MatrixXd centred = mapped(features).cast<double>();
        centred.rowwise() -= centred.colwise().mean().eval();
        matrix = centred * centred.transpose() / static_cast<double>(features.rows - 1);
    }
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(matrix, Eigen::EigenvaluesOnly)
        .eigenvalues()
        .cwiseMax(0);
}

struct Rule {
    const char* rule;
    std::optional<double> value;
    const char* name;  // of the value
    double limit;
    bool is_floor;  // a value below the limit breaks the rule, else one above it
    const char* meaning;
};

void check_rule(const Rule& rule, bool warm, std::vector<CollapseAlarm>& alarms) {
    if (!rule.value) return;
    if (std::isnan(*rule.value)) {
        alarms.push_back({rule.rule, fmt::format("{} is not a number", rule.name)});
        return;
    }
    const bool broken = rule.is_floor ? *rule.value < rule.limit : *rule.value > rule.limit;
    if (warm && broken)
        alarms.push_back(
            {rule.rule, fmt::format("{} is {:.3g}, {} the limit of {:.3g}: {}", rule.name, *rule.value,
                                    rule.is_floor ? "below" : "above", rule.limit, rule.meaning)});
}

}  // namespace

Result<double> mean_pairwise_distance(const FeatureMatrix& features, size_t workers) {
    VKGAN_TRY(check_two_rows("features", features));
    return pairwise_mean(features, workers);
}

Result<double> relative_diversity(const FeatureMatrix& generated, const FeatureMatrix& real, size_t workers) {
    VKGAN_TRY(check_feature_pair("generated", generated, "real", real));
    VKGAN_TRY(check_two_rows("generated", generated));
    VKGAN_TRY(check_two_rows("real", real));
    const double of_real = pairwise_mean(real, workers);
    if (of_real == 0)
        return Error{Code::invalid_argument,
                     fmt::format("the {} rows of real are equal: their mean distance is 0, "
                                 "but must be above it",
                                 real.rows)};
    return pairwise_mean(generated, workers) / of_real;
}

Result<CovarianceRank> covariance_rank(const FeatureMatrix& features, double tolerance) {
    VKGAN_TRY(check_two_rows("features", features));
    if (!(tolerance > 0 && tolerance < 1))
        return Error{Code::invalid_argument,
                     fmt::format("tolerance is {}, but must lie between 0 and 1", tolerance)};
    const Eigen::VectorXd spectrum = spectrum_of(features);
    const double greatest = spectrum.maxCoeff();
    if (greatest == 0) return CovarianceRank{};
    const std::span<const double> shares(spectrum.data(), static_cast<size_t>(spectrum.size()));
    return CovarianceRank{(spectrum.array() > tolerance * greatest).count(), std::exp(entropy(shares))};
}

std::vector<CollapseAlarm> CollapseMonitor::check(const CollapseSignals& signals) {
    if (signals.iteration < last_iteration_) low_since_.reset();
    last_iteration_ = signals.iteration;
    const Rule rules[] = {
        {"duplicates", signals.duplicate_rate, "the share of duplicates", rules_.most_duplicates, false,
         "the generator repeats itself"},
        {"classes", signals.class_balance, "the rarest class's count over the commonest's",
         rules_.least_class_balance, true, "classes are lost"},
        {"diversity", signals.relative_diversity, "the samples' mean distance over that of real data",
         rules_.least_diversity, true, "the samples are alike"},
    };
    std::vector<CollapseAlarm> alarms;
    for (const Rule& rule : rules) check_rule(rule, signals.iteration >= rules_.sample_warm_up, alarms);
    check_d_loss(signals, alarms);
    return alarms;
}

void CollapseMonitor::check_d_loss(const CollapseSignals& signals, std::vector<CollapseAlarm>& alarms) {
    if (!signals.d_loss) return;
    if (std::isnan(*signals.d_loss)) alarms.push_back({"d_loss", "the discriminator's loss is not a number"});
    const bool low = signals.iteration >= rules_.d_loss_warm_up && *signals.d_loss < rules_.least_d_loss;
    if (!low) return low_since_.reset();
    if (!low_since_) low_since_ = signals.iteration;
    const int64_t lasted = signals.iteration - *low_since_;
    if (lasted >= rules_.d_loss_iterations)
        alarms.push_back(
            {"d_loss", fmt::format("the discriminator's loss is {:.3g} and has been below {:.3g} for {} "
                                   "iterations: it wins, and the generator learns nothing",
                                   *signals.d_loss, rules_.least_d_loss, lasted)});
}

}  // namespace vkgan
