// Barriers from byte-range hazards, and slices from predicted costs.
// SPDX-License-Identifier: MIT
#include "host/schedule/schedule.hpp"

#include <algorithm>
#include <cmath>

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

double predicted_ns(const Plan& plan, size_t k, const ScheduleOptions& options) {
    if (k < options.kernel_ns.size()) return options.kernel_ns[k];
    const PlannedKernel& kernel = plan.kernels[k];
    const double work = std::max(kernel.flops / options.flops_per_ns,
                                 static_cast<double>(kernel.bytes) / options.bytes_per_ns);
    return options.dispatch_ns + work;
}

// The longest axis that may be cut.
int axis_to_cut(const PlannedKernel& kernel, bool whole_rows) {
    const bool x = !whole_rows || kernel.groups[1] == 1;
    int axis = x ? 0 : 1;
    for (int other = axis + 1; other < 3; ++other)
        if (kernel.groups[size_t(other)] > kernel.groups[size_t(axis)]) axis = other;
    return axis;
}

// One kernel in as many slices as its time asks for.
void add_parts(std::vector<Slice>& slices, const Plan& plan, size_t k, double ns,
               const ScheduleOptions& options) {
    const PlannedKernel& kernel = plan.kernels[k];
    const bool whole_rows = k < options.whole_rows.size() && options.whole_rows[k];
    const int axis = axis_to_cut(kernel, whole_rows);
    const uint32_t all = kernel.groups[size_t(axis)];
    const auto most = std::max(uint32_t{1}, uint32_t(std::floor(all * options.slice_ns / ns)));  // in a part
    const uint32_t parts = all / most + (all % most != 0);
    if (parts == 1) {
        slices.push_back({.first = int(k), .count = 1, .predicted_ns = ns});
        return;
    }
    for (uint32_t part = 0; part < parts; ++part) {
        const auto base = uint32_t(uint64_t{all} * part / parts);
        const auto end = uint32_t(uint64_t{all} * (part + 1) / parts);
        slices.push_back({int(k), 1, ns * (end - base) / all, axis, base, end - base});
    }
}

}  // namespace

std::vector<Slice> cut(const Plan& plan, const ScheduleOptions& options, int* setup_slices) {
    std::vector<Slice> slices;
    bool open = false;  // kernels may join the last slice
    *setup_slices = 0;
    for (size_t k = 0; k < plan.kernels.size(); ++k) {
        const double ns = predicted_ns(plan, k, options);
        const bool first_of_step = int(k) == plan.setup_kernels;
        if (first_of_step) *setup_slices = int(slices.size());
        if (ns > options.slice_ns) {
            add_parts(slices, plan, k, ns, options);
            open = false;
        } else if (open && !first_of_step && slices.back().predicted_ns + ns <= options.slice_ns) {
            ++slices.back().count;
            slices.back().predicted_ns += ns;
        } else {
            slices.push_back({.first = int(k), .count = 1, .predicted_ns = ns});
            open = true;
        }
    }
    if (plan.setup_kernels > 0 && plan.setup_kernels == int(plan.kernels.size()))
        *setup_slices = int(slices.size());
    return slices;
}

Schedule make_schedule(Plan plan, const ScheduleOptions& options) {
    Schedule schedule;
    Touched touched;
    for (const PlannedKernel& kernel : plan.kernels) {
        const bool barrier = touched.conflicts(kernel);
        if (barrier) touched.bindings.clear();
        touched.add(kernel);
        schedule.barrier_before.push_back(barrier);
    }
    schedule.slices = cut(plan, options, &schedule.setup_slices);
    schedule.plan = std::move(plan);
    return schedule;
}

}  // namespace vkgan
