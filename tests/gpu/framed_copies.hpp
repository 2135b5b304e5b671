// A step of copies that is sent in frames, submitted or recorded.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/executor.hpp"
#include "host/gpu/frame_queue.hpp"
#include "tests/gpu/copy_plan.hpp"
#include "tests/gpu/host_device.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace vkgan {

struct FramedCopies {
    FramedCopies(int kernels, int64_t quads, Device& on = test_device(),
                 std::optional<bool> copies_clock = {})
        : device(on), regions(on) {
        auto made = Executor::create(device, copy_schedule(kernels, quads), regions);
        REQUIRE_MESSAGE(made.ok(), made.error().message);
        executor = std::move(*made);
        auto frames = FrameQueue::create(device, copies_clock);
        REQUIRE(frames.ok());
        queue = std::move(*frames);
    }
    void write(int slot, const std::vector<float>& values) {
        const auto memory = executor->input_memory(slot, "x");
        REQUIRE(memory.size() == values.size() * 4);
        std::memcpy(memory.data(), values.data(), memory.size());
    }
    std::vector<float> read(int slot) const {
        const auto memory = executor->output_memory(slot, "y");
        std::vector<float> values(memory.size() / 4);
        std::memcpy(values.data(), memory.data(), memory.size());
        return values;
    }
    // Frames of one budget until the step of slot 0 is done; returns how many it took. `recorded` says which
    // frames, from 0, go into a host's command buffer.
    int run(double budget_ns, const std::function<bool(int)>& recorded = {}) {
        int frames = 0;
        for (int next = 0; next < executor->pieces(); ++frames) {
            REQUIRE(frames < 10000);
            REQUIRE(queue->begin(budget_ns).ok());
            next += executor->add(*queue, 0, next);
            if (recorded && recorded(frames))
                record_and_run();
            else
                REQUIRE(queue->submit().ok());
            REQUIRE(queue->wait_idle().ok());
        }
        return frames;
    }
    void record_and_run() {
        HostCommands host(device);
        const VkCommandBuffer commands = host.begin();
        const uint64_t number = queue->number();
        REQUIRE(queue->record(commands).ok());
        host.send_and_wait(commands);
        queue->recorded_until(number);
    }
    // A frame with the whole step.
    void begin_whole_step() {
        REQUIRE(queue->begin(1e12).ok());
        REQUIRE(executor->add(*queue, 0, 0) == executor->pieces());
    }

    Device& device;
    RegionSet regions;
    std::unique_ptr<Executor> executor;
    std::unique_ptr<FrameQueue> queue;
};

}  // namespace vkgan
