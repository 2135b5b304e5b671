// What demonstrations of GANs on a line share: where the generator's points lie, and the truth.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/data/toy.hpp"
#include "host/metrics/histograms.hpp"
#include "host/zoo/demo.hpp"

namespace vkgan {

inline constexpr Bins line_bins{-4, 6, 60};

struct LineView {
    std::vector<double> generated;   // p_g at the middles of the bins, by a histogram
    std::vector<double> real;        // p_data there, means over the bins
    double divergence = 0;           // Jensen-Shannon, nats
    double mean = 0, deviation = 0;  // of the generated points
};
// By so many samples of the run.
Result<LineView> look_at_line(ZooContext& zoo, TrainingRun& run, const ToyDistribution& truth, int drawn);

std::vector<double> bin_edges(const Bins& bins);
std::vector<double> bin_middles(const Bins& bins);
// p_data as a dotted line, p_g as an area.
plot::Mark truth_mark(const ToyDistribution& truth);
plot::Mark generated_mark(const LineView& view);

}  // namespace vkgan
