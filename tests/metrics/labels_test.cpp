// Accuracy, clusters, matching, attributes, correlation.
// SPDX-License-Identifier: MIT
#include "host/metrics/labels.hpp"

#include "tests/metrics/reference_inputs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace vkgan;
using namespace vkgan::test;

TEST_CASE("conditional accuracy overall, per class and at worst") {
    const std::vector<int> wanted{0, 0, 0, 0, 1, 1, 3}, predicted{0, 0, 0, 1, 1, 2, 3};
    const Contingency confusion = taken(confusion_matrix(wanted, predicted, 4));
    CHECK(confusion.at(0, 1) == 1);
    CHECK(confusion.at(1, 2) == 1);
    CHECK(confusion.total == 7);
    const ConditionalAccuracy accuracy = taken(conditional_accuracy(confusion));
    CHECK(accuracy.overall == tight(5 / 7.0));
    CHECK(accuracy.per_class[0] == 0.75);
    CHECK(std::isnan(accuracy.per_class[2]));
    CHECK(accuracy.minimum == 0.5);
    CHECK(accuracy.worst_class == 1);
}

TEST_CASE("permuted labels are pure, fully informative and fully matched") {
    const std::vector<int> labels{0, 1, 2, 0, 1, 2}, codes{2, 0, 1, 2, 0, 1};
    const Contingency table = taken(contingency(codes, 3, labels, 3));
    CHECK(taken(purity(table)) == 1);
    CHECK(taken(mutual_information(table)) == tight(std::log(3)));
    const MatchedAccuracy matched = taken(matched_accuracy(table));
    CHECK(matched.accuracy == 1);
    CHECK(matched.label_of_code == std::vector<int>{1, 2, 0});
    CHECK(taken(conditional_accuracy(table)).overall == 0);
}

TEST_CASE("independent labels share no information") {
    const std::vector<int> a{0, 0, 1, 1}, b{0, 1, 0, 1};
    const Contingency table = taken(contingency(a, 2, b, 2));
    CHECK(taken(mutual_information(table)) == doctest::Approx(0));
    CHECK(taken(purity(table)) == 0.5);
}

TEST_CASE("tables of codes agree with scikit-learn and scipy") {
    const auto wanted = references("tables");
    const std::vector<int> codes = lcg_labels(14, 200, 7);
    std::vector<int> truth = lcg_labels(15, 200, 5);
    for (size_t i = 0; i < truth.size(); i += 3) truth[i] = codes[i] % 5;
    const Contingency table = taken(contingency(codes, 7, truth, 5));
    CHECK(taken(purity(table)) == tight(wanted["purity"]));
    CHECK(taken(mutual_information(table)) == tight(wanted["mutual_information"]));
    const MatchedAccuracy matched = taken(matched_accuracy(table));
    CHECK(matched.accuracy == tight(wanted["matched"]));
    CHECK(std::count(matched.label_of_code.begin(), matched.label_of_code.end(), -1) == 2);
    const std::vector<double> x(codes.begin(), codes.end()), y(truth.begin(), truth.end());
    CHECK(taken(pearson(x, y)) == tight(wanted["pearson"]));
    CHECK(taken(spearman(x, y)) == tight(wanted["spearman"]));
    const std::vector<float> gain_floats = lcg(16, 144);
    const std::vector<double> gains(gain_floats.begin(), gain_floats.end());
    const auto columns = taken(best_matching(gains, 12, 12));
    double sum = 0;
    for (size_t r = 0; r < 12; ++r) sum += gains[r * 12 + size_t(columns[r])];
    CHECK(sum == tight(wanted["gain"]));
}

TEST_CASE("the best matching is the best of all permutations, for tables that lie or stand") {
    for (uint32_t seed = 50; seed < 60; ++seed) {
        std::vector<double> wide;
        for (const float u : lcg(seed, 4 * 6)) wide.push_back(double(u) - 0.5);  // negative gains, too
        std::vector<int> order{0, 1, 2, 3, 4, 5};
        double best = -1e9;
        do {
            double sum = 0;
            for (size_t r = 0; r < 4; ++r) sum += wide[r * 6 + size_t(order[r])];
            best = std::max(best, sum);
        } while (std::next_permutation(order.begin(), order.end()));
        const auto columns = taken(best_matching(wide, 4, 6));
        double found = 0;
        std::vector<double> tall(24);
        for (size_t r = 0; r < 4; ++r) {
            found += wide[r * 6 + size_t(columns[r])];
            for (size_t c = 0; c < 6; ++c) tall[c * 4 + r] = wide[r * 6 + c];
        }
        CHECK(found == tight(best));
        const auto rows = taken(best_matching(tall, 6, 4));
        for (size_t r = 0; r < 4; ++r) CHECK(rows[size_t(columns[r])] == int(r));
    }
}

TEST_CASE("attributes are judged one by one") {
    const std::vector<float> scores{2, -1, 0.5f, 3, -2, 1}, targets{1, 0, 1, 0, 0, 1};
    const AttributeAccuracy accuracy = taken(attribute_accuracy(matrix(scores, 2), matrix(targets, 2)));
    CHECK(accuracy.per_attribute[0] == 1);
    CHECK(accuracy.per_attribute[1] == tight(2 / 3.0));
    CHECK(accuracy.mean == tight(5 / 6.0));
    CHECK(accuracy.minimum == tight(2 / 3.0));
    CHECK(contains(error_of(attribute_accuracy(matrix(scores, 2), {std::span(targets).first(4), 2, 2})),
                   "scores has 3 rows, but targets has 2"));
}

TEST_CASE("correlations by hand") {
    const std::vector<double> x{1, 2, 3, 4}, line{3, 5, 7, 9}, down{9, 4, 1, 0}, curve{1, 8, 27, 64},
        flat{2, 2, 2, 2};
    CHECK(taken(pearson(x, line)) == tight(1));
    CHECK(taken(spearman(x, down)) == tight(-1));
    CHECK(taken(spearman(x, curve)) == tight(1));
    CHECK(taken(pearson(x, curve)) < 0.99);
    CHECK(contains(error_of(pearson(x, flat)), "y is 2 throughout its 4 entries"));
    CHECK(contains(error_of(spearman(x, std::vector<double>{1, 2})), "x has 4 entries and y has 2"));
    CHECK(contains(error_of(pearson(x, std::vector<double>{1, 2, NAN, 3})), "y holds nan at 2"));
}

TEST_CASE("labels out of range and tables of the wrong form are refused") {
    const std::vector<int> good{0, 1}, bad{0, 2};
    CHECK(contains(error_of(contingency(good, 2, bad, 2)), "column labels: entry 1 is 2"));
    CHECK(
        contains(error_of(contingency(good, 2, std::vector<int>{0}, 2)), "2 row labels of 2 classes meet 1"));
    CHECK(contains(error_of(conditional_accuracy(taken(contingency(good, 2, good, 3)))),
                   "2 rows, but 3 columns"));
    CHECK(contains(error_of(purity({})), "0 rows"));
    CHECK(contains(error_of(best_matching(std::vector<double>{1, INFINITY}, 1, 2)), "inf at 1"));
    CHECK(contains(error_of(best_matching(std::vector<double>{1}, 1, 2)),
                   "1 entries, but 1 rows and 2 columns"));
}
