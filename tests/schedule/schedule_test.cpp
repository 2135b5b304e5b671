// Schedules: every hazard has exactly one barrier, slices cover all kernels, costs follow measurements.
// SPDX-License-Identifier: MIT
#include "host/schedule/schedule.hpp"
#include "host/schedule/blocks.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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

TEST_CASE("slices cover every workgroup once, in order, and keep to their time unless they are one group") {
    int cut_kernels = 0, rows_kept = 0;
    for (uint32_t seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        Plan plan = random_plan(seed);
        std::mt19937 random(seed + 1000);
        ScheduleOptions options{.slice_ns = 30'000};
        for (PlannedKernel& kernel : plan.kernels) {
            kernel.groups = {uint32_t(1 + random() % 9), uint32_t(1 + random() % 3),
                             uint32_t(1 + random() % 3)};
            options.whole_rows.push_back(random() % 2 == 0);
        }
        if (seed % 2 == 0)
            for (size_t k = 0; k < plan.kernels.size(); ++k)
                options.kernel_ns.push_back(double(random() % 200'000));
        const Schedule schedule = make_schedule(plan, options);
        int next = 0;
        uint32_t done = 0;
        for (const Slice& slice : schedule.slices) {
            CHECK(slice.first == next);
            CHECK(slice.base == done);
            CHECK(slice.count > 0);
            if (slice.groups == 0) {
                const auto& groups = schedule.plan.kernels[size_t(slice.first)].groups;
                const bool one_group = slice.count == 1 && *std::ranges::max_element(groups) == 1;
                const bool row = options.whole_rows[size_t(slice.first)] && groups[1] > 1;
                CHECK((one_group || row || slice.predicted_ns <= options.slice_ns));
                next += slice.count;
                continue;
            }
            const PlannedKernel& kernel = schedule.plan.kernels[size_t(slice.first)];
            CHECK(slice.count == 1);
            CHECK((slice.groups == 1 || slice.predicted_ns <= options.slice_ns));
            const bool whole_rows = options.whole_rows[size_t(slice.first)] && kernel.groups[1] > 1;
            CHECK_FALSE((whole_rows && slice.axis == 0));
            rows_kept += whole_rows;
            done += slice.groups;
            if (done < kernel.groups[size_t(slice.axis)]) continue;
            CHECK(done == kernel.groups[size_t(slice.axis)]);
            done = 0;
            ++next;
            ++cut_kernels;
        }
        CHECK(done == 0);
        CHECK(next == static_cast<int>(schedule.plan.kernels.size()));
    }
    CHECK(cut_kernels > 100);
    CHECK(rows_kept > 50);
}

TEST_CASE("blocks hold neighbouring slices, within their levels' time, nested, and no setup") {
    size_t long_ones = 0, joined_parts = 0;
    for (uint32_t seed = 0; seed < 60; ++seed) {
        CAPTURE(seed);
        Plan plan = random_plan(seed);
        std::mt19937 random(seed);
        ScheduleOptions options{.slice_ns = 30'000};
        plan.setup_kernels = std::min(int(plan.kernels.size()), int(seed % 4));
        for (PlannedKernel& kernel : plan.kernels) {
            kernel.groups = {uint32_t(1 + random() % 16), 1, 1};
            options.kernel_ns.push_back(double(random() % 200'000));
        }
        const Schedule schedule = make_schedule(plan, options);
        const std::vector<Block> blocks =
            make_blocks(schedule.slices, schedule.setup_slices, options.slice_ns);
        for (size_t i = 0; i < blocks.size(); ++i) {
            const Block& block = blocks[i];
            CHECK(block.first >= schedule.setup_slices);
            CHECK(block.count > 1);
            REQUIRE(block.first + block.count <= int(schedule.slices.size()));
            double ns = 0;
            for (int s = block.first; s < block.first + block.count; ++s)
                ns += schedule.slices[size_t(s)].predicted_ns;
            CHECK(block.predicted_ns == doctest::Approx(ns));
            CHECK(ns <= 16 * options.slice_ns);
            long_ones += ns > 4 * options.slice_ns;
            const auto parts =
                joined(std::span(schedule.slices).subspan(size_t(block.first), size_t(block.count)));
            joined_parts += size_t(block.count) - parts.size();
            for (size_t part = 1; part < parts.size(); ++part)
                CHECK((parts[part].first > parts[part - 1].first && parts[part].base == 0));
            if (i + 1 == blocks.size()) continue;
            const Block& next = blocks[i + 1];
            const bool inside = next.first + next.count <= block.first + block.count;
            const bool behind = next.first >= block.first + block.count;
            CHECK((next.first > block.first || next.count < block.count));
            CHECK((inside || behind));
        }
    }
    CHECK(long_ones > 20);
    CHECK(joined_parts > 100);
}

TEST_CASE("setup has slices of its own, also when there is nothing else") {
    for (const int setup : {0, 1, 2, 3}) {
        Plan plan;
        plan.kernels.resize(3);
        plan.setup_kernels = setup;
        const Schedule schedule = make_schedule(plan, {.slice_ns = 1e9});
        CHECK(schedule.setup_slices == (setup > 0 ? 1 : 0));
        CHECK(schedule.slices.size() == (setup == 0 || setup == 3 ? 1 : 2));
    }
}

TEST_CASE("one measurement that was held up moves a cost little, and many move it all the way") {
    CostModel costs({100.0});
    for (int i = 0; i < 10; ++i) costs.measured(0, 100);
    costs.measured(0, 1e6);
    CHECK(costs.expected_ns(0) <= 150);
    for (int i = 0; i < 60; ++i) costs.measured(0, 1e5);
    CHECK(costs.expected_ns(0) == doctest::Approx(1e5).epsilon(0.01));
    for (int i = 0; i < 5000; ++i) costs.measured(0, 0);  // a clock that does not tick
    for (int i = 0; i < 200; ++i) costs.measured(0, 1e5);
    CHECK(costs.expected_ns(0) == doctest::Approx(1e5).epsilon(0.01));
    for (int i = 0; i < 60; ++i) costs.measured(0, 100);
    CHECK(costs.expected_ns(0) == doctest::Approx(100).epsilon(0.01));
}

TEST_CASE("costs start from the prediction and follow what is measured") {
    CostModel costs({100, 200, 300});
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
