// Which modes of a mixture, and which of many labels, a generator reaches.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/metrics/features.hpp"

#include <vector>

namespace vkgan {

// Means, count x 2, row-major: on a circle, from angle 0 on; and side x side on a square grid around 0.
std::vector<float> ring_means(int64_t count, double radius);
std::vector<float> grid_means(int64_t side, double step);

struct ModeOptions {
    double sigma = 0;     // deviation of every mode; must be above 0
    double radius = 3;    // a sample is of high quality within radius * sigma of its nearest mean
    int64_t enough = 20;  // hits that make a mode well hit
};

// Print all of it: single hits hide collapse.
struct ModeCount {
    std::vector<int64_t> hits;      // high-quality samples per mode, each counted for its nearest mean
    int64_t hit = 0;                // modes with at least one
    int64_t well_hit = 0;           // modes with at least options.enough
    double high_quality_share = 0;  // of all samples
    double jsd_to_uniform = 0;      // nats, of the hits; ln 2, the greatest, without any
};

// `points` N x d against `means` M x d (Srivastava et al. 2017; Lin et al. 2018).
Result<ModeCount> count_modes(const FeatureMatrix& points, const FeatureMatrix& means,
                              const ModeOptions& options);

// For modes that a classifier names, e.g. the 1000 of stacked MNIST.
struct LabelModes {
    std::vector<int64_t> counts;  // per label
    int64_t hit = 0;              // labels that occur
    double kl_to_uniform = 0;     // KL(p || uniform) in nats, 0 ... ln(modes)
    double balance = 0;           // least count divided by greatest
};

// Fails on no labels and on a label outside 0 ... modes - 1.
Result<LabelModes> count_label_modes(std::span<const int> labels, int modes);

// r * classes^2 + g * classes + b per sample: one label of the labels of three channels (or of any number).
Result<std::vector<int>> stacked_labels(std::span<const std::vector<int>> channels, int classes);

}  // namespace vkgan
