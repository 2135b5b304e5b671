// Barriers from byte-range hazards, and slices from predicted costs.
// SPDX-License-Identifier: MIT
#include "host/schedule/schedule.hpp"

#include <algorithm>

namespace vkgan {

namespace {

bool overlap(const PlannedBinding& a, const PlannedBinding& b) {
    return a.region == b.region && a.offset_bytes < b.offset_bytes + b.bytes &&
           b.offset_bytes < a.offset_bytes + a.bytes;
}

bool writes(const PlannedBinding& binding) { return binding.access != Access::read; }

// What kernels have touched since the last barrier.
struct Touched {
    std::vector<PlannedBinding> bindings;

    bool conflicts(const PlannedKernel& kernel) const {
        for (const PlannedBinding& now : kernel.bindings)
            for (const PlannedBinding& before : bindings)
                if ((writes(now) || writes(before)) && overlap(now, before)) return true;
        return false;
    }
    void add(const PlannedKernel& kernel) {
        bindings.insert(bindings.end(), kernel.bindings.begin(), kernel.bindings.end());
    }
};

double predicted_ns(const PlannedKernel& kernel, const ScheduleOptions& options) {
    const double work = std::max(kernel.flops / options.flops_per_ns,
                                 static_cast<double>(kernel.bytes) / options.bytes_per_ns);
    return options.dispatch_ns + work;
}

}  // namespace

Schedule make_schedule(Plan plan, const ScheduleOptions& options) {
    Schedule schedule;
    Touched touched;
    for (size_t k = 0; k < plan.kernels.size(); ++k) {
        const PlannedKernel& kernel = plan.kernels[k];
        const bool barrier = touched.conflicts(kernel);
        if (barrier) touched.bindings.clear();
        touched.add(kernel);
        schedule.barrier_before.push_back(barrier);
        const double ns = predicted_ns(kernel, options);
        const bool first_of_step = static_cast<int>(k) == plan.setup_kernels;
        if (first_of_step) schedule.setup_slices = static_cast<int>(schedule.slices.size());
        if (schedule.slices.empty() || first_of_step ||
            schedule.slices.back().predicted_ns + ns > options.slice_ns)
            schedule.slices.push_back({static_cast<int>(k), 0, 0});
        ++schedule.slices.back().count;
        schedule.slices.back().predicted_ns += ns;
    }
    schedule.plan = std::move(plan);
    return schedule;
}

}  // namespace vkgan
