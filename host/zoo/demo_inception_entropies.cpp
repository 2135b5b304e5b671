// The Inception Score as two entropies, and what it does not see.
// SPDX-License-Identifier: MIT
#include "host/metrics/neighbours.hpp"
#include "host/metrics/scores.hpp"
#include "host/zoo/demo.hpp"

#include "host/graph/random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace vkgan {

namespace {

using plot::Colour;

constexpr int64_t count = 1000;

struct Set {
    std::string name;
    Tensor images;
    InceptionScore score{};
    Prdc prdc{};
};

// `count` images, image i being `of(i)` of the given ones.
template <class Of>
Tensor picked(const Tensor& images, const Of& of) {
    Tensor result(Shape{count, 1, 28, 28});
    for (size_t i = 0; i < size_t(count); ++i)
        std::copy_n(images.values.begin() + 784 * ptrdiff_t(of(i)), 784,
                    result.values.begin() + 784 * ptrdiff_t(i));
    return result;
}

std::vector<Set> made_of(const LabelledImages& test, uint64_t seed) {
    const std::vector<int> labels = test.labels();
    std::vector<size_t> first(10), ones;
    for (int digit = 0; digit < 10; ++digit)
        first[size_t(digit)] = size_t(std::ranges::find(labels, digit) - labels.begin());
    for (size_t i = 0; i < labels.size(); ++i)
        if (labels[i] == 1) ones.push_back(i);
    std::vector<Set> sets;
    sets.push_back({"real", picked(test.images, [&](size_t i) { return i % labels.size(); })});
    Tensor noise(Shape{count, 1, 28, 28});
    fill_normal({uint32_t(seed), 0, 0, 0}, 0, noise.values);
    for (float& value : noise.values) value = std::clamp(value, -1.0f, 1.0f);
    sets.push_back({"noise", std::move(noise)});
    sets.push_back({"ones only", picked(test.images, [&](size_t i) { return ones[i % ones.size()]; })});
    sets.push_back({"ten images", picked(test.images, [&](size_t i) { return first[i % 10]; })});
    return sets;
}

plot::Plot plot_of(const std::vector<Set>& sets) {
    plot::Plot plot{.title = "IS(eval-digits) = exp(H(y) - E H(y|x)), and what it does not see",
                    .columns = 1,
                    .panel_width = 860,
                    .panel_height = 270};
    const double log_classes = std::log(10.0);
    plot::Panel entropies{.title = "The two entropies", .y = {.title = "nats", .low = 0, .high = 2.6}};
    plot::Panel scores{.title = "The score", .y = {.title = "IS", .low = 0, .high = 11}};
    plot::Panel recalls{.title = "Precision and recall against real digits",
                        .y = {.title = "share", .low = 0, .high = 1.15}};
    for (size_t i = 0; i < sets.size(); ++i) {
        const double x = double(i);
        const auto bar = [&](double at, double y, std::string label, Colour colour) {
            return plot::Mark{.kind = plot::Mark::Kind::bars,
                              .x = {at},
                              .y = {y},
                              .label = std::move(label),
                              .colour = colour,
                              .width = 0.28};
        };
        entropies.marks.push_back(
            bar(x - 0.15, sets[i].score.marginal_entropy, "H(y): diversity", Colour::blue));
        entropies.marks.push_back(
            bar(x + 0.15, sets[i].score.conditional_entropy, "E H(y|x): doubt", Colour::vermillion));
        scores.marks.push_back(bar(x, sets[i].score.mean, "IS", Colour::grey));
        recalls.marks.push_back(bar(x - 0.15, sets[i].prdc.precision, "precision", Colour::sky));
        recalls.marks.push_back(bar(x + 0.15, sets[i].prdc.recall, "recall", Colour::green));
        for (plot::Panel* panel : {&entropies, &scores, &recalls})
            panel->x.names.emplace_back(x, sets[i].name);
        scores.notes.push_back({x, sets[i].score.mean + 0.3, fmt::format("{:.2f}", sets[i].score.mean)});
        recalls.notes.push_back(
            {x - 0.15, sets[i].prdc.precision + 0.03, fmt::format("{:.2f}", sets[i].prdc.precision)});
        recalls.notes.push_back(
            {x + 0.15, sets[i].prdc.recall + 0.03, fmt::format("{:.2f}", sets[i].prdc.recall)});
    }
    entropies.marks.push_back({.x = {-1, double(sets.size())},
                               .y = {log_classes, log_classes},
                               .label = "log 10",
                               .colour = Colour::black,
                               .stroke = plot::Stroke::dashed,
                               .size = 1.4});
    for (plot::Panel* panel : {&entropies, &scores, &recalls}) {
        panel->x.low = -0.6;
        panel->x.high = double(sets.size()) - 0.4;
    }
    plot.panels = {std::move(entropies), std::move(scores), std::move(recalls)};
    return plot;
}

Status run_inception_entropies(DemoContext& demo) {
    ZooContext zoo = demo.trainings();
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("digits"));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "digits", .split = "test"}));
    VKGAN_ASSIGN(const LabelledImages* const train,
                 zoo.images({.data = "digits", .split = "train", .limit = 2000}));
    VKGAN_ASSIGN(const Evaluator::Seen real, evaluator->look(train->images));
    std::vector<Set> sets = made_of(*test, demo.seed());
    VKGAN_ASSIGN(const auto run, zoo.open({"dcgan",
                                           {{"image", "28"},
                                            {"channels", "1"},
                                            {"nets", "small"},
                                            {"ndf", "16"},
                                            {"batch", "32"},
                                            {"ema", demo.quick() ? "0.9" : "0.98"}},
                                           "digits"}));
    const int64_t steps = demo.steps(600, 10);
    VKGAN_TRY(zoo.train(*run, steps));
    VKGAN_ASSIGN(Tensor drawn, zoo.samples(*run, int(count)));
    sets.push_back({fmt::format("DCGAN, {} steps", steps), std::move(drawn)});
    Tensor rows(Shape{int64_t(sets.size()) * 16, 1, 28, 28});
    auto& numbers = demo.numbers();
    for (size_t i = 0; i < sets.size(); ++i) {
        Set& set = sets[i];
        std::copy_n(set.images.values.begin(), 16 * 784, rows.values.begin() + ptrdiff_t(i * 16 * 784));
        VKGAN_ASSIGN(const Evaluator::Seen seen, evaluator->look(set.images));
        VKGAN_ASSIGN(set.score, inception_score_of_logits(features_of(seen.logits)));
        VKGAN_ASSIGN(set.prdc, prdc(features_of(real.features), features_of(seen.features)));
        numbers[set.name] = {{"marginal_entropy", set.score.marginal_entropy},
                             {"conditional_entropy", set.score.conditional_entropy},
                             {"inception_score", set.score.mean},
                             {"precision", set.prdc.precision},
                             {"recall", set.prdc.recall},
                             {"density", set.prdc.density},
                             {"coverage", set.prdc.coverage}};
        demo.say(
            fmt::format("{:<18} H(y) {:.3f}, E H(y|x) {:.3f}, IS {:.2f}; precision {:.3f}, recall {:.3f}",
                        set.name, set.score.marginal_entropy, set.score.conditional_entropy, set.score.mean,
                        set.prdc.precision, set.prdc.recall));
    }
    VKGAN_TRY(demo.picture("inception_entropies_images", make_grid(rows, 16)));
    return demo.plot("inception_entropies", plot_of(sets));
}

}  // namespace

namespace demo_def {

extern const Demo inception_entropies;
const Demo inception_entropies = {
    .name = "inception_entropies",
    .title = "Two entropies",
    .what =
        "the Inception Score's entropies for real digits, noise, one class, ten repeated images and a DCGAN",
    .run = run_inception_entropies,
};

}  // namespace demo_def

}  // namespace vkgan
