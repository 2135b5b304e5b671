// Toy distributions in one or two dimensions, with the truth that a model of them is measured against.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

class SampleRandom;

struct ToyPoint {
    double x = 0, y = 0;  // y is 0 in one dimension
    int component = 0;    // 0 where there are none
};

// All numbers are those of the points as read, after scaling. Every toy but the histogram is a centre plus
// normal noise.
struct ToyDistribution {
    std::string name;                          // as find_toy takes it
    int dimensions = 1;                        // 1 or 2
    std::vector<std::array<double, 2>> means;  // of the components where centres are points, equally likely
    double deviation = 0;                      // of the noise, in each dimension
    std::vector<std::string> components;       // their names, in the labels' order; empty: no labels
    double low = 0, high = 0;                  // holds nearly all points (the histogram: all), on each axis
    std::vector<double> bins;  // of the histogram: the share of each of equal parts of [low, high]; sum 1
    ToyPoint (*curve)(SampleRandom&) = nullptr;  // a random centre where centres are no points

    bool has_density() const { return curve == nullptr; }
    double density(double x, double y = 0) const;  // 0 unless has_density(); `y` counts in two dimensions
    ToyPoint draw(uint64_t sample) const;          // sample `sample` of the data set; any number
};

inline constexpr int64_t toy_train_points = 100000, toy_test_points = 10000;

// normal, bimodal, ring, grid, swissroll, moons, histogram=W,W,...[@LOW..HIGH] (weights of equal parts, from
// -4 to 6 unless said otherwise), histogram-file=FILE (the same text; white space parts weights, too).
Result<ToyDistribution> find_toy(std::string_view name);

}  // namespace vkgan
