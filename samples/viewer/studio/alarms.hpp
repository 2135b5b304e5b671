// What is going wrong in a training, in plain words with advice: a discriminator that wins, gradients that
// explode, samples that become alike.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/studio/facts.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace viewer {

// Mean distance of two different images of a batch: root mean square of their bytes' differences, 0 to 1.
double mean_distance(std::span<const uint8_t> images, size_t count);

// Each kind of alarm comes again after quiet_steps at the soonest.
class Alarms {
public:
    static constexpr int64_t quiet_steps = 500;

    // Of each step's values, "d_real" and so on.
    void watch_values(int64_t step, const std::map<std::string, double, std::less<>>& values);
    // Of samples from the same latents each time, one after another.
    void watch_samples(int64_t step, double distance);
    std::vector<Notice> take() { return std::exchange(raised_, {}); }

private:
    void raise(const char* kind, int64_t step, std::string text);
    void watch_opinions(int64_t step, double real, double fake);
    void watch_norm(int64_t step, std::string_view name, double norm);

    std::vector<Notice> raised_;
    std::map<std::string, int64_t, std::less<>> last_;  // steps of alarms, by kind
    int64_t winning_ = 0;  // values in a row with which D was nearly always right
    bool opinions_are_probabilities_ = true;
    std::map<std::string, std::deque<double>, std::less<>> norms_;
    double largest_distance_ = 0;
    int distances_ = 0;
};

}  // namespace viewer
