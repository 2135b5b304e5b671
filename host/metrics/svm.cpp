// L2-SVM: squared hinge, one class against the rest.
// SPDX-License-Identifier: MIT
#include "host/metrics/draws.hpp"
#include "host/metrics/labels.hpp"
#include "host/metrics/linear.hpp"
#include "host/base/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace vkgan {
namespace {

// w.(x, 1)
double score_of(std::span<const double> weights, std::span<const float> row) {
    double sum = weights.back();
    for (size_t k = 0; k < row.size(); ++k) sum += weights[k] * row[k];
    return sum;
}

struct Problem {
    const FeatureMatrix& features;
    std::span<const int> labels;
    std::span<const double> squared_norms;  // of (x, 1)
    const SvmOptions& options;
};

// The names of Hsieh et al. 2008, Alg. 1, for the L2 loss: D_ii = 1 / 2C and no upper bound on alpha.
class DualDescent {
public:
    DualDescent(const Problem& problem, int positive, std::span<double> weights)
        : problem_(problem),
          positive_(positive),
          w_(weights),
          alpha_(problem.labels.size(), 0.0),
          draws_(problem.options.seed, static_cast<uint32_t>(positive)) {}

    // False when the epochs ran out.
    bool run() {
        for (int epoch = 0; epoch < problem_.options.epochs; ++epoch)
            if (gradient_spread_of_epoch() < problem_.options.tolerance) return true;
        return false;
    }

private:
    double gradient_spread_of_epoch() {
        double greatest = -std::numeric_limits<double>::infinity(), least = -greatest;
        const auto count = static_cast<uint32_t>(alpha_.size());
        for (const uint32_t i : draw_subset(draws_, count, count)) {
            const double projected = step(i);
            greatest = std::max(greatest, projected);
            least = std::min(least, projected);
        }
        return greatest - least;
    }

    // Minimises the dual along alpha_i; returns the projected gradient before.
    double step(size_t i) {
        const double diagonal = 0.5 / problem_.options.c;
        const double y = problem_.labels[i] == positive_ ? 1 : -1;
        const auto row = problem_.features.row(static_cast<int64_t>(i));
        const double g = y * score_of(w_, row) - 1 + diagonal * alpha_[i];
        const double projected = alpha_[i] > 0 ? g : std::min(g, 0.0);
        if (projected == 0) return 0;
        const double before = alpha_[i];
        alpha_[i] = std::max(0.0, before - g / (problem_.squared_norms[i] + diagonal));
        const double change = (alpha_[i] - before) * y;
        for (size_t k = 0; k < row.size(); ++k) w_[k] += change * row[k];
        w_.back() += change;
        return projected;
    }

    const Problem& problem_;
    int positive_;
    std::span<double> w_;
    std::vector<double> alpha_;
    Draws draws_;
};

Status check_set(const char* name, const LabelledFeatures& set, int classes) {
    VKGAN_TRY(check_features(name, set.features));
    if (static_cast<int64_t>(set.labels.size()) != set.features.rows)
        return Error{Code::shape_mismatch, fmt::format("{} has {} labels, but {} rows", name,
                                                       set.labels.size(), set.features.rows)};
    VKGAN_ASSIGN(const auto counts, count_labels(set.labels, classes));
    return {};
}

Status check_model(const Svm& svm, const FeatureMatrix& features) {
    VKGAN_TRY(check_features("features", features));
    if (features.columns == svm.columns) return {};
    return Error{Code::shape_mismatch, fmt::format("features has {} columns, but the model was fitted to {}",
                                                   features.columns, svm.columns)};
}

std::span<const double> weights_of(const Svm& svm, int k) {
    const auto length = static_cast<size_t>(svm.columns + 1);
    return std::span(svm.weights).subspan(static_cast<size_t>(k) * length, length);
}

}  // namespace

Result<Svm> fit_svm(const LabelledFeatures& train, int classes, const SvmOptions& options) {
    VKGAN_TRY(check_set("train", train, classes));
    if (classes < 2 || !(options.c > 0) || !(options.tolerance > 0) || options.epochs < 1)
        return Error{
            Code::invalid_argument,
            fmt::format("classes is {}, c {}, tolerance {} and epochs {}, but they must be 2 or more and "
                        "above 0",
                        classes, options.c, options.tolerance, options.epochs)};
    std::vector<double> squared_norms;
    for (int64_t i = 0; i < train.features.rows; ++i) {
        const auto row = train.features.row(i);
        double squares = 1;  // of the bias's constant feature
        for (const float x : row) squares += static_cast<double>(x) * x;
        squared_norms.push_back(squares);
    }
    const auto length = static_cast<size_t>(train.features.columns + 1);
    Svm svm{classes, train.features.columns, {}, options.c, true};
    svm.weights.assign(static_cast<size_t>(classes) * length, 0.0);
    std::vector<char> converged(static_cast<size_t>(classes), 0);
    const Problem problem{train.features, train.labels, squared_norms, options};
    for_each_index(classes, options.workers, [&](int64_t k) {
        const auto weights = std::span(svm.weights).subspan(static_cast<size_t>(k) * length, length);
        converged[static_cast<size_t>(k)] = DualDescent(problem, static_cast<int>(k), weights).run();
    });
    svm.converged = std::all_of(converged.begin(), converged.end(), [](char done) { return done != 0; });
    return svm;
}

Result<double> svm_objective(const Svm& svm, const LabelledFeatures& train, int k) {
    VKGAN_TRY(check_model(svm, train.features));
    VKGAN_TRY(check_set("train", train, svm.classes));
    if (k < 0 || k >= svm.classes)
        return Error{Code::invalid_argument,
                     fmt::format("class {} was asked for, but classes go from 0 to {}", k, svm.classes - 1)};
    const auto weights = weights_of(svm, k);
    double losses = 0;
    for (int64_t i = 0; i < train.features.rows; ++i) {
        const double y = train.labels[static_cast<size_t>(i)] == k ? 1 : -1;
        const double hinge = std::max(0.0, 1 - y * score_of(weights, train.features.row(i)));
        losses += hinge * hinge;
    }
    return std::inner_product(weights.begin(), weights.end(), weights.begin(), 0.0) / 2 + svm.c * losses;
}

Result<std::vector<int>> svm_predict(const Svm& svm, const FeatureMatrix& features) {
    VKGAN_TRY(check_model(svm, features));
    std::vector<int> labels;
    std::vector<double> scores(static_cast<size_t>(svm.classes));
    for (int64_t i = 0; i < features.rows; ++i) {
        for (int k = 0; k < svm.classes; ++k)
            scores[static_cast<size_t>(k)] = score_of(weights_of(svm, k), features.row(i));
        labels.push_back(static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin()));
    }
    return labels;
}

Result<double> svm_accuracy(const Svm& svm, const LabelledFeatures& test) {
    VKGAN_TRY(check_set("test", test, svm.classes));
    VKGAN_ASSIGN(const auto predicted, svm_predict(svm, test.features));
    double right = 0;
    for (size_t i = 0; i < predicted.size(); ++i) right += predicted[i] == test.labels[i] ? 1 : 0;
    return right / static_cast<double>(predicted.size());
}

Result<SvmGrid> fit_svm_grid(const LabelledFeatures& train, const LabelledFeatures& validation, int classes,
                             std::span<const double> grid, const SvmOptions& options) {
    if (grid.empty()) return Error{Code::invalid_argument, "grid has 0 values of C, but needs 1 or more"};
    SvmGrid result;
    double best = -1;
    for (const double c : grid) {
        SvmOptions with_c = options;
        with_c.c = c;
        VKGAN_ASSIGN(Svm svm, fit_svm(train, classes, with_c));
        VKGAN_ASSIGN(const double accuracy, svm_accuracy(svm, validation));
        result.validation_shares.push_back(accuracy);
        if (accuracy > best || (accuracy == best && c < result.best.c)) {
            best = accuracy;
            result.best = std::move(svm);
        }
    }
    return result;
}

}  // namespace vkgan
