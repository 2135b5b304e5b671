// Philox4x32-10 and its distributions on the host.
// SPDX-License-Identifier: MIT
#include "host/graph/random.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace vkgan;

namespace {

double normal_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

// The z with normal_tail(z) == p, by Newton's method.
double exact_quantile(double p, double z) {
    for (int i = 0; i < 4; ++i) {
        const double density = std::exp(-0.5 * z * z) / std::sqrt(2 * M_PI);
        z += (normal_tail(z) - p) / density;
    }
    return z;
}

struct Moments {
    double mean = 0, variance = 0, skewness = 0, kurtosis = 0;
};

Moments moments_of(const std::vector<float>& values) {
    const double n = double(values.size());
    Moments m;
    for (const float v : values) m.mean += v / n;
    for (const float v : values) m.variance += (v - m.mean) * (v - m.mean) / n;
    for (const float v : values) {
        const double z = (v - m.mean) / std::sqrt(m.variance);
        m.skewness += z * z * z / n;
        m.kurtosis += z * z * z * z / n;
    }
    return m;
}

// Kolmogorov and Smirnov's statistic times the square root of the count.
template <class Cumulative>
double ks_statistic(std::vector<float> values, Cumulative cumulative) {
    std::sort(values.begin(), values.end());
    const double n = double(values.size());
    double worst = 0;
    for (size_t i = 0; i < values.size(); ++i) {
        const double c = cumulative(double(values[i]));
        worst = std::max({worst, c - double(i) / n, double(i + 1) / n - c});
    }
    return worst * std::sqrt(n);
}

constexpr RandomKey key{.seed_low = 42, .seed_high = 7, .step_low = 3, .step_high = 0};
constexpr size_t million = 1'000'000;

}  // namespace

TEST_CASE("philox4x32 gives the known answers of Random123") {
    using Words = std::array<uint32_t, 4>;
    CHECK(philox4x32({0, 0, 0, 0}, {0, 0}) == Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
    CHECK(philox4x32({~0u, ~0u, ~0u, ~0u}, {~0u, ~0u}) ==
          Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
    CHECK(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
          Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("uniform_from_word takes the upper 24 bits and stays below one") {
    CHECK(uniform_from_word(0) == 0.0f);
    CHECK(uniform_from_word(0xFF) == 0.0f);
    CHECK(uniform_from_word(0x80000000) == 0.5f);
    CHECK(uniform_from_word(~0u) == 1.0f - 0x1p-24f);
}

TEST_CASE("normal_from_word is within 1e-6 of the exact quantile over all words") {
    double worst = 0;
    const auto visit = [&](uint32_t word) {
        const float z = normal_from_word(word | 1);
        const double p = double(word | 1) * 0x1p-33;
        worst = std::max(worst, std::abs(-double(z) - exact_quantile(p, -double(z))));
    };
    for (uint64_t word = 1; word < (uint64_t{1} << 32); word += 40961) visit(uint32_t(word));
    for (int zeros = 0; zeros < 32; ++zeros)  // both ends of every binade, and its inside
        for (uint32_t i = 0; i < 200; ++i) {
            visit((0x80000000u >> zeros) + i);
            visit((0xFFFFFFFFu >> zeros) - i);
            visit((0x80000000u >> zeros) + uint32_t((uint64_t{0x80000000u >> zeros} * i) / 200));
        }
    MESSAGE("largest error: " << worst);
    CHECK(worst < 1e-6);
}

TEST_CASE("normal_from_word takes the sign from the lowest bit and falls with the tail") {
    CHECK(normal_from_word(0x12345678) == -normal_from_word(0x12345679));
    CHECK(normal_from_word(1) < -6.2f);
    CHECK(normal_from_word(0) > 6.2f);
    CHECK(std::abs(normal_from_word(~0u)) < 1e-6f);
}

// Bounds of five standard errors: sqrt(1 / n), sqrt(2 / n), sqrt(6 / n), sqrt(24 / n). The seed is fixed.
TEST_CASE("a million normal numbers have the moments and the distribution of N(0, 1)") {
    std::vector<float> values(million);
    fill_normal(key, 5, values);
    const Moments m = moments_of(values);
    CHECK(std::abs(m.mean) < 5e-3);
    CHECK(std::abs(m.variance - 1) < 7.1e-3);
    CHECK(std::abs(m.skewness) < 1.23e-2);
    CHECK(std::abs(m.kurtosis - 3) < 2.45e-2);
    CHECK(ks_statistic(values, [](double z) { return normal_tail(-z); }) < 1.95);  // 0.1 % level
}

TEST_CASE("a million uniform numbers have the distribution of U[0, 1)") {
    std::vector<float> values(million);
    fill_uniform(key, 5, values);
    CHECK(*std::min_element(values.begin(), values.end()) >= 0.0f);
    CHECK(*std::max_element(values.begin(), values.end()) < 1.0f);
    CHECK(ks_statistic(values, [](double u) { return u; }) < 1.95);
}

TEST_CASE(
    "streams, steps and seeds are independent of each other, and a longer fill starts with the shorter") {
    std::vector<float> a(1000), b(1000), longer(2000);
    fill_normal(key, 1, a);
    fill_normal(key, 1, longer);
    CHECK(std::equal(a.begin(), a.end(), longer.begin()));
    const auto correlation = [&](const RandomKey& other, uint32_t stream) {
        fill_normal(other, stream, b);
        double sum = 0;
        for (size_t i = 0; i < a.size(); ++i) sum += double(a[i]) * double(b[i]) / double(a.size());
        return std::abs(sum);
    };
    const double bound = 5 / std::sqrt(1000.0);  // five standard errors
    RandomKey other = key;
    CHECK(correlation(other, 2) < bound);
    other.step_low += 1;
    CHECK(correlation(other, 1) < bound);
    other = key;
    other.seed_high += 1;
    CHECK(correlation(other, 1) < bound);
}
