// Wasserstein distances, pyramids and patches.
// SPDX-License-Identifier: MIT
#include "host/metrics/sliced_wasserstein.hpp"

#include "host/metrics/draws.hpp"
#include "host/metrics/patches.hpp"
#include "host/metrics/pyramid.hpp"
#include "tests/metrics/reference_inputs.hpp"

#include <cmath>

using namespace vkgan;
using namespace vkgan::test;

namespace {

Tensor noise(uint32_t seed, const Shape& shape) {
    return {shape, lcg(seed, static_cast<size_t>(shape.element_count()))};
}

}  // namespace

TEST_CASE("Wasserstein-1 in one dimension, by hand") {
    CHECK(taken(wasserstein_1d(std::vector<float>{3, 0, 1}, std::vector<float>{5, 6, 8})) == tight(5));
    // Half of the mass stays at 0, half goes from 0 to 1.
    CHECK(taken(wasserstein_1d(std::vector<float>{0}, std::vector<float>{0, 1})) == tight(0.5));
    // Thirds 0 0 3 against halves 0 3: 1/6 of the mass goes 3 far.
    CHECK(taken(wasserstein_1d(std::vector<float>{0, 3, 0}, std::vector<float>{3, 0})) == tight(0.5));
    CHECK(contains(error_of(wasserstein_1d({}, std::vector<float>{1})), "a has 0 rows"));
    CHECK(contains(error_of(wasserstein_1d(std::vector<float>{1}, std::vector<float>{NAN})), "b holds nan"));
}

TEST_CASE("Wasserstein distances of unequal sets agree with scipy") {
    const auto wanted = references("sliced");
    const ReferenceFeatures sets;
    CHECK(taken(wasserstein_1d(sets.a_values, sets.b_values)) == near(wanted["one_dimension"]));
    std::vector<float> directions = lcg(4, 5 * 8);
    for (float& value : directions) value -= 0.5f;
    CHECK(taken(sliced_wasserstein_along(sets.a, sets.b, matrix(directions, 8))) == near(wanted["along"]));
}

TEST_CASE("random directions are of length 1 and lean to no side") {
    const auto values = draw_directions(5, 2000, 3);
    const FeatureMatrix directions = matrix(values, 3);
    double x = 0, xx = 0;
    for (int64_t i = 0; i < directions.rows; ++i) {
        const auto d = directions.row(i);
        REQUIRE(double(d[0]) * d[0] + double(d[1]) * d[1] + double(d[2]) * d[2] == near(1));
        x += d[0];
        xx += double(d[0]) * d[0];
    }
    // Standard errors: sqrt(1 / 3 / 2000) = 0.013 and sqrt(4 / 45 / 2000) = 0.0067; four of each.
    CHECK(std::abs(x / 2000) < 0.052);
    CHECK(std::abs(xx / 2000 - 1 / 3.0) < 0.027);
}

TEST_CASE("a shift by v gives the mean of |v . direction|, whatever the threads") {
    // In three dimensions that mean is |v| / 2, and its deviation |v| / sqrt(12): 4 errors of 512 directions.
    const std::vector<float> values = lcg(24, 40 * 3);
    std::vector<float> moved = values;
    for (size_t i = 0; i < moved.size(); i += 3) moved[i] += 2;
    const double one = taken(sliced_wasserstein(matrix(values, 3), matrix(moved, 3), {.workers = 1}));
    CHECK(std::abs(one - 1) < 4 * 2 / std::sqrt(12.0 * 512));
    CHECK(one == taken(sliced_wasserstein(matrix(values, 3), matrix(moved, 3), {.workers = 3})));
    CHECK(taken(sliced_wasserstein(matrix(values, 3), matrix(values, 3))) == 0);
    CHECK(contains(error_of(sliced_wasserstein(matrix(values, 3), matrix(moved, 3), {.directions = 0})),
                   "directions is 0"));
}

TEST_CASE("pyramid levels end at 16 pixels or at an odd side") {
    CHECK(pyramid_sides(64, 64) == std::vector<int64_t>{64, 32, 16});
    CHECK(pyramid_sides(32, 48) == std::vector<int64_t>{32, 16});
    CHECK(pyramid_sides(28, 28) == std::vector<int64_t>{28});
    CHECK(pyramid_sides(16, 16) == std::vector<int64_t>{16});
    CHECK(pyramid_sides(100, 100) == std::vector<int64_t>{100, 50, 25});
}

TEST_CASE("a constant image is all coarse, and the pyramid agrees with scipy") {
    const auto flat = taken(laplacian_pyramid(Tensor(Shape{1, 1, 32, 32}, 0.75f)));
    for (const float value : flat[0].values) REQUIRE(std::abs(value) < 1e-7);
    for (const float value : flat[1].values) REQUIRE(value == near(0.75));

    const auto wanted = references("pyramid");
    const Tensor images = noise(7, {1, 2, 32, 32});
    const auto levels = taken(laplacian_pyramid(images));
    REQUIRE(levels.size() == 2);
    for (size_t x = 0; x < 8; ++x) {
        CHECK(levels[0].values[1024 + 15 * 32 + x] == near(wanted["fine"][x]));
        CHECK(levels[1].values[256 + 15 * 16 + x] == near(wanted["coarse"][x]));
    }
    CHECK(taken(high_frequency_energy(images))[0] == near(wanted["energy"]));
}

TEST_CASE("normalised patches at given places agree with numpy") {
    std::vector<PatchPlace> places;
    for (int64_t i = 0; i < 20; ++i) places.push_back({0, i * 3 % 26, i * 5 % 26});
    Tensor squared = noise(8, {1, 2, 32, 32});
    for (float& value : squared.values) value *= value;
    const Tensor fine[] = {taken(laplacian_pyramid(noise(7, {1, 2, 32, 32})))[0],
                           taken(laplacian_pyramid(squared))[0]};
    std::vector<float> rows[2], directions = lcg(9, 6 * 98);
    for (float& value : directions) value -= 0.5f;
    for (size_t s = 0; s < 2; ++s) {
        rows[s] = patches_at(fine[s], places, 7);
        normalise_channels(rows[s], 2, 49);
    }
    CHECK(taken(sliced_wasserstein_along(matrix(rows[0], 98), matrix(rows[1], 98), matrix(directions, 98))) ==
          near(references("pyramid")["patches"]));
}

TEST_CASE("random patches fit into their images and reach every edge") {
    const Tensor images(Shape{3, 1, 16, 18});
    const auto places = draw_patches(1, 2, images, {.patches_per_image = 500});
    REQUIRE(places.size() == 1500);
    int64_t least_y = 99, greatest_y = 0, greatest_x = 0;
    for (const PatchPlace& place : places) {
        least_y = std::min(least_y, place.y);
        greatest_y = std::max(greatest_y, place.y);
        greatest_x = std::max(greatest_x, place.x);
    }
    CHECK(least_y == 0);
    CHECK(greatest_y == 9);
    CHECK(greatest_x == 11);
    CHECK(places[499].image == 0);
    CHECK(places[500].image == 1);
}

TEST_CASE("the sliced distance of images tells even images from noise, whatever the threads") {
    const Tensor a = noise(30, {40, 1, 32, 32}), b = noise(31, {30, 1, 32, 32});
    // Each image of one brightness: its coarse patches, and no others, are all of a piece.
    Tensor even = noise(32, {40, 1, 32, 32});
    for (size_t i = 0; i < even.values.size(); ++i)
        even.values[i] = 0.1f * even.values[i] + static_cast<float>(i / 1024) / 40;
    const ImageSlicedOptions quick{.patches_per_image = 32, .directions = 64};
    const PyramidDistance like = taken(sliced_wasserstein_images(a, b, quick));
    const PyramidDistance unlike = taken(sliced_wasserstein_images(a, even, quick));
    CHECK(like.sides == std::vector<int64_t>{32, 16});
    REQUIRE(like.distances.size() == 2);
    CHECK(like.average == tight((like.distances[0] + like.distances[1]) / 2));
    CHECK(like.average > 0);
    CHECK(taken(sliced_wasserstein_images(a, a, quick)).average > 0);  // other patches of the same images
    CHECK(unlike.distances[1] > 2 * like.distances[1]);
    CHECK(unlike.distances[0] < 2 * like.distances[0]);
    ImageSlicedOptions threads = quick;
    threads.workers = 3;
    CHECK(taken(sliced_wasserstein_images(a, b, threads)).distances == like.distances);
    CHECK(taken(sliced_wasserstein_images(Tensor(Shape{2, 3, 28, 28}), Tensor(Shape{2, 3, 28, 28}), quick))
              .sides == std::vector<int64_t>{28});
}

TEST_CASE("the sliced distance of images refuses what it cannot cut") {
    const Tensor a = noise(33, {2, 1, 16, 16});
    CHECK(contains(error_of(sliced_wasserstein_images(a, noise(33, {2, 1, 16, 18}))), "[2, 1, 16, 18]"));
    CHECK(contains(error_of(sliced_wasserstein_images(a, a, {.patch_side = 17})), "patch_side is 17"));
    CHECK(contains(error_of(sliced_wasserstein_images(a, a, {.patches_per_image = 0})),
                   "patches_per_image is 0"));
    CHECK(contains(error_of(laplacian_pyramid(Tensor(Shape{4, 4}))), "[4, 4]"));
    Tensor broken = a;
    broken.values[300] = NAN;
    CHECK(contains(error_of(sliced_wasserstein_images(a, broken)), "b holds nan in image 1 of 2"));
    CHECK(contains(error_of(high_frequency_energy(noise(1, {1, 1, 15, 16}))), "15 x 16"));
}
