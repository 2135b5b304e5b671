// Schedule: a plan's kernels with the barriers they need, cut into slices that fit a frame budget.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/plan/plan.hpp"

#include <cstdint>
#include <utility>
#include <vector>

namespace vkgan {

struct Slice {
    int first = 0;  // kernel range [first, first + count)
    int count = 0;
    double predicted_ns = 0;
    // Of a slice that is part of one kernel: workgroups [base, base + groups) along an axis. 0 groups: whole
    // kernels.
    int axis = 0;
    uint32_t base = 0, groups = 0;
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
    // No slice is predicted to take longer, unless it is a single workgroup: longer kernels are cut.
    double slice_ns = 500'000;
    // Of each kernel, as measured; empty: from the rates below.
    std::vector<double> kernel_ns;
    // Of each kernel: it numbers its invocations by whole rows of groups, so it is never cut along x where it
    // has several rows. Empty: of none.
    std::vector<bool> whole_rows;
    double flops_per_ns = 20;  // of the device, for the first prediction; measured times replace it
    double bytes_per_ns = 10;
    double dispatch_ns = 10'000;
};

Schedule make_schedule(Plan plan, const ScheduleOptions& options = {});
// The slices alone, in order; all of setup come first. Parts of a kernel follow one another.
std::vector<Slice> cut(const Plan& plan, const ScheduleOptions& options, int* setup_slices);

// Costs of slices as measured: exponential averages of timestamps, starting from the prediction.
class CostModel {
public:
    explicit CostModel(std::vector<double> predicted_ns = {})
        : ns_(std::move(predicted_ns)), seen_(ns_.size()) {}
    void measured(int slice, double ns);
    double expected_ns(int slice) const;
    double expected_ns(int first, int count) const;  // of so many together
    int size() const { return int(ns_.size()); }
    // How many slices from `first` on are expected to fit the budget: at least one if `at_least_one`.
    int slices_that_fit(int first, double budget_ns, bool at_least_one) const;

private:
    std::vector<double> ns_;
    std::vector<bool> seen_;
};

}  // namespace vkgan
