// Signals of mode collapse and their alarms.
// SPDX-License-Identifier: MIT
#include "host/metrics/diagnosis.hpp"

#include "tests/metrics/reference_inputs.hpp"

#include <cmath>

using namespace vkgan;
using namespace vkgan::test;

TEST_CASE("mean pairwise distances by hand and against scipy") {
    const std::vector<float> triangle{0, 0, 3, 4, 0, 4};
    CHECK(taken(mean_pairwise_distance(matrix(triangle, 2))) == tight(4));
    const auto wanted = references("diagnosis");
    const ReferenceFeatures sets;
    CHECK(taken(mean_pairwise_distance(sets.a)) == tight(wanted["pairwise"]));
    CHECK(taken(mean_pairwise_distance(sets.a, 1)) == taken(mean_pairwise_distance(sets.a, 3)));
    CHECK(taken(relative_diversity(sets.b, sets.a)) == tight(wanted["relative"]));
    const std::vector<float> same(16, 1.0f);
    CHECK(taken(relative_diversity(matrix(same, 8), sets.a)) == 0);
    CHECK(contains(error_of(relative_diversity(sets.a, matrix(same, 8))), "the 2 rows of real are equal"));
    CHECK(contains(error_of(mean_pairwise_distance(matrix(same, 16))), "1 rows, but needs 2"));
}

TEST_CASE("the rank of a covariance counts directions, for many rows and for few") {
    // Two independent directions in four columns.
    const std::vector<float> u = lcg(60, 40);
    std::vector<float> plane;
    for (size_t i = 0; i < 40; i += 2) plane.insert(plane.end(), {u[i], u[i + 1], u[i] + u[i + 1], 2 * u[i]});
    CHECK(taken(covariance_rank(matrix(plane, 4))).rank == 2);
    const FeatureMatrix few{std::span(plane).first(16), 4, 4};
    CHECK(taken(covariance_rank(few)).rank == 2);
    CHECK(taken(covariance_rank(matrix(std::vector<float>(8, 3.0f), 4))).rank == 0);
    const auto wanted = references("diagnosis");
    const ReferenceFeatures sets;
    const CovarianceRank full = taken(covariance_rank(sets.a));
    CHECK(full.rank == 8);
    CHECK(full.effective_rank == tight(wanted["effective_rank"]));
    const CovarianceRank wide = taken(covariance_rank({sets.a.values.first(40), 5, 8}));
    CHECK(wide.rank == 4);
    CHECK(wide.effective_rank == tight(wanted["effective_rank_wide"]));
    CHECK(contains(error_of(covariance_rank(sets.a, 0)), "tolerance is 0"));
}

TEST_CASE("a collapsed generator is flagged within 200 iterations, in words with both values") {
    CollapseMonitor monitor;
    CHECK(monitor.check({0, 0.9, 0.0, 0.1, 0.7}).empty());  // untrained
    CHECK(monitor.check({100, 0.9, 0.0, 0.1, 0.01}).empty());
    const auto alarms = monitor.check({200, 0.06, 0.05, 0.39, 0.7});
    REQUIRE(alarms.size() == 3);
    CHECK(alarms[0].rule == "duplicates");
    CHECK(alarms[1].rule == "classes");
    CHECK(alarms[2].rule == "diversity");
    CHECK(alarms[0].sentence ==
          "the share of duplicates is 0.06, above the limit of 0.05: the generator repeats itself");
    CHECK(contains(alarms[1].sentence, "commonest's is 0.05, below the limit of 0.1: classes are lost"));
    CHECK(contains(alarms[2].sentence, "is 0.39, below the limit of 0.4"));
}

TEST_CASE("a healthy run raises no alarm at the limits, and absent signals say nothing") {
    CollapseMonitor monitor;
    for (int64_t i = 0; i <= 5000; i += 100) CHECK(monitor.check({i, 0.05, 0.1, 0.4, 0.05}).empty());
    CHECK(monitor.check({6000}).empty());
}

TEST_CASE("a discriminator that wins is flagged after its warm-up and 500 low iterations") {
    CollapseMonitor monitor;
    std::vector<int64_t> flagged;
    for (int64_t i = 0; i <= 1200; i += 100)
        if (!monitor.check({.iteration = i, .d_loss = 0.01}).empty()) flagged.push_back(i);
    CHECK(flagged == std::vector<int64_t>{1000, 1100, 1200});
    CHECK(contains(monitor.check({.iteration = 1300, .d_loss = 0.01}).at(0).sentence,
                   "0.01 and has been below 0.05 for 800"));
    CHECK(monitor.check({.iteration = 1400, .d_loss = 0.5}).empty());
    CHECK(monitor.check({.iteration = 1500, .d_loss = 0.01}).empty());  // counted anew
    CHECK(monitor.check({.iteration = 2000, .d_loss = 0.01}).size() == 1);
    CHECK(monitor.check({.iteration = 1600, .d_loss = 0.01}).empty());  // resumed from an earlier snapshot
    CHECK(monitor.check({.iteration = 600, .d_loss = 0.01}).empty());
    CHECK(monitor.check({.iteration = 1100, .d_loss = 0.01}).size() == 1);
}

TEST_CASE("a signal that is not a number is an alarm at once") {
    CollapseMonitor monitor;
    CHECK(monitor.check({.iteration = 1, .relative_diversity = NAN}).size() == 1);
    const auto of_loss = monitor.check({.iteration = 2, .d_loss = NAN});
    REQUIRE(of_loss.size() == 1);
    CHECK(of_loss[0].rule == "d_loss");
    CHECK(contains(of_loss[0].sentence, "loss is not a number"));
}
