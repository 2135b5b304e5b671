// Stacked digits: every channel is one of the digits, chosen evenly and apart from the others.
// SPDX-License-Identifier: MIT
#include "tests/data/image_folder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

using namespace vkgan;
using namespace vkgan::test;

namespace {

std::map<std::vector<float>, int> digits_with_labels(const char* split) {
    const auto set = open("digits", "", {.split = split});
    if (!set) FAIL(set.error().message);
    std::map<std::vector<float>, int> labels;
    for (int64_t i = 0; i < (*set)->size(); ++i) {
        const std::vector<float> classes = read_attributes_of(**set, i);
        labels[read_image_of(**set, i)] = int(std::ranges::max_element(classes) - classes.begin());
    }
    return labels;
}

}  // namespace

TEST_CASE("stacked digits hold a test digit in each channel, pairs of all kinds equally often") {
    const auto set = open("stacked-digits", "", {.channels = 2, .split = "test"});
    if (!set) FAIL(set.error().message);
    CHECK((*set)->size() == 26'000);
    CHECK((*set)->image_shape() == Shape{2, 28, 28});
    CHECK((*set)->attribute_names().empty());
    const auto labels = digits_with_labels("test");
    std::array<int, 100> seen{};
    constexpr int samples = 5000;
    for (int64_t i = 0; i < samples; ++i) {
        const std::vector<float> image = read_image_of(**set, i);
        const auto first = labels.find({image.begin(), image.begin() + 784});
        const auto second = labels.find({image.begin() + 784, image.end()});
        REQUIRE(first != labels.end());
        REQUIRE(second != labels.end());
        ++seen[size_t(first->second * 10 + second->second)];
    }
    // Independent draws from the test digits: counts are binomial, within five deviations of their means.
    std::array<double, 10> share{};
    for (const auto& [image, label] : labels) share[size_t(label)] += 1 / double(labels.size());
    for (size_t kind = 0; kind < seen.size(); ++kind) {
        const double p = share[kind / 10] * share[kind % 10];
        CAPTURE(kind);
        CHECK(std::abs(seen[kind] - samples * p) <= 5 * std::sqrt(samples * p * (1 - p)));
    }
}

TEST_CASE(
    "stacked digits are a function of their number; splits and channels tell their fingerprints apart") {
    const auto train = open("stacked-digits", ""), again = open("stacked-digits", "");
    const auto test = open("stacked-digits", "", {.split = "test"});
    const auto pairs = open("stacked-digits", "", {.channels = 2});
    const auto all = open("stacked-digits", "", {.split = "all"});
    REQUIRE(train.ok());
    REQUIRE(test.ok());
    REQUIRE(all.ok());
    CHECK((*train)->image_shape() == Shape{3, 28, 28});
    CHECK((*train)->size() == 128'000);
    CHECK((*all)->size() == 154'000);
    CHECK(read_image_of(**train, 77) == read_image_of(**again, 77));
    CHECK(read_image_of(**train, 77) != read_image_of(**train, 78));
    CHECK((*train)->fingerprint() == (*again)->fingerprint());
    CHECK((*train)->fingerprint() != (*test)->fingerprint());
    CHECK((*train)->fingerprint() != (*pairs)->fingerprint());
    const auto larger = open("stacked-digits", "", {.image_size = 32});
    REQUIRE(larger.ok());
    CHECK((*larger)->image_shape() == Shape{3, 32, 32});
}

TEST_CASE("stacked digits of one channel, of a folder without digits, or past their end are refused") {
    CHECK(contains(open_error("stacked-digits", "", {.channels = 1}),
                   "channels is 1; a digit lies in each of 2"));
    CHECK(contains(open_error("stacked-digits", "/nowhere"), "/nowhere does not exist"));
    CHECK(contains(open_error("stacked-digits", "", {.split = "validation"}), "train, test and all"));
    const auto set = open("stacked-digits", "", {.split = "test"});
    REQUIRE(set.ok());
    std::vector<float> image(3 * 784);
    CHECK_FALSE((*set)->read(26'000, image, {}).ok());
    CHECK_FALSE((*set)->read(0, std::span(image).first(784), {}).ok());
}
