// Histograms, entropies and divergences.
// SPDX-License-Identifier: MIT
#include "host/metrics/histograms.hpp"

#include "tests/metrics/reference_inputs.hpp"

#include <cmath>
#include <numbers>

using namespace vkgan;
using namespace vkgan::test;

TEST_CASE("a histogram counts its bins and what lies outside") {
    const std::vector<float> values{0, 0.5f, 1, 1.5f, 2, 2.5f, -1, NAN};
    CHECK(taken(histogram(values, {0, 2, 2})) == std::vector<double>{0.25, 0.375, 0.375});
    CHECK(contains(error_of(histogram(values, {2, 2, 2})), "from 2 to 2"));
    CHECK(contains(error_of(histogram(values, {0, 1, 0})), "bins.count is 0"));
    CHECK(contains(error_of(histogram({}, {0, 1, 1})), "0 entries"));
}

TEST_CASE("a density's bins hold its integral, and the rest is outside") {
    const auto normal = [](double x) { return std::exp(-x * x / 2) / std::sqrt(2 * std::numbers::pi); };
    const auto masses = taken(bin_density(normal, {-2, 2, 8}));
    REQUIRE(masses.size() == 9);
    // Simpson with steps of 1/32: the error is below 1e-8 of the mass.
    CHECK(masses[4] == doctest::Approx(std::erf(0.5 / std::sqrt(2)) / 2).epsilon(1e-7));
    CHECK(masses[8] == doctest::Approx(std::erfc(std::sqrt(2))).epsilon(1e-6));
    CHECK(taken(jensen_shannon(masses, masses)) == 0);
}

TEST_CASE("divergences by hand") {
    const std::vector<double> left{1, 0}, right{0, 5}, even{2, 2};
    CHECK(taken(jensen_shannon(left, right)) == tight(std::numbers::ln2));
    CHECK(taken(kl_divergence(left, even)) == tight(std::numbers::ln2));
    CHECK(std::isinf(taken(kl_divergence(even, left))));
    CHECK(entropy(even) == tight(std::numbers::ln2));
    CHECK(entropy(left) == 0);
    CHECK(taken(jensen_shannon(left, even)) ==
          tight((std::log(4 / 3.0) + std::log(2 / 3.0) / 2 + std::log(2) / 2) / 2));
}

TEST_CASE("divergences agree with scipy") {
    const auto wanted = references("divergences");
    const std::vector<float> p_floats = lcg(12, 20), q_floats = lcg(13, 20);
    const std::vector<double> p(p_floats.begin(), p_floats.end()), q(q_floats.begin(), q_floats.end());
    CHECK(taken(jensen_shannon(p, q)) == tight(wanted["jsd"]));
    CHECK(taken(kl_divergence(p, q)) == tight(wanted["kl"]));
    CHECK(entropy(p) == tight(wanted["entropy"]));
}

TEST_CASE("divergences refuse what is no mass") {
    const std::vector<double> good{1, 2}, negative{1, -1}, empty{0, 0}, three{1, 1, 1};
    CHECK(contains(error_of(kl_divergence(good, three)), "p has 2 masses, but q has 3"));
    CHECK(contains(error_of(jensen_shannon(good, negative)), "q holds the mass -1"));
    CHECK(contains(error_of(jensen_shannon(empty, good)), "p has 2 masses that sum to 0"));
}

TEST_CASE("mean and deviation divide by the count") {
    const MeanStd both = mean_std(std::vector<double>{1, 3});
    CHECK(both.mean == 2);
    CHECK(both.std == 1);
}
