// FID, KID and the Gaussian fit.
// SPDX-License-Identifier: MIT
#include "host/metrics/distances.hpp"

#include "tests/metrics/reference_inputs.hpp"

#include <cmath>

using namespace vkgan;
using namespace vkgan::test;

namespace {

// Four points with the given mean and the covariance diag(4/3 sx^2, 4/3 sy^2).
std::vector<float> cross(float x, float y, float sx, float sy) {
    return {x + sx, y + sy, x + sx, y - sy, x - sx, y + sy, x - sx, y - sy};
}

}  // namespace

TEST_CASE("a Gaussian is fitted with n - 1 in the covariance") {
    const Gaussian fit = taken(fit_gaussian(matrix(cross(1, 2, 3, 0.5f), 2)));
    CHECK(fit.samples == 4);
    CHECK(fit.mean == std::vector<double>{1, 2});
    CHECK(fit.covariance[0] == tight(12));
    CHECK(fit.covariance[1] == 0);
    CHECK(fit.covariance[3] == tight(1 / 3.0));
}

TEST_CASE("the Frechet distance of axis-parallel Gaussians is that of means and deviations") {
    // |m|^2 + sum (s1 - s2)^2, by hand: 9 + 16 + 4/3 (2 - 1)^2 + 4/3 (3 - 0.5)^2.
    const auto a = cross(0, 0, 2, 0.5f), b = cross(3, 4, 1, 3);
    CHECK(taken(frechet_distance(matrix(a, 2), matrix(b, 2))) == tight(25 + 4 / 3.0 * (1 + 6.25)));
}

TEST_CASE("the Frechet distance of Gaussians that do not commute agrees with the closed form") {
    // For 2 x 2, Tr (S1 S2)^1/2 = sqrt(Tr(S1 S2) + 2 sqrt(det S1 det S2)): here sqrt(10 + 2 sqrt(3 * 4)).
    const Gaussian a{10, {0, 0}, {2, 1, 1, 2}}, b{10, {0, 0}, {4, 0, 0, 1}};
    const double expected = 4 + 5 - 2 * std::sqrt(10 + 2 * std::sqrt(12));
    CHECK(taken(frechet_distance(a, b)) == tight(expected));
    CHECK(taken(frechet_distance(b, a)) == tight(expected));
}

TEST_CASE("a set is at no Frechet distance from itself, even with a singular covariance") {
    const ReferenceFeatures sets;
    // 16 roots of eigenvalues near 0.1, each to 1e-15.
    CHECK(taken(frechet_distance(sets.a, sets.a)) == doctest::Approx(0).epsilon(1e-12));
    const std::vector<float> line{0, 0, 1, 1, 2, 2, 4, 4};
    CHECK(taken(frechet_distance(matrix(line, 2), matrix(line, 2))) < 1e-6);
}

TEST_CASE("eigenvalues that rounding took below 0 count as 0, and no NaN passes for 0") {
    const Gaussian round{10, {0, 0}, {1, 0, 0, 1}}, thin{10, {0, 0}, {1, 1.000001, 1.000001, 1}};
    const double expected = 4 - 2 * std::sqrt(2.000001);
    CHECK(taken(frechet_distance(round, thin)) == tight(expected));
    CHECK(contains(error_of(frechet_distance(round, Gaussian{10, {1e200, 0}, {1, 0, 0, 1}})),
                   "distance is inf"));
    const Gaussian broken{10, {NAN, 0}, {1, 0, 0, 1}};
    CHECK(contains(error_of(frechet_distance(round, broken)), "distance is nan"));
}

TEST_CASE("Frechet and kernel distances agree with scipy and numpy") {
    const ReferenceFeatures sets;
    CHECK(taken(frechet_distance(sets.a, sets.b)) == near(references("frechet")));
    const FeatureMatrix fifty{sets.a.values.first(400), 50, 8};
    const KernelDistance kernel = taken(kernel_distance(fifty, sets.b, {.subsets = 3}));
    CHECK(kernel.mean == near(references("kernel")));
    CHECK(kernel.subset_size == 50);  // every subset is the whole set
    CHECK(kernel.std < 1e-12);
}

TEST_CASE("a kernel distance is near 0 for samples of one distribution, and threads do not change it") {
    const std::vector<float> values = lcg(20, 400 * 4);
    const FeatureMatrix all = matrix(values, 4);
    const FeatureMatrix first{all.values.first(800), 200, 4}, second{all.values.subspan(800), 200, 4};
    const KernelDistance one =
        taken(kernel_distance(first, second, {.subsets = 20, .subset_size = 100, .workers = 1}));
    const KernelDistance many =
        taken(kernel_distance(first, second, {.subsets = 20, .subset_size = 100, .workers = 3}));
    CHECK(std::abs(one.mean) < 3 * one.std);  // unbiased: 0 within its own spread
    CHECK(one.std > 0);
    CHECK(one.mean == many.mean);
    CHECK(one.std == many.std);
    const KernelDistance seeded =
        taken(kernel_distance(first, second, {.subsets = 20, .subset_size = 100, .seed = 1}));
    CHECK(seeded.mean != one.mean);
}

TEST_CASE("distances refuse too few samples, unlike columns and values that are not finite") {
    const ReferenceFeatures sets;
    const FeatureMatrix eight{sets.a.values.first(64), 8, 8};
    CHECK(contains(error_of(frechet_distance(sets.a, eight)), "b has 8 samples of 8 columns"));
    CHECK(contains(error_of(frechet_distance(sets.a, matrix(sets.b_values, 4))),
                   "a has 8 columns, but b has 4"));
    std::vector<float> broken = sets.a_values;
    broken[17] = INFINITY;
    CHECK(contains(error_of(frechet_distance(matrix(broken, 8), sets.b)), "a holds inf in row 2 of 60"));
    CHECK(contains(error_of(kernel_distance(sets.a, {sets.b.values.first(8), 1, 8})), "b has 1"));
    CHECK(contains(error_of(kernel_distance(sets.a, sets.b, {.subsets = 0})), "subsets is 0"));
    CHECK(contains(error_of(frechet_distance(Gaussian{2, {0}, {1}}, Gaussian{2, {0, 0}, {1, 0, 0, 1}})),
                   "a has 1 dimensions, but b has 2"));
    CHECK(contains(error_of(fit_gaussian({sets.a.values, 60, 7})),
                   "480 values, but 60 rows of 7 columns need 420"));
}
