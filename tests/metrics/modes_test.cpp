// Mode counting.
// SPDX-License-Identifier: MIT
#include "host/metrics/modes.hpp"

#include "tests/metrics/reference_inputs.hpp"

#include <cmath>
#include <numbers>

using namespace vkgan;
using namespace vkgan::test;

TEST_CASE("rings and grids have their means where the mixtures have them") {
    const auto ring = ring_means(8, 2), grid = grid_means(5, 2);
    REQUIRE(ring.size() == 16);
    CHECK(ring[0] == 2);
    CHECK(ring[2 * 2 + 1] == 2);  // a quarter round
    REQUIRE(grid.size() == 50);
    CHECK(grid[0] == -4);
    CHECK(grid[24] == 0);
    CHECK(grid[49] == 4);
}

TEST_CASE("modes are counted by their high-quality samples") {
    const std::vector<float> means = grid_means(5, 2);
    std::vector<float> points;
    const auto add = [&](float x, float y, int times) {
        for (int i = 0; i < times; ++i) points.insert(points.end(), {x, y});
    };
    add(-4, -4, 20);
    add(-4, -2.14f, 19);  // 2.8 sigma
    add(4, 4, 1);
    add(4, 3.84f, 10);  // 3.2 sigma: of low quality
    const ModeCount count = taken(count_modes(matrix(points, 2), matrix(means, 2), {.sigma = 0.05}));
    CHECK(count.hit == 3);
    CHECK(count.well_hit == 1);
    CHECK(count.hits[0] == 20);
    CHECK(count.hits[1] == 19);
    CHECK(count.hits[24] == 1);
    CHECK(count.high_quality_share == 0.8);
    // p is (.5, .475, .025), q is 1/25 each.
    double jsd = 0;
    for (const double p : {0.5, 0.475, 0.025})
        jsd += (p * std::log(2 * p / (p + 0.04)) + 0.04 * std::log(0.08 / (p + 0.04))) / 2;
    CHECK(count.jsd_to_uniform == tight(jsd + 22 * 0.04 * std::numbers::ln2 / 2));
}

TEST_CASE("a balanced mixture has no divergence, and one without a good sample the greatest") {
    const auto means = ring_means(8, 1);
    const ModeCount perfect = taken(count_modes(matrix(means, 2), matrix(means, 2), {.sigma = 0.01}));
    CHECK(perfect.hit == 8);
    CHECK(perfect.well_hit == 0);
    CHECK(perfect.jsd_to_uniform == doctest::Approx(0));
    const ModeCount lost =
        taken(count_modes(matrix(std::vector<float>{0, 0}, 2), matrix(means, 2), {.sigma = 0.01}));
    CHECK(lost.hit == 0);
    CHECK(lost.jsd_to_uniform == std::numbers::ln2);
    CHECK(contains(error_of(count_modes(matrix(means, 2), matrix(means, 2), {})), "sigma is 0"));
    CHECK(contains(error_of(count_modes(matrix(means, 2), matrix(means, 4), {.sigma = 1})),
                   "points has 2 columns, but means has 4"));
}

TEST_CASE("label modes are counted with their divergence from uniform") {
    const LabelModes half = taken(count_label_modes(std::vector<int>{0, 1, 0, 1}, 4));
    CHECK(half.hit == 2);
    CHECK(half.kl_to_uniform == tight(std::numbers::ln2));
    CHECK(half.balance == 0);
    CHECK(half.counts == std::vector<int64_t>{2, 2, 0, 0});
    CHECK(taken(count_label_modes(std::vector<int>{0, 0, 0, 1}, 2)).balance == tight(1 / 3.0));
    CHECK(contains(error_of(count_label_modes(std::vector<int>{0, 4}, 4)), "entry 1 is 4"));
    CHECK(contains(error_of(count_label_modes({}, 4)), "0 labels"));
}

TEST_CASE("stacked labels read as digits") {
    const std::vector<std::vector<int>> channels{{1, 0}, {2, 0}, {3, 9}};
    CHECK(taken(stacked_labels(channels, 10)) == std::vector<int>{123, 9});
    const std::vector<std::vector<int>> uneven{{1, 0}, {2}};
    CHECK(contains(error_of(stacked_labels(uneven, 10)), "1 labels, but the first has 2"));
    const std::vector<std::vector<int>> many(10, std::vector<int>{1});
    CHECK(contains(error_of(stacked_labels(many, 10)), "10 channels of 10 classes"));
}
