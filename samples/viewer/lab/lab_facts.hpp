// What the page Lab shows of its experiments: plain data.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/lab/lab_maths.hpp"
#include "samples/viewer/studio/series.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace viewer {

// Of one experiment. Points of a plane are x, y, x, y ...; of a line x, x, x ...
struct LabView {
    LabExperiment experiment;  // that is shown: what was set last may still be made
    bool ready = false;        // it can run
    bool making = false;
    std::string error;  // why there is nothing to run
    int64_t steps = 0, shown_steps = -1;
    double steps_per_second = 0;

    std::vector<float> real;                // some of the data
    std::vector<float> nodes, fakes;        // of the grid of latents; of random ones
    std::vector<float> latents;             // of the nodes
    int side = 0;                           // nodes of a row
    std::vector<float> scores;              // D's numbers at the middles of all bins
    std::vector<float> opinions;            // the same from 0 fake to 1 real
    std::vector<float> at, pulls;           // some fakes, and how G's loss moves them
    double mean_gradient = 0;               // of D's number by the point, at those
    std::vector<double> p_data, p_g, best;  // shares of bins, and the best D by them
    double js = 0, kl = 0, js_of_loss = 0;  // bits
    bool has_js_of_loss = false;            // of losses that tell it
    LabModes modes;
    std::vector<Series> losses, divergences;
};

enum class LabPhase : uint8_t { rest, both, judge, generator };

struct LabFacts {
    std::vector<LabView> views;
    bool running = false;
    bool waits = false;  // something is asked for or made
    LabPhase phase = LabPhase::rest;
    double phase_part = 0;  // of slow motion: how much of the update's time has passed
};

}  // namespace viewer
