// Which modes samples reach, by classes or by the means of a toy, and how far numbers are from their density.
// SPDX-License-Identifier: MIT
#include "host/engine/evaluate_metrics.hpp"
#include "host/metrics/histograms.hpp"
#include "host/metrics/modes.hpp"
#include "host/metrics/scores.hpp"

#include <fmt/format.h>

namespace vkgan {

namespace {

constexpr int jsd_bins = 100;

Result<Scores> modes_of_points(Subject& subject) {
    const auto& toy = subject.toy();
    if (!toy || toy->means.size() < 2 || !(toy->deviation > 0))
        return Error{Code::unsupported,
                     fmt::format("needs components with a mean each, but {} has none", subject.query().data)};
    std::vector<float> values;
    for (const auto& mean : toy->means)
        for (int k = 0; k < toy->dimensions; ++k) values.push_back(float(mean[size_t(k)]));
    const FeatureMatrix means{values, int64_t(toy->means.size()), toy->dimensions};
    const ModeOptions options{.sigma = toy->deviation};
    VKGAN_ASSIGN(const View* const fake, subject.fake());
    VKGAN_ASSIGN(const View* const test, subject.test());
    VKGAN_ASSIGN(const ModeCount modes, count_modes(features_of(fake->images), means, options));
    const auto floor = count_modes(rows_of(test->images, subject.floor_count()), means, options);
    const auto row = [&](const char* name, auto member, Better better, std::string note) {
        return Score{.name = name,
                     .value = double(modes.*member),
                     .floor = floor_of(floor, [&](const ModeCount& m) { return m.*member; }),
                     .better = better,
                     .note = std::move(note)};
    };
    return Scores{
        row("modes well hit", &ModeCount::well_hit, Better::higher,
            fmt::format("of {}, {} samples or more each", means.rows, options.enough)),
        row("modes hit", &ModeCount::hit, Better::higher, "with one sample or more: hides collapse"),
        row("high quality", &ModeCount::high_quality_share, Better::higher,
            fmt::format("share within {} deviations of a mean", options.radius)),
        row("JSD to uniform", &ModeCount::jsd_to_uniform, Better::lower, "nats, of hits per mode")};
}

// Lin et al. 2018, section 4.2: kinds of stacked digits that samples show.
Result<Scores> modes_of_stacks(Subject& subject) {
    VKGAN_ASSIGN(const int64_t kinds, subject.kind_count());
    VKGAN_ASSIGN(const View* const fake, subject.fake());
    VKGAN_ASSIGN(const View* const test, subject.test());
    const auto count = [&](std::span<const int> labels) { return count_label_modes(labels, int(kinds)); };
    VKGAN_ASSIGN(const LabelModes modes, count(fake->kinds));
    const auto floor = count(std::span(test->kinds).first(size_t(subject.floor_count())));
    const auto row = [&](const char* name, auto member, Better better, std::string note) {
        return Score{.name = fmt::format("{}({})", name, subject.evaluator_name()),
                     .value = double(modes.*member),
                     .floor = floor_of(floor, [&](const LabelModes& m) { return m.*member; }),
                     .better = better,
                     .note = std::move(note)};
    };
    return Scores{row("kinds hit", &LabelModes::hit, Better::higher,
                      fmt::format("of {}, a class in each of {} channels", kinds, subject.image_shape()[0])),
                  row("kind KL", &LabelModes::kl_to_uniform, Better::lower, "nats, of kinds to uniform")};
}

}  // namespace

Result<Scores> measure_modes(Subject& subject) {
    if (subject.points()) return modes_of_points(subject);
    if (subject.stacked()) return modes_of_stacks(subject);
    VKGAN_ASSIGN(Evaluator* const evaluator, subject.evaluator());
    const int classes = int(evaluator->classes());
    if (!evaluator->exclusive())
        return Error{Code::unsupported,
                     fmt::format("needs an evaluator of classes, but {} tells {} independent attributes",
                                 evaluator->name(), classes)};
    VKGAN_ASSIGN(const View* const fake, subject.fake());
    VKGAN_ASSIGN(const View* const test, subject.test());
    VKGAN_ASSIGN(const LabelModes modes, count_label_modes(argmax_rows(features_of(fake->logits)), classes));
    const int64_t real = subject.floor_count();
    const auto floor = count_label_modes(argmax_rows(rows_of(test->logits, real)), classes);
    const auto row = [&](const char* name, auto member, Better better, std::string note) {
        return Score{.name = label_of(name, *evaluator),
                     .value = double(modes.*member),
                     .floor = floor_of(floor, [&](const LabelModes& m) { return m.*member; }),
                     .better = better,
                     .note = std::move(note)};
    };
    Scores scores{row("classes hit", &LabelModes::hit, Better::higher, fmt::format("of {}", classes)),
                  row("class KL", &LabelModes::kl_to_uniform, Better::lower, "nats, of classes to uniform"),
                  row("class balance", &LabelModes::balance, Better::higher,
                      "rarest class against the most frequent; below 0.1: collapse")};
    const auto& names = subject.attribute_names();
    for (size_t k = 0; k < size_t(classes); ++k)
        scores.push_back(
            {.name = fmt::format("share of {}",
                                 names.size() == size_t(classes) ? names[k] : fmt::format("class {}", k)),
             .value = double(modes.counts[k]) / double(fake->count),
             .floor =
                 floor_of(floor, [&](const LabelModes& m) { return double(m.counts[k]) / double(real); }),
             .detail = true});
    return scores;
}

Result<Scores> measure_jsd(Subject& subject) {
    const auto& toy = subject.toy();
    if (!toy || toy->dimensions != 1 || !toy->has_density())
        return Error{Code::unsupported, fmt::format("needs numbers with a density, as toy:normal has them, "
                                                    "but {} has {} {}",
                                                    subject.query().data, toy ? "points" : "images",
                                                    subject.image_shape().to_string())};
    VKGAN_ASSIGN(const View* const fake, subject.fake());
    VKGAN_ASSIGN(const View* const test, subject.test());
    const Bins bins{toy->low, toy->high, jsd_bins};
    VKGAN_ASSIGN(const std::vector<double> density,
                 bin_density([&](double x) { return toy->density(x); }, bins));
    const auto divergence = [&](std::span<const float> values) -> Result<double> {
        VKGAN_ASSIGN(const std::vector<double> shares, histogram(values, bins));
        return jensen_shannon(shares, density);
    };
    const std::span<const float> drawn = fake->images.values;
    const FeatureMatrix real = rows_of(test->images, subject.floor_count());
    VKGAN_ASSIGN(const double jsd, divergence(drawn));
    const MeanStd of_drawn = mean_std(drawn), of_real = mean_std(real.values);
    return Scores{
        {.name = "JSD",
         .value = jsd,
         .floor = floor_of(divergence(real.values), [](double x) { return x; }),
         .better = Better::lower,
         .note = fmt::format("nats, {} bins from {:.4g} to {:.4g} against the density", jsd_bins, toy->low,
                             toy->high)},
        {.name = "mean", .value = of_drawn.mean, .floor = of_real.mean, .note = "of the numbers"},
        {.name = "deviation", .value = of_drawn.std, .floor = of_real.std, .note = "of the numbers"}};
}

}  // namespace vkgan
