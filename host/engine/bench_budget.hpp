// Training within frame budgets, for `vkgan bench budget`: what frames take, what the host does, what is
// learnt.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/session.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace vkgan {

// What frames of one budget took, of the device in milliseconds and of the calling thread in microseconds.
struct BudgetPoint {
    double budget_ms = 0, period_ms = 0, drawing_ms = 0;  // the last: of the renderer's own work
    int frames = 0;
    double device_median_ms = 0, device_p99_ms = 0, device_most_ms = 0, longest_piece_ms = 0;
    double over_p99_ms = 0;                                // p99 of what frames took beyond the budget
    double drawing_over_p99_ms = 0;                        // p99 of the renderer's own work beyond its median
    double host_median_us = 0, host_p99_us = 0;            // by the wall's clock
    double processor_median_us = 0, processor_p99_us = 0;  // of the calling thread alone
    double images_per_s = 0;
    double share = 0;     // of what the unlimited budget trains in as much of the time
    double slice_ms = 0;  // that slices were cut to
    // As the project asks: p99 within a tenth of the budget, or one slice if that is longer.
    bool kept() const { return over_p99_ms <= std::max(budget_ms / 10, slice_ms); }
};

struct BudgetBench {
    std::string device, recipe;
    int batch = 0, slices = 0, compared_steps = 0;
    double slice_ms = 0;
    bool equal = false;                 // sliced as unsliced, to the bit
    double whole_images_per_s = 0;      // unsliced, medians of rounds
    double unlimited_images_per_s = 0;  // in frames without a limit
    double unlimited_share = 0;         // the median of the rounds' ratios
    int64_t copied_bytes = 0;           // of state, for going back
    std::vector<BudgetPoint> points;
};

struct BudgetOptions {
    int batch = 0;                   // 0: the model's
    std::vector<double> budgets_ms;  // empty: 8, 16, 33; on a GPU 1, 2, 4, 8
    int frames = 300;                // of each budget
    int steps = 200;                 // that are compared to the bit
    int rounds = 5;                  // of unsliced and unlimited training in turns
    std::string data = "faces";
    Recompute recompute = Recompute::automatic;
};

// A frame comes every two budgets: the renderer has the other half, and keeps the device busy in most of it,
// as one does that has no time to spare. On an idle device processors sleep and clocks fall.
Result<BudgetBench> bench_budget(Device& device, const Model& model, const BudgetOptions& options);
std::string bench_text(const BudgetBench& bench);
std::string bench_json(const BudgetBench& bench);

}  // namespace vkgan
