// Blends, walks, arithmetic and keyframes of latents, without a network.
// SPDX-License-Identifier: MIT
#include "samples/viewer/state/latents.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace viewer;

namespace {

Latent of_seed(int64_t seed) {
    std::mt19937_64 random{uint64_t(seed)};
    std::normal_distribution<float> normal;
    Latent latent(64);
    for (float& value : latent) value = normal(random);
    return latent;
}

double length(const Latent& latent) {
    double sum = 0;
    for (const float value : latent) sum += double(value) * value;
    return std::sqrt(sum);
}

double distance(const Latent& a, const Latent& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += double(a[i] - b[i]) * double(a[i] - b[i]);
    return std::sqrt(sum);
}

}  // namespace

TEST_CASE("at whole numbers of the plane lie the seeds' own latents") {
    Plane plane{.seed = 7};
    CHECK(plane_latent(plane, of_seed) == of_seed(7));
    plane.x = 2;
    plane.y = -1;
    CHECK(plane_latent(plane, of_seed) == of_seed(2147483647 - 100 + 1 + 9));
    plane.y = 1;
    CHECK(plane_latent(plane, of_seed) == of_seed(109));
    plane.x = 2.4;
    plane.snaps = true;
    CHECK(plane_latent(plane, of_seed) == of_seed(109));
    plane = {.seed = 7, .origin = Latent(64, 0.5f)};
    CHECK(plane_latent(plane, of_seed) == Latent(64, 0.5f));
}

TEST_CASE("blends are as long as what they are made of, and change little from pixel to pixel") {
    Plane plane{.seed = 3};
    Latent last = plane_latent(plane, of_seed);
    for (int i = 1; i <= 200; ++i) {
        plane.x = i / 50.0;
        plane.y = i / 80.0;
        const Latent now = plane_latent(plane, of_seed);
        CHECK(length(now) > 6.0);  // sqrt(64) is 8; a mean of four would be 4
        CHECK(length(now) < 10.0);
        CHECK(distance(now, last) < 0.8);
        last = now;
    }
}

TEST_CASE("between two latents lies the arc, with both ends exact") {
    const Latent a = of_seed(1), b = of_seed(2);
    CHECK(between(a, b, 0) == a);
    CHECK(between(a, b, 1) == b);
    const Latent middle = between(a, b, 0.5);
    CHECK(distance(middle, a) == doctest::Approx(distance(middle, b)).epsilon(0.2));
    CHECK(length(middle) == doctest::Approx((length(a) + length(b)) / 2).epsilon(1e-5));
    Latent opposite = a;
    for (float& value : opposite) value = -value;
    CHECK(std::isfinite(length(between(a, opposite, 0.5))));  // no arc is the shortest
}

TEST_CASE("directions add, truncation scales") {
    ViewerState state;
    state.plane.seed = 1;
    Latent unit(64);
    unit[3] = 1;
    state.directions = {{.name = "one", .values = unit, .amount = 2}};
    Latent expected = of_seed(1);
    expected[3] += 2;
    CHECK(latent_of(state, of_seed) == expected);
    state.truncation = -0.5;
    for (float& value : expected) value *= -0.5f;
    CHECK(latent_of(state, of_seed) == expected);
    state.directions[0].values.resize(5);  // of another model
    state.truncation = 1;
    CHECK(latent_of(state, of_seed) == of_seed(1));
}

TEST_CASE("arithmetic adds the mean with and takes away the mean without") {
    const std::vector<Latent> with{{3, 0}, {5, 2}}, without{{1, 1}};
    CHECK(arithmetic(with, without, {10, 20}) == Latent{13, 20});
    const Latent out = projected(Latent{1, 1}, Latent{2, 0});
    CHECK(out[0] == doctest::Approx(0));
    CHECK(out[1] == doctest::Approx(1));
    CHECK(projected(Latent{2, 0}, Latent{1, 0}) == Latent{2, 0});
}

TEST_CASE("a walk visits every pin and comes back") {
    ViewerState state;
    state.pins = {{.name = "a", .latent = of_seed(1)},
                  {.name = "b", .latent = of_seed(2)},
                  {.name = "c", .latent = of_seed(3)}};
    state.pins[1].controls = {{.name = "Smiling", .value = 1, .set = true}};
    state.walk = {.playing = true, .seconds_a_pin = 1};
    state.material.turns = false;
    double nearest[3]{1e9, 1e9, 1e9};
    double smile = -1;
    for (int i = 0; i <= 300; ++i) {
        for (size_t k = 0; k < 3; ++k)
            nearest[k] =
                std::min(nearest[k], distance(plane_latent(state.plane, of_seed), state.pins[k].latent));
        advance_motion(state, 0.01, {});
        if (const ControlSetting* const setting = find_setting(state.controls, "Smiling");
            setting && setting->set)
            smile = std::max(smile, setting->value);
    }
    for (const double one : nearest) CHECK(one < 0.1);
    CHECK(smile == 1);
    CHECK(state.walk.position == doctest::Approx(0.01).epsilon(0.05));
}

TEST_CASE("a timeline goes from key to key") {
    ViewerState state;
    state.controls = {{.name = "Beard", .value = -1, .set = true}};
    set_keyframe(state);
    state.timeline.seconds = 2;
    state.plane.x = 4;
    state.truncation = 0.5;
    state.controls[0].value = 1;
    set_keyframe(state);
    set_keyframe(state);  // again at the same time: replaced
    REQUIRE(state.timeline.keys.size() == 2);
    state.timeline.seconds = 1;
    apply_timeline(state);
    CHECK(state.plane.x == doctest::Approx(2));
    CHECK(state.truncation == doctest::Approx(0.75));
    CHECK(state.controls[0].value == doctest::Approx(0));
    state.timeline.seconds = 99;
    apply_timeline(state);
    CHECK(state.plane.x == doctest::Approx(4));
}

TEST_CASE("randomise leaves what is locked or not set") {
    ViewerState state;
    state.controls = {{.name = "a", .value = 0.1, .set = true, .locked = true},
                      {.name = "b", .value = 0.1, .set = true},
                      {.name = "c", .value = 0.1}};
    state.directions = {{.name = "d", .values = {1}, .amount = 0.5, .locked = true}};
    const std::vector<ControlRange> ranges{{"a", -1, 1}, {"b", -1, 1}, {"c", -1, 1}};
    randomise(state, 42, ranges);
    CHECK(state.controls[0].value == 0.1);
    CHECK(state.controls[1].value != 0.1);
    CHECK(std::abs(state.controls[1].value) <= 1);
    CHECK_FALSE(state.controls[2].set);
    CHECK(state.directions[0].amount == 0.5);
    CHECK(state.plane.seed != ViewerState().plane.seed);
    ViewerState again;
    again.controls = state.controls;
    randomise(again, 42, ranges);
    CHECK(again.plane.seed == state.plane.seed);  // the seed decides
}

TEST_CASE("an animated control goes to both ends and stays within") {
    ViewerState state;
    state.controls = {{.name = "Smiling", .animated = true}};
    const std::vector<ControlRange> ranges{{"Smiling", -1, 1}};
    double low = 9, high = -9;
    for (int i = 0; i < 500; ++i) {
        advance_motion(state, 0.01, ranges);
        low = std::min(low, state.controls[0].value);
        high = std::max(high, state.controls[0].value);
    }
    CHECK(low == doctest::Approx(-1).epsilon(0.01));
    CHECK(high == doctest::Approx(1).epsilon(0.01));
}
