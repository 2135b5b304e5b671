// Scores of what an evaluator sees: IS, FID, KID, precision, recall, density and coverage.
// SPDX-License-Identifier: MIT
#include "host/engine/evaluate_metrics.hpp"
#include "host/metrics/distances.hpp"
#include "host/metrics/neighbours.hpp"
#include "host/metrics/scores.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

// Exact neighbours cost the product of the counts.
constexpr int64_t most_neighbours = 5000;
constexpr int64_t most_splits = 10;

// All that the evaluator saw.
struct Seen {
    const Evaluator& evaluator;
    const View &fake, &train, &test;
    int64_t floor_count;
};

Result<Seen> look(Subject& subject) {
    VKGAN_ASSIGN(Evaluator* const evaluator, subject.evaluator());
    VKGAN_ASSIGN(const View* const fake, subject.fake());
    VKGAN_ASSIGN(const View* const train, subject.train());
    VKGAN_ASSIGN(const View* const test, subject.test());
    return Seen{*evaluator, *fake, *train, *test, subject.floor_count()};
}

std::string with_features(std::string_view measure, const Evaluator& evaluator, int64_t features) {
    return label_of(fmt::format("{}-{}", measure, features), evaluator);
}

Status check_count(std::string_view what, int64_t count, int64_t features) {
    if (count > features) return {};
    return Error{Code::invalid_argument, fmt::format("{} {} are too few for {} features; it takes {} or more",
                                                     count, what, features, features + 1)};
}

}  // namespace

std::string label_of(std::string_view measure, const Evaluator& evaluator) {
    return fmt::format("{}({})", measure, evaluator.name());
}

Result<Scores> measure_is(Subject& subject) {
    VKGAN_ASSIGN(Evaluator* const evaluator, subject.evaluator());
    if (!evaluator->exclusive())
        return Error{Code::unsupported,
                     fmt::format("needs an evaluator of classes, but {} tells {} independent attributes",
                                 evaluator->name(), evaluator->classes())};
    VKGAN_ASSIGN(const View* const fake, subject.fake());
    VKGAN_ASSIGN(const View* const test, subject.test());
    const int splits = int(std::min<int64_t>(most_splits, fake->count));
    VKGAN_ASSIGN(const InceptionScore score, inception_score_of_logits(features_of(fake->logits), splits));
    // Few rows a split make a score low: the floor's splits are as large.
    const int64_t floor_splits = std::max<int64_t>(1, splits * subject.floor_count() / fake->count);
    const auto floor =
        inception_score_of_logits(rows_of(test->logits, subject.floor_count()), int(floor_splits));
    return Scores{{.name = label_of("IS", *evaluator),
                   .value = score.mean,
                   .std = score.std,
                   .floor = floor_of(floor, [](const InceptionScore& s) { return s.mean; }),
                   .better = Better::higher,
                   .note = fmt::format("of {}; {} splits; H(y) {:.3f}, H(y|x) {:.3f} nats; confidence {:.3f}",
                                       evaluator->classes(), score.splits, score.marginal_entropy,
                                       score.conditional_entropy, score.mean_confidence)}};
}

Result<Scores> measure_fid(Subject& subject) {
    VKGAN_ASSIGN(const Seen seen, look(subject));
    const int64_t features = seen.fake.features.shape[1];
    VKGAN_TRY(check_count("samples", seen.fake.count, features));
    VKGAN_TRY(check_count("real images", seen.train.count, features));
    VKGAN_ASSIGN(const Gaussian real, fit_gaussian(features_of(seen.train.features)));
    VKGAN_ASSIGN(const Gaussian fake, fit_gaussian(features_of(seen.fake.features)));
    VKGAN_ASSIGN(const double distance, frechet_distance(fake, real));
    Score score{.name = with_features("FID", seen.evaluator, features),
                .value = distance,
                .better = Better::lower,
                .note = fmt::format("{} samples; floor of {}", seen.fake.count, seen.floor_count)};
    if (const auto test = fit_gaussian(rows_of(seen.test.features, seen.floor_count)))
        score.floor = floor_of(frechet_distance(*test, real), [](double x) { return x; });
    return Scores{score};
}

Result<Scores> measure_kid(Subject& subject) {
    VKGAN_ASSIGN(const Seen seen, look(subject));
    const FeatureMatrix real = features_of(seen.train.features);
    VKGAN_ASSIGN(const KernelDistance distance, kernel_distance(features_of(seen.fake.features), real));
    const auto floor = kernel_distance(rows_of(seen.test.features, seen.floor_count), real);
    return Scores{{.name = with_features("KID", seen.evaluator, real.columns),
                   .value = distance.mean,
                   .std = distance.std,
                   .floor = floor_of(floor, [](const KernelDistance& d) { return d.mean; }),
                   .better = Better::lower,
                   .note = fmt::format("{} subsets of {}", distance.subsets, distance.subset_size)}};
}

Result<Scores> measure_prdc(Subject& subject) {
    VKGAN_ASSIGN(const Seen seen, look(subject));
    const FeatureMatrix real = features_of(seen.train.features);
    const FeatureMatrix fake = rows_of(seen.fake.features, most_neighbours);
    VKGAN_ASSIGN(const Prdc score, prdc(real, fake));
    const auto floor = prdc(real, rows_of(seen.test.features, seen.floor_count));
    const auto row = [&](const char* name, double Prdc::*member, const char* note) {
        return Score{.name = label_of(name, seen.evaluator),
                     .value = score.*member,
                     .floor = floor_of(floor, [&](const Prdc& p) { return p.*member; }),
                     .better = Better::higher,
                     .note = note};
    };
    return Scores{row("precision", &Prdc::precision, "k 3: share of samples that look real"),
                  row("recall", &Prdc::recall, "k 3: share of real images that could be samples"),
                  row("density", &Prdc::density, "k 5: as precision, in dense places; may exceed 1"),
                  row("coverage", &Prdc::coverage, "k 5: share of real images with a sample nearby")};
}

}  // namespace vkgan
