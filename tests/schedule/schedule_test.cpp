// Schedules: every hazard has exactly one barrier, slices cover all kernels, costs follow measurements.
// SPDX-License-Identifier: MIT
#include "host/schedule/schedule.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace vkgan;

namespace {

Plan random_plan(uint32_t seed) {
    std::mt19937 random(seed);
    Plan plan;
    plan.regions = {"workspace", "G"};
    plan.region_bytes = {4096, 4096};
    plan.kernels.resize(random() % 40);
    for (PlannedKernel& kernel : plan.kernels) {
        kernel.flops = static_cast<double>(random() % 4'000'000);
        kernel.bindings.resize(1 + random() % 4);
        for (PlannedBinding& binding : kernel.bindings) {
            binding.region = static_cast<int>(random() % 2);
            binding.offset_bytes = static_cast<int64_t>(random() % 60) * 64;
            binding.bytes = 64 * static_cast<int64_t>(1 + random() % 4);
            binding.access = static_cast<Access>(random() % 3);
        }
    }
    return plan;
}

// Byte by byte, as slow and plain as can be.
bool hazard(const PlannedKernel& first, const PlannedKernel& second) {
    for (const PlannedBinding& a : first.bindings)
        for (const PlannedBinding& b : second.bindings)
            for (int64_t byte = a.offset_bytes; byte < a.offset_bytes + a.bytes; byte += 64) {
                const bool in_b =
                    a.region == b.region && byte >= b.offset_bytes && byte < b.offset_bytes + b.bytes;
                if (in_b && (a.access != Access::read || b.access != Access::read)) return true;
            }
    return false;
}

}  // namespace

TEST_CASE("every hazard has a barrier and every barrier a hazard") {
    for (uint32_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        const Schedule schedule = make_schedule(random_plan(seed));
        const std::vector<PlannedKernel>& kernels = schedule.plan.kernels;
        REQUIRE(schedule.barrier_before.size() == kernels.size());
        for (size_t k = 0; k < kernels.size(); ++k) {
            bool since_barrier = true, wanted = false;
            for (size_t j = k; j-- > 0;) {
                since_barrier = since_barrier && (j + 1 == k || !schedule.barrier_before[j + 1]);
                if (since_barrier) wanted = wanted || hazard(kernels[j], kernels[k]);
            }
            CHECK(schedule.barrier_before[k] == wanted);
        }
    }
}

TEST_CASE("slices cover all kernels once and keep to their time unless they are one kernel") {
    for (uint32_t seed = 0; seed < 50; ++seed) {
        const ScheduleOptions options{.slice_ns = 150'000};
        const Schedule schedule = make_schedule(random_plan(seed), options);
        int next = 0;
        for (const Slice& slice : schedule.slices) {
            CHECK(slice.first == next);
            CHECK(slice.count > 0);
            CHECK((slice.count == 1 || slice.predicted_ns <= options.slice_ns));
            next += slice.count;
        }
        CHECK(next == static_cast<int>(schedule.plan.kernels.size()));
    }
}

TEST_CASE("costs start from the prediction and follow what is measured") {
    Schedule schedule;
    schedule.slices = {{0, 1, 100}, {1, 1, 200}, {2, 1, 300}};
    CostModel costs(schedule);
    CHECK(costs.expected_ns(1) == 200);
    costs.measured(1, 1000);
    CHECK(costs.expected_ns(1) == 1000);
    costs.measured(1, 500);
    CHECK(costs.expected_ns(1) == doctest::Approx(900));
    CHECK(costs.slices_that_fit(0, 99, false) == 0);
    CHECK(costs.slices_that_fit(0, 99, true) == 1);
    CHECK(costs.slices_that_fit(0, 1000, true) == 2);
    CHECK(costs.slices_that_fit(0, 1e9, true) == 3);
    CHECK(costs.slices_that_fit(3, 1e9, true) == 0);
}
