// Cost of a training step as its work grows, for `vkgan bench growth`.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/bench_steps.hpp"

#include <functional>
#include <string>
#include <vector>

namespace vkgan {

struct GrowthPoint {
    int batch = 0;
    int64_t pixels = 0;                                               // of an image
    double median_ms = 0, fastest_ms = 0, slowest_ms = 0, gflop = 0;  // of a step
    double image_ms() const { return median_ms / batch; }
    double pixel_ns() const { return pixels > 0 ? image_ms() * 1e6 / double(pixels) : 0; }
    double gflop_ms() const { return gflop > 0 ? median_ms / gflop : 0; }
};

struct GrowthSeries {
    std::vector<GrowthPoint> points;
    // Relative to the points' median: 0 everywhere is a cost that grows as the work does.
    double off_flat(size_t point, double (GrowthPoint::*cost)() const) const;
};

struct GrowthBench {
    std::string device, recipe;
    int repetitions = 0;
    GrowthSeries batches, images;
};

struct GrowthOptions {
    std::vector<int> batches, images;  // none of either: that series is left out
    int batch = 32;                    // of every point of `images`
    int repetitions = 5;
    std::string data = "faces";
};
using ModelOfSize = std::function<Result<Model>(int image)>;

// One point after the other, each in a session of its own and after two steps that are not counted.
Result<GrowthBench> bench_growth(Device& device, const Model& model, const ModelOfSize& of_size,
                                 const GrowthOptions& options);
std::string bench_text(const GrowthBench& bench);
std::string bench_json(const GrowthBench& bench);

}  // namespace vkgan
