// Schedule: a plan's kernels with the barriers they need, cut into slices that fit a frame budget.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/plan/plan.hpp"

#include <cstdint>
#include <vector>

namespace vkgan {

struct Slice {
    int first = 0;  // kernel range [first, first + count)
    int count = 0;
    double predicted_ns = 0;
};

struct Schedule {
    Plan plan;
    // barrier_before[k]: one memory barrier (compute writes -> compute reads and writes) before kernel k. Set
    // only where a byte range written since the last barrier is read or written by k, or one read since then
    // is written by k.
    std::vector<bool> barrier_before;
    std::vector<Slice> slices;
    int setup_slices = 0;  // the first so many hold the plan's setup kernels and nothing else
};

struct ScheduleOptions {
    double slice_ns = 500'000;  // no slice is predicted to take longer, unless it is a single kernel
    double flops_per_ns = 20;   // of the device, for the first prediction; measured times replace it
    double bytes_per_ns = 10;
    double dispatch_ns = 10'000;
};

Schedule make_schedule(Plan plan, const ScheduleOptions& options = {});

// Costs of slices as measured: exponential averages of timestamps, starting from the prediction.
class CostModel {
public:
    explicit CostModel(const Schedule& schedule);
    void measured(int slice, double ns);
    double expected_ns(int slice) const;
    // How many slices from `first` on are expected to fit the budget: at least one if `at_least_one`.
    int slices_that_fit(int first, double budget_ns, bool at_least_one) const;

private:
    std::vector<double> ns_;
    std::vector<bool> seen_;
};

}  // namespace vkgan
