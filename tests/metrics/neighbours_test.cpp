// Precision, recall, density, coverage, nearest neighbours, duplicates.
// SPDX-License-Identifier: MIT
#include "host/metrics/neighbours.hpp"

#include "tests/metrics/reference_inputs.hpp"

#include <cmath>

using namespace vkgan;
using namespace vkgan::test;

TEST_CASE("distances are the same in both orders and reach every pair") {
    const std::vector<float> a_values = lcg(21, 70 * 11), b_values = lcg(22, 300 * 11);
    const FeatureMatrix a = matrix(a_values, 11), b = matrix(b_values, 11);
    std::vector<double> ab(70 * 300), ba(70 * 300);
    const auto keep = [](std::vector<double>& all, size_t stride) {
        return [&all, stride](int64_t row, int64_t first, std::span<const double> distances) {
            std::copy(distances.begin(), distances.end(), all.begin() + row * int64_t(stride) + first);
        };
    };
    visit_distances(a, b, 3, keep(ab, 300));
    visit_distances(b, a, 1, keep(ba, 70));
    bool same = true;
    for (size_t i = 0; i < 70; ++i)
        for (size_t j = 0; j < 300; ++j)
            same = same && ab[i * 300 + j] == ba[j * 70 + i] && ab[i * 300 + j] > 0;
    CHECK(same);
    double squares = 0;
    for (size_t k = 0; k < 11; ++k) squares += std::pow(double(a.row(69)[k]) - b.row(299)[k], 2);
    CHECK(ab.back() == tight(squares));
}

TEST_CASE("k-th neighbours on a line, by hand") {
    const std::vector<float> line{0, 1, 3, 7};
    CHECK(taken(kth_neighbour_distances(matrix(line, 1), 1)) == std::vector<double>{1, 1, 4, 16});
    CHECK(taken(kth_neighbour_distances(matrix(line, 1), 2)) == std::vector<double>{9, 4, 9, 36});
    CHECK(contains(error_of(kth_neighbour_distances(matrix(line, 1), 4)), "k is 4"));
}

TEST_CASE("a set against itself has precision, recall, density and coverage 1; a far one has 0") {
    const ReferenceFeatures sets;
    const Prdc same = taken(prdc(sets.a, sets.a));
    CHECK(same.precision == 1);
    CHECK(same.recall == 1);
    CHECK(same.density == tight(1));
    CHECK(same.coverage == 1);
    std::vector<float> moved = sets.a_values;
    for (float& value : moved) value += 100;
    const Prdc far = taken(prdc(sets.a, matrix(moved, 8)));
    CHECK(far.precision + far.recall + far.density + far.coverage == 0);
}

TEST_CASE("precision, recall, density and coverage agree with numpy, whatever the threads") {
    const auto wanted = references("prdc");
    const ReferenceFeatures sets;
    for (const size_t workers : {1, 3}) {
        const Prdc got = taken(prdc(sets.a, sets.b, {.workers = workers}));
        CHECK(got.precision == tight(wanted["precision"]));
        CHECK(got.recall == tight(wanted["recall"]));
        CHECK(got.density == tight(wanted["density"]));
        CHECK(got.coverage == tight(wanted["coverage"]));
    }
}

TEST_CASE("a generator that repeats one sample per cluster is precise and recalls nothing") {
    // Its balls have no radius: what an inception score cannot see.
    std::vector<float> real = lcg(23, 60), collapsed;
    for (int i = 0; i < 60; ++i) collapsed.push_back(real[size_t(i) / 20 * 20]);
    const Prdc got = taken(prdc(matrix(real, 1), matrix(collapsed, 1)));
    CHECK(got.precision == 1);
    CHECK(got.recall == 0);
}

TEST_CASE("nearest neighbours classify and agree with scikit-learn") {
    const auto wanted = references("neighbours");
    const ReferenceFeatures sets;
    const auto a_labels = lcg_labels(5, 60, 3), b_labels = lcg_labels(6, 50, 3);
    CHECK(taken(one_nearest_accuracy({sets.a, a_labels}, {sets.b, b_labels})) ==
          tight(wanted["one_nearest"]));
    CHECK(taken(one_nearest_accuracy({sets.a, a_labels}, {sets.a, a_labels})) == 1);
    CHECK(contains(error_of(one_nearest_accuracy({sets.a, b_labels}, {sets.b, b_labels})),
                   "train has 50 labels, but 60 rows"));
    CHECK(taken(duplicate_threshold(sets.a, 0.25)) == tight(wanted["threshold"]));
    CHECK(taken(duplicate_rate(sets.a, 0.5)) == tight(wanted["duplicates"]));
}

TEST_CASE("duplicates and birthdays are counted") {
    const std::vector<float> points{0, 0.05f, 5, 9, 9, 20, 30, 40};
    CHECK(taken(duplicate_rate(matrix(points, 1), 0.1)) == 0.5);
    // Batches {0, .05}, {5, 9}, {9, 20}, {30, 40}: one has a pair; batches of three: two, and two rows are
    // left out.
    CHECK(taken(birthday_rate(matrix(points, 1), 2, 0.1)) == 0.25);
    CHECK(taken(birthday_rate(matrix(points, 1), 3, 0.1)) == 1);
    CHECK(contains(error_of(duplicate_rate(matrix(points, 1), 0)), "threshold is 0"));
    CHECK(contains(error_of(birthday_rate(matrix(points, 1), 9, 1)), "batch is 9"));
    CHECK(contains(error_of(duplicate_threshold(matrix(points, 1), 2)), "quantile is 2"));
}

TEST_CASE("PRDC refuses a k that its sets do not have") {
    const ReferenceFeatures sets;
    const FeatureMatrix three{sets.b.values.first(24), 3, 8};
    CHECK(
        contains(error_of(prdc(sets.a, three)), "precision_k is 3, but must be at least 1 and below the 3"));
    CHECK(contains(error_of(prdc(sets.a, sets.b, {.density_k = 60})), "density_k is 60"));
}
