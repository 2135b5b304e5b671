// Inputs that tools/metric_references.py makes likewise, and its results.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/metrics/features.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <span>
#include <string>
#include <vector>

namespace vkgan::test {

// [0, 1): the upper 24 bits of x -> 1664525 x + 1013904223 mod 2^32.
inline std::vector<float> lcg(uint32_t state, size_t count) {
    std::vector<float> values;
    while (values.size() < count) {
        state = state * 1664525u + 1013904223u;
        values.push_back(static_cast<float>(state >> 8) * 0x1p-24f);
    }
    return values;
}

inline std::vector<int> lcg_labels(uint32_t state, size_t count, int classes) {
    std::vector<int> labels;
    for (const float u : lcg(state, count))
        labels.push_back(static_cast<int>(u * static_cast<float>(classes)));
    return labels;
}

inline FeatureMatrix matrix(std::span<const float> values, int64_t columns) {
    return {values, static_cast<int64_t>(values.size()) / columns, columns};
}

// The two sets of the script's features(): 60 and 50 rows of 8.
struct ReferenceFeatures {
    std::vector<float> a_values = lcg(1, 60 * 8), b_values = lcg(2, 50 * 8);
    FeatureMatrix a = matrix(a_values, 8), b = matrix(b_values, 8);

    ReferenceFeatures() {
        for (float& value : b_values) value = value * 1.25f + 0.125f;
    }
    ReferenceFeatures(const ReferenceFeatures&) = delete;
};

inline nlohmann::json references(const char* part) {
    std::ifstream file(VKGAN_SOURCE_DIR "/tests/metrics/references.json");
    REQUIRE(file.good());
    return nlohmann::json::parse(file).at(part);
}

// Both sides compute in doubles from the same float32 inputs; what is stored as float32 on the way is off by
// 6e-8 of values near 1, and sums of a few hundred of them by less than 1e-5. A wrong formula is off by far
// more.
inline doctest::Approx near(double expected) { return doctest::Approx(expected).epsilon(1e-5); }

// Closeness of results that were computed in doubles throughout.
inline doctest::Approx tight(double expected) { return doctest::Approx(expected).epsilon(1e-9); }

// Fails the test where there is an error, and shows it.
template <class T>
T taken(Result<T> result) {
    if (!result) FAIL(result.error().message);
    return *std::move(result);
}

// The message of a result that must be an error.
template <class T>
std::string error_of(const Result<T>& result) {
    if (result) FAIL("an error was expected");
    return result.error().message;
}

inline bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace vkgan::test
