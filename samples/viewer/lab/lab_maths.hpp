// What the page Lab measures of points: histograms, divergences, the best discriminator, modes, gradients.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/state/lab_state.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace viewer {

// What is shown of a data set: a square of the plane, or a piece of the line.
struct LabRange {
    double low = -2, high = 2;
    double width() const { return high - low; }
};
LabRange lab_range(LabData data);
// Settings with which an experiment works.
LabExperiment lab_defaults(LabData data);
// With other data: settings that were nobody's choice, or do not fit, become those that work.
LabExperiment with_data(const LabExperiment& experiment, LabData data);
std::string lab_problem(const LabState& state);  // of what a session file may say; empty: none

inline constexpr int line_bins = 128, plane_bins = 40;

// Shares of points in equal parts of the range; they add up to the share of points that lie in it.
std::vector<double> line_histogram(std::span<const float> points, const LabRange& range, int bins);
// Row by row from low y to high; `points`: x, y, x, y ...
std::vector<double> plane_histogram(std::span<const float> points, const LabRange& range, int bins);
// What toys of normal distributions and bars are by definition, as a share of each bin.
std::vector<double> line_truth(const LabExperiment& experiment, const LabRange& range, int bins);

// Of shares, in bits; a bin without any of both gives 0. KL is from `p` to `q`, with `q` at least `floor`.
double kullback_leibler_bits(std::span<const double> p, std::span<const double> q, double floor = 1e-4);
double jensen_shannon_bits(std::span<const double> p, std::span<const double> q);
// What the loss of a discriminator, minus the mean log likelihood of real and fake in nats, tells of the
// divergence: the divergence itself if the discriminator is the best one, else less (Goodfellow et al. 2014,
// theorem 1).
double jensen_shannon_of_loss(double loss_d);

// p_data / (p_data + p_g); -1 where both are 0.
std::vector<double> best_discriminator(std::span<const double> p_data, std::span<const double> p_g);

// A discriminator's number as an opinion: 0 fake, 1 real. Of critics, whose scale is their own, how it lies
// among `low` and `high`.
double opinion(LabLoss loss, double score, double low, double high);
// Minus the derivative of G's loss by D's number on a fake: how strongly that pulls the fake up D's slope.
double generator_pull(LabLoss loss, double score);

struct LabModes {
    int found = 0, all = 0;    // found: with 1 % of the points within 3 deviations
    double high_quality = 0;   // share of points within 3 deviations of any
    std::vector<float> means;  // x, y, x, y ...
    double deviation = 0;
};
// Of ring and grid; of other data `all` is 0.
LabModes count_modes(LabData data, std::span<const float> points);

// A generator's image of a regular grid of latents, `side` x `side` nodes row by row.
struct ManifoldCell {
    std::array<size_t, 4> corners;  // nodes, around the cell
    float density = 0;              // of what is drawn there, 1: the densest that is told apart
};
std::vector<ManifoldCell> manifold_cells(std::span<const float> nodes, int side);

// Where noise is looked at: `side` values (or side x side pairs), at equal shares of the distribution.
std::vector<float> latent_grid(LabNoise noise, int noise_size, int side);
// `count` samples of it, one in each equal share of the distribution (of the square: in about as many).
std::vector<float> latent_samples(LabNoise noise, int noise_size, int count, uint64_t seed);
// Of the normal distribution: where its share below is `p`, between 0 and 1.
double normal_quantile(double p);

// Drawn points become data: `count` of them, each near one that was drawn. From -1 to 1.
std::vector<float> spread_points(std::span<const float> drawn, size_t count, double deviation);

}  // namespace viewer
