// What the zoo judges with: the evaluators, and the Inception Score's bounds and blind spots.
// SPDX-License-Identifier: MIT
#include "host/metrics/labels.hpp"
#include "host/metrics/neighbours.hpp"
#include "host/metrics/scores.hpp"
#include "host/zoo/zoo.hpp"

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

Status verify_classifier(ZooContext& zoo) {
    Settings settings;
    if (!zoo.small())
        settings = {{"lr", "0.002"}, {"decay", "0.9996"}};  // as the shipped one: models/README.md
    VKGAN_ASSIGN(const auto run, zoo.open({"classifier", settings, "digits"}));
    VKGAN_TRY(zoo.train(*run, zoo.small() ? 400 : 8000));
    VKGAN_TRY(run->save());
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "digits", .split = "test"}));
    VKGAN_ASSIGN(const auto networks, zoo.networks(*run));
    VKGAN_ASSIGN(const Tensor logits, networks->run_all("C", {{"image", test->images}}));
    const std::vector<int> seen = argmax_rows(features_of(logits)), wanted = test->labels();
    double right = 0;
    for (size_t i = 0; i < seen.size(); ++i) right += seen[i] == wanted[i];
    zoo.at_least("accuracy on the test set", right / double(seen.size()), zoo.small() ? 0.94 : 0.985);
    for (const char* data : {"digits", "faces"}) {
        VKGAN_ASSIGN(Evaluator* const shipped, zoo.evaluator(data));
        VKGAN_ASSIGN(const LabelledImages* const held, zoo.images({.data = data, .split = "test"}));
        VKGAN_ASSIGN(const double accuracy, shipped->accuracy(*held));
        const bool digits = std::string_view(data) == "digits";
        zoo.at_least("accuracy of the shipped " + shipped->name(), accuracy, digits ? 0.985 : 0.97);
        if (digits) continue;
        VKGAN_ASSIGN(const Evaluator::Seen looked, shipped->look(held->images));
        VKGAN_ASSIGN(const AttributeAccuracy each,
                     attribute_accuracy(features_of(looked.logits), features_of(held->attributes), {0, 0}));
        zoo.at_least("the same of its worst attribute", each.minimum, 0.97);
    }
    return {};
}

// Rows of certainty: image i shows class i % classes.
std::vector<float> one_hot_rows(int rows, int classes) {
    std::vector<float> table(size_t(rows * classes));
    for (int i = 0; i < rows; ++i) table[size_t(i * classes + i % classes)] = 1;
    return table;
}

Status verify_inception_score(ZooContext& zoo) {
    constexpr int rows = 1000, classes = 10;
    const std::vector<float> even(size_t(rows * classes), 1.0f / classes), sure = one_hot_rows(rows, classes);
    std::vector<float> one(size_t(rows * classes));
    for (int i = 0; i < rows; ++i) one[size_t(i * classes)] = 1;
    const auto score = [&](const std::vector<float>& table) -> Result<double> {
        VKGAN_ASSIGN(const InceptionScore result, inception_score({table, rows, classes}));
        return result.mean;
    };
    VKGAN_ASSIGN(const double of_even, score(even));
    VKGAN_ASSIGN(const double of_sure, score(sure));
    VKGAN_ASSIGN(const double of_one, score(one));
    zoo.at_most("|score of even chances - 1|", std::abs(of_even - 1), 1e-6);
    zoo.at_most("|score of ten sure classes - 10|", std::abs(of_sure - classes), 1e-5);
    zoo.at_most("|score of one sure class - 1|", std::abs(of_one - 1), 1e-6);
    // The blind spot: one image of each class, again and again.
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("digits"));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "digits", .split = "test"}));
    const std::vector<int> labels = test->labels();
    Tensor repeated(test->images.shape);
    for (size_t i = 0; i < labels.size(); ++i) {
        const size_t source = size_t(std::ranges::find(labels, int(i % 10)) - labels.begin());
        std::copy_n(test->images.values.begin() + ptrdiff_t(source * 784), 784,
                    repeated.values.begin() + ptrdiff_t(i * 784));
    }
    VKGAN_ASSIGN(const Evaluator::Seen seen, evaluator->look(repeated));
    VKGAN_ASSIGN(const Evaluator::Seen real, evaluator->look(test->images));
    VKGAN_ASSIGN(const InceptionScore blind, inception_score_of_logits(features_of(seen.logits)));
    VKGAN_ASSIGN(const Prdc spread, prdc(features_of(real.features), features_of(seen.features)));
    zoo.at_least("score of ten images, each a hundred times", blind.mean, 9);
    zoo.at_most("their recall, which sees it", spread.recall, 0.05);
    return {};
}

}  // namespace

namespace zoo_def {

extern const ZooEntry classifier;
const ZooEntry classifier = {
    .name = "classifier",
    .title = "Evaluators",
    .what = "classifiers trained on real images only, with which samples are judged",
    .criterion =
        "S: 94 % of test digits after 400 steps; M: 98.5 % after 8000; the shipped ones: 98.5 % of "
        "digits, 97 % of the faces' attributes",
    .verify = verify_classifier,
};
extern const ZooEntry inception_score;
const ZooEntry inception_score = {
    .name = "inception_score",
    .title = "Inception Score",
    .what = "exp of the entropy of all classes less that of each image's",
    .criterion =
        "1 for even chances and for one class, 10 for ten sure classes; ten images a hundred times "
        "each deceive it, and recall sees that",
    .verify = verify_inception_score,
};

}  // namespace zoo_def

}  // namespace vkgan
