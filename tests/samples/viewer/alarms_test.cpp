// Alarms of trainings: what raises them, and what does not.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/alarms.hpp"

#include <doctest/doctest.h>

using viewer::Alarms;
using Values = std::map<std::string, double, std::less<>>;

TEST_CASE("a discriminator that wins is told once, and not a critic") {
    Alarms alarms;
    for (int step = 1; step <= 300; ++step) alarms.watch_values(step, {{"d_real", 0.99}, {"d_fake", 0.01}});
    const auto raised = alarms.take();
    REQUIRE(raised.size() == 1);
    CHECK(raised[0].step == 50);
    CHECK(raised[0].alarm);
    CHECK(raised[0].text.find("nearly always right (0.990 of real, 0.010 of fake)") != std::string::npos);
    CHECK(raised[0].text.find("Lower D's learning rate") != std::string::npos);
    for (int step = 301; step <= 700; ++step) alarms.watch_values(step, {{"d_real", 0.99}, {"d_fake", 0.01}});
    CHECK(alarms.take().size() == 1);  // again after 500 steps

    Alarms balanced, critic;
    for (int step = 1; step <= 400; ++step) {
        balanced.watch_values(step, {{"d_real", step % 40 ? 0.99 : 0.6}, {"d_fake", 0.01}});
        critic.watch_values(step, {{"d_real", step == 1 ? 3.0 : 0.99}, {"d_fake", 0.01}});
    }
    CHECK(balanced.take().empty());
    CHECK(critic.take().empty());
}

TEST_CASE("a gradient that explodes is named with both norms; growth is no explosion") {
    Alarms alarms;
    for (int step = 1; step <= 100; ++step) alarms.watch_values(step, {{"grad_norm_g", 1 + 0.01 * step}});
    CHECK(alarms.take().empty());
    alarms.watch_values(101, {{"grad_norm_g", 90}});
    const auto raised = alarms.take();
    REQUIRE(raised.size() == 1);
    CHECK(raised[0].text.starts_with("grad_norm_g exploded: 90, where 1.51 was usual"));
    Alarms infinite;
    for (int step = 1; step <= 40; ++step) infinite.watch_values(step, {{"grad_norm_d", 2}});
    infinite.watch_values(41, {{"grad_norm_d", 1e300 * 1e300}});
    CHECK(infinite.take().size() == 1);
}

TEST_CASE("samples that become alike are a collapse; those that are alike from the start are not") {
    Alarms alarms;
    for (const double distance : {0.02, 0.1, 0.2, 0.25, 0.3, 0.28, 0.2, 0.1})
        alarms.watch_samples(10, distance);
    CHECK(alarms.take().empty());
    alarms.watch_samples(90, 0.05);
    const auto raised = alarms.take();
    REQUIRE(raised.size() == 1);
    CHECK(raised[0].text.find("mode collapse") != std::string::npos);
    Alarms grey;
    for (int i = 0; i < 20; ++i) grey.watch_samples(i, i % 2 ? 0.001 : 0.02);
    CHECK(grey.take().empty());
}

TEST_CASE("the mean distance of images is that of their pairs") {
    const std::vector<uint8_t> images{0, 0, 255, 255, 0, 0};  // three of two bytes
    CHECK(viewer::mean_distance(images, 3) == doctest::Approx(2.0 / 3));
    CHECK(viewer::mean_distance(images, 1) == 0);
}
