// The executor with a plan made by hand: numbers, slots, slices, messages.
// SPDX-License-Identifier: MIT
#include "host/gpu/executor.hpp"
#include "tests/gpu/copy_plan.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>

using namespace vkgan;

namespace {

void write(Executor& executor, int slot, const std::vector<float>& values) {
    const auto memory = executor.input_memory(slot, "x");
    REQUIRE(memory.size() == values.size() * 4);
    std::memcpy(memory.data(), values.data(), memory.size());
}

std::vector<float> read(const Executor& executor, int slot) {
    const auto memory = executor.output_memory(slot, "y");
    std::vector<float> values(memory.size() / 4);
    std::memcpy(values.data(), memory.data(), memory.size());
    return values;
}

std::string message_of(Schedule schedule) {
    RegionSet regions(test_device());
    const auto made = Executor::create(test_device(), std::move(schedule), regions);
    REQUIRE(!made.ok());
    return made.error().message;
}

bool contains(const std::string& text, const char* part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("an executor carries its input through a chain of kernels to its output") {
    RegionSet regions(test_device());
    auto made = Executor::create(test_device(), copy_schedule(3, 100), regions);
    REQUIRE_MESSAGE(made.ok(), made.error().message);
    Executor& executor = **made;
    write(executor, 0, count_from(1, 400));
    REQUIRE(executor.run(0).ok());
    REQUIRE(executor.wait(0).ok());
    CHECK(read(executor, 0) == count_from(1, 400));
}

TEST_CASE("two slots may be in flight at once and keep their results apart") {
    RegionSet regions(test_device());
    auto made = Executor::create(test_device(), copy_schedule(4, 64), regions, {.slots = 2});
    REQUIRE(made.ok());
    Executor& executor = **made;
    for (int round = 0; round < 20; ++round) {
        const int slot = round % 2;
        REQUIRE(executor.wait(slot).ok());
        if (round >= 2) CHECK(read(executor, slot) == count_from(float(round - 2) * 10, 256));
        write(executor, slot, count_from(float(round) * 10, 256));
        REQUIRE(executor.run(slot).ok());
    }
    REQUIRE(executor.wait_idle().ok());
    CHECK(read(executor, 1) == count_from(190, 256));
}

TEST_CASE("warming up and asking for its time changes no result, and profiling times every kernel") {
    RegionSet regions(test_device());
    auto made = Executor::create(test_device(), copy_schedule(3, 4096), regions);
    REQUIRE(made.ok());
    Executor& executor = **made;
    REQUIRE(executor.warm_up().ok());
    write(executor, 0, count_from(0, 16384));
    REQUIRE(executor.run(0).ok());
    REQUIRE(executor.wait(0).ok());
    CHECK(read(executor, 0) == count_from(0, 16384));
    const double ns = executor.device_ns();
    if (test_device().capabilities().uses(Optional::timestamps)) CHECK((ns > 0 && ns < 1e9));
    const auto kernels = executor.profile();
    REQUIRE(kernels.ok());
    CHECK(kernels->size() == 3);
    CHECK(std::all_of(kernels->begin(), kernels->end(), [](double ns) { return ns > 0; }));
}

TEST_CASE("names and slots that do not exist are answered, not obeyed") {
    RegionSet regions(test_device());
    auto made = Executor::create(test_device(), copy_schedule(1, 4), regions);
    REQUIRE(made.ok());
    Executor& executor = **made;
    CHECK(executor.input_memory(0, "nobody").empty());
    CHECK(executor.input_memory(2, "x").empty());
    CHECK(executor.output_memory(-1, "y").empty());
    CHECK(executor.run(2).error().code == Code::invalid_argument);
}

TEST_CASE("a plan that does not fit its shader or the device is refused with both numbers") {
    Schedule unknown = copy_schedule(1, 4, "no_such_shader:ssbo");
    CHECK(contains(message_of(unknown), "no_such_shader:ssbo"));

    Schedule groups = copy_schedule(1, 4);
    groups.plan.kernels[0].groups = {1, 70000000, 1};
    CHECK(contains(message_of(groups), "70000000 workgroups along y"));

    Schedule outside = copy_schedule(1, 4);
    outside.plan.kernels[0].bindings[1].bytes = 1024;
    CHECK(contains(message_of(outside), "has 1024 bytes at 0 of region workspace, which has 256"));

    Schedule unaligned = copy_schedule(1, 4);
    unaligned.plan.kernels[0].bindings[1].offset_bytes = 4;
    unaligned.plan.kernels[0].bindings[1].bytes = 16;
    CHECK(contains(message_of(unaligned), "starts at 4"));

    Schedule texel = copy_schedule(1, 4);
    texel.plan.kernels[0].bindings[0].texel = true;
    CHECK(contains(message_of(texel), "is a texel buffer in the plan and a storage buffer in the shader"));

    Schedule push = copy_schedule(1, 4);
    push.plan.kernels[0].push.clear();
    CHECK(contains(message_of(push), "0 bytes of push constants given, the shader takes 4"));

    Schedule written = copy_schedule(1, 4);
    written.plan.kernels[0].bindings[0].access = Access::write;
    CHECK(contains(message_of(written), "readonly in the shader"));

    Schedule uncovered = copy_schedule(2, 4);
    uncovered.slices.pop_back();
    CHECK(contains(message_of(uncovered), "the slices hold 1 of 2 kernels"));
}

TEST_CASE("an executor uses regions that exist and keeps them from growing under it") {
    RegionSet regions(test_device());
    auto made = Executor::create(test_device(), copy_schedule(2, 16), regions);
    REQUIRE(made.ok());
    CHECK(regions.ensure("workspace", 512).ok());
    const Status grown = regions.ensure("workspace", 1 << 20);
    REQUIRE(!grown.ok());
    CHECK(contains(grown.error().message, "workspace has 512 bytes and is in use"));
    made->reset();
    CHECK(regions.ensure("workspace", 1 << 20).ok());
}

TEST_CASE("the minimum profile runs the same plan") {
    RegionSet regions(minimum_profile_device());
    auto made = Executor::create(minimum_profile_device(), copy_schedule(3, 100), regions);
    REQUIRE(made.ok());
    write(**made, 0, count_from(5, 400));
    REQUIRE((*made)->run(0).ok());
    REQUIRE((*made)->wait(0).ok());
    CHECK(read(**made, 0) == count_from(5, 400));
}

TEST_CASE("synchronisation validation really listens: a missing barrier is reported") {
    auto device = Device::create({.validation = true});
    REQUIRE(device.ok());
    Schedule schedule = copy_schedule(2, 16);
    schedule.barrier_before[1] = false;
    schedule.slices = {{0, 2, 1000}};
    RegionSet regions(**device);
    REQUIRE(Executor::create(**device, schedule, regions).ok());
    const std::vector<std::string> messages = (*device)->validation_messages();
    REQUIRE(!messages.empty());
    CHECK(contains(messages[0], "SYNC-HAZARD-READ-AFTER-WRITE"));
}
