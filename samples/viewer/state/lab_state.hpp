// What is set on the page Lab: one or two experiments with points, and what is seen of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace viewer {

// The first three are numbers on a line, the others points in a plane (docs/data.md).
enum class LabData : uint8_t { normal, bimodal, histogram, ring, grid, swissroll, moons, drawn };
enum class LabNoise : uint8_t { uniform, normal };
enum class LabActivation : uint8_t { relu, leaky_relu, tanh };
enum class LabLoss : uint8_t { non_saturating, minimax, least_squares, hinge, wasserstein };

// Parameters of the recipe "toy".
struct LabExperiment {
    LabData data = LabData::ring;
    LabNoise noise = LabNoise::normal;
    int noise_size = 2;  // 1 or 2
    int hidden = 64, hidden_d = 64, depth = 2;
    LabActivation activation = LabActivation::relu;
    LabLoss loss = LabLoss::non_saturating;
    int k = 1;
    double penalty = 0, r1 = 0.1;
    double rate_g = 1e-3, rate_d = 2e-3;
    int batch = 256;
    int64_t seed = 1;
    std::vector<float> bars = {0, 1, 2, 5, 9, 5, 2, 1, 0, 0, 0, 0, 3, 6, 6, 3, 0, 0, 0, 0};  // of histogram
    std::vector<float> points;  // of drawn: x, y, x, y ..., from -1 to 1
    bool operator==(const LabExperiment&) const = default;
};
inline constexpr int lab_bars = 20;
inline constexpr size_t most_lab_points = 2000;

struct LabLayers {
    bool real = true, fake = true, judge = true, manifold = true, gradients = true, best = false;
    bool best_line = true;  // as best, of experiments on a line
    bool operator==(const LabLayers&) const = default;
};

struct LabState {
    std::vector<LabExperiment> experiments{1};  // or two
    int edited = 0;
    LabLayers layers;
    bool slow = false;
    double seconds_an_update = 1.25;  // of slow motion, 0.1 to 1.25
    bool draws = false;               // the mouse paints data into the picture
    double brush = 0.12;              // radius, in the plane's units
    double budget_ms = 30;            // of the device in each frame while the page is shown, 1 to 100
    bool operator==(const LabState&) const = default;
};

inline bool on_line(LabData data) { return data <= LabData::histogram; }
inline bool on_line(const LabExperiment& experiment) { return on_line(experiment.data); }

}  // namespace viewer
