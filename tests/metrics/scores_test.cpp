// Inception Score.
// SPDX-License-Identifier: MIT
#include "host/metrics/scores.hpp"

#include "tests/metrics/reference_inputs.hpp"

#include <cmath>

using namespace vkgan;
using namespace vkgan::test;

namespace {

std::vector<float> one_hot(const std::vector<int>& labels, int classes) {
    std::vector<float> rows(labels.size() * static_cast<size_t>(classes), 0.0f);
    for (size_t i = 0; i < labels.size(); ++i) rows[i * static_cast<size_t>(classes) + size_t(labels[i])] = 1;
    return rows;
}

}  // namespace

TEST_CASE("the inception score of an undecided classifier is 1") {
    const std::vector<float> uniform(20 * 4, 0.25f);
    const InceptionScore score = taken(inception_score(matrix(uniform, 4), 5));
    CHECK(score.mean == tight(1));
    CHECK(score.std == doctest::Approx(0));
    CHECK(score.marginal_entropy == tight(std::log(4)));
    CHECK(score.conditional_entropy == tight(std::log(4)));
    CHECK(score.mean_confidence == 0.25);
    CHECK(score.splits == 5);
}

TEST_CASE("the inception score of confident, balanced classes is their count; of one class it is 1") {
    std::vector<int> balanced, alone(50, 3);
    for (int i = 0; i < 50; ++i) balanced.push_back(i % 5);
    CHECK(taken(inception_score(matrix(one_hot(balanced, 5), 5))).mean == tight(5));
    const InceptionScore single = taken(inception_score(matrix(one_hot(alone, 5), 5)));
    CHECK(single.mean == tight(1));
    CHECK(single.mean_confidence == 1);
}

TEST_CASE("splits of an inception score are runs of rows") {
    // Two halves with one class each: every split scores 1, the whole 2.
    const std::vector<float> halves = one_hot({0, 0, 1, 1}, 2);
    CHECK(taken(inception_score(matrix(halves, 2), 2)).mean == tight(1));
    CHECK(taken(inception_score(matrix(halves, 2), 1)).mean == tight(2));
}

TEST_CASE("the inception score of logits agrees with scipy") {
    const auto wanted = references("scores");
    std::vector<float> logits = lcg(3, 40 * 5);
    for (float& x : logits) x *= 6;
    const InceptionScore score = taken(inception_score_of_logits(matrix(logits, 5), 4));
    CHECK(score.mean == near(wanted["mean"]));
    CHECK(score.std == near(wanted["std"]));
    CHECK(score.marginal_entropy == near(wanted["marginal_entropy"]));
    CHECK(score.conditional_entropy == near(wanted["conditional_entropy"]));
    CHECK(score.mean_confidence == near(wanted["mean_confidence"]));
}

TEST_CASE("softmax stands great logits, and argmax takes the first of equals") {
    const std::vector<float> logits{1000, 1000, -1000, 0, 0, 0};
    CHECK(softmax_rows(matrix(logits, 2)) == std::vector<float>{0.5f, 0.5f, 0, 1, 0.5f, 0.5f});
    CHECK(argmax_rows(matrix(logits, 2)) == std::vector<int>{0, 1, 0});
}

TEST_CASE("an inception score refuses what is no probability, with the row") {
    CHECK(contains(error_of(inception_score(matrix(std::vector<float>{1, 0, 0.5f, 0.25f}, 2), 1)),
                   "row 1 sums to 0.75"));
    CHECK(contains(error_of(inception_score(matrix(std::vector<float>{1.5f, -0.5f}, 2), 1)),
                   "row 0 holds -0.5"));
    CHECK(contains(error_of(inception_score(matrix(std::vector<float>{NAN, 1}, 2), 1)), "nan in row 0"));
    CHECK(contains(error_of(inception_score(matrix(std::vector<float>{1, 0}, 2), 2)), "splits is 2"));
    CHECK(contains(error_of(inception_score({}, 1)), "0 rows"));
}
