// InfoGAN: what its category and codes come to mean.
// SPDX-License-Identifier: MIT
#include "host/metrics/images.hpp"
#include "host/metrics/labels.hpp"
#include "host/metrics/scores.hpp"
#include "host/zoo/zoo.hpp"

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

constexpr int categories = 10;

// Labels that the evaluator sees in samples of every category.
Result<Contingency> meaning(ZooContext& zoo, TrainingRun& run) {
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("digits"));
    std::vector<int> codes, seen;
    Tensor rows(Shape{100, 1, 28, 28});
    for (int k = 0; k < categories; ++k) {
        VKGAN_ASSIGN(const Tensor images, zoo.samples(run, 200, {{"c", double(k)}}));
        VKGAN_ASSIGN(const Evaluator::Seen looked, evaluator->look(images));
        const std::vector<int> labels = argmax_rows(features_of(looked.logits));
        seen.insert(seen.end(), labels.begin(), labels.end());
        codes.insert(codes.end(), labels.size(), k);
        const size_t row = 10 * 784;
        std::copy_n(images.values.begin(), row, rows.values.begin() + ptrdiff_t(size_t(k) * row));
    }
    VKGAN_TRY(zoo.picture("categories", rows, 10));
    return contingency(codes, categories, seen, 10);
}

// |correlation| of a continuous code with the slant of the strokes, the greater of both codes'.
Result<double> slant_correlation(ZooContext& zoo, TrainingRun& run) {
    double best = 0;
    for (int code = 0; code < 2; ++code) {
        std::vector<double> codes, slants;
        for (int step = 0; step <= 10; ++step) {
            const double value = -1 + 0.2 * step;
            VKGAN_ASSIGN(const Tensor images,
                         zoo.samples(run, 40, {{"code." + std::to_string(code), value}}));
            for (size_t i = 0; i < 40; ++i) {
                const auto slant = image_slant(std::span(images.values).subspan(i * 784, 784), 28);
                if (!slant) continue;  // an empty image has none
                codes.push_back(value);
                slants.push_back(*slant);
            }
        }
        const auto correlation = pearson(codes, slants);
        if (correlation) best = std::max(best, std::abs(*correlation));
    }
    return best;
}

// Share of real test digits that the category which Q reads tells, each category standing for one digit.
Result<double> digits_told(ZooContext& zoo, TrainingRun& run) {
    VKGAN_ASSIGN(const auto networks, zoo.networks(run));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "digits", .split = "test"}));
    VKGAN_ASSIGN(const Tensor logits, networks->run_all("D", {{"image", test->images}}, "category"));
    VKGAN_ASSIGN(const Contingency table,
                 contingency(argmax_rows(features_of(logits)), categories, test->labels(), 10));
    VKGAN_ASSIGN(const MatchedAccuracy matched, matched_accuracy(table));
    return matched.accuracy;
}

Status verify_infogan(ZooContext& zoo) {
    Settings settings;
    if (zoo.small()) settings = {{"filters", "32"}, {"width", "256"}, {"batch", "64"}};
    VKGAN_ASSIGN(const auto run, zoo.open({"infogan", settings, "digits"}));
    VKGAN_TRY(zoo.train(*run, zoo.small() ? 500 : 5000));
    const double bound = zoo.recent("information");
    zoo.at_least("information on the category by Q, nats of 2.303", bound, zoo.small() ? 2.0 : 2.2);
    VKGAN_ASSIGN(const Contingency table, meaning(zoo, *run));
    VKGAN_ASSIGN(const double pure, purity(table));
    VKGAN_ASSIGN(const double information, mutual_information(table));
    VKGAN_ASSIGN(const double slant, slant_correlation(zoo, *run));
    VKGAN_ASSIGN(const double told, digits_told(zoo, *run));
    if (zoo.small()) {
        zoo.show("purity of categories by digit", pure);
        zoo.show("information between category and digit, nats", information);
        zoo.show("test digits that Q's category tells", told);
        zoo.show("|correlation| of a code with slant", slant);
        return {};
    }
    zoo.at_least("purity of categories by digit", pure, 0.85);
    zoo.at_least("information between category and digit, nats", information, 1.7);
    zoo.at_least("test digits that Q's category tells", told, 0.75);
    zoo.at_least("|correlation| of a code with slant", slant, 0.5);
    return {};
}

}  // namespace

namespace zoo_def {

extern const ZooEntry infogan;
const ZooEntry infogan = {
    .name = "infogan",
    .title = "InfoGAN",
    .what = "a category and codes in the latent that come to mean something by themselves",
    .criterion =
        "S: Q reads 2.0 of 2.303 nats of the category after 500 steps; M: 2.2, purity 0.85, 1.7 nats "
        "between category and digit, Q's category tells 75 % of test digits, a code that goes with slant (0.5)",
    .verify = verify_infogan,
};

}  // namespace zoo_def

}  // namespace vkgan
