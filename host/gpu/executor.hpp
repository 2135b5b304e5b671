// Executor: a schedule made ready to run on a device, again and again, whole or slice by slice.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/bindings.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/recorder.hpp"
#include "host/gpu/regions.hpp"
#include "host/schedule/schedule.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

class Device;

struct ExecutorOptions {
    int slots = 2;    // sets of input and output memory: how far the host may run ahead
    int threads = 2;  // that compile pipelines
};

// One step of slot s: write input_memory(s), submit_inputs(s), submit_slices(...) until all behind
// schedule().setup_slices have been submitted once in order, submit_outputs(s), and when poll(s) says so read
// output_memory(s); or run(s) and wait(s). set_up() must come before the first step and after every change of
// variables. A step allocates nothing and makes no Vulkan object. One thread at a time; only the inputs of a
// slot may be written by another. Device and regions must outlive it.
class Executor {
public:
    // Makes missing regions, all pipelines, descriptor sets and command buffers.
    static Result<std::unique_ptr<Executor>> create(Device& device, Schedule schedule, RegionSet& regions,
                                                    const ExecutorOptions& options = {});
    ~Executor();  // waits for what it has submitted
    Executor(const Executor&) = delete;
    Executor& operator=(const Executor&) = delete;

    const Schedule& schedule() const { return schedule_; }
    int slots() const { return int(slots_.size()); }

    // Mapped memory in physical layout. Empty for an unknown name. Do not write the inputs of a slot between
    // submit_inputs and poll; outputs hold the last finished step of the slot.
    std::span<std::byte> input_memory(int slot, std::string_view name);
    std::span<const std::byte> output_memory(int slot, std::string_view name) const;

    Status submit_inputs(int slot);
    Status submit_slices(int first, int count);
    Status submit_outputs(int slot);
    Status set_up();       // the setup slices, if there are any
    Status run(int slot);  // inputs, the other slices and outputs in one vkQueueSubmit

    // Never wait; also notice a lost device.
    Result<bool> idle();          // everything that was submitted is done
    Result<bool> poll(int slot);  // everything that was submitted for the slot is done
    Status wait(int slot);
    Status wait_idle();

    // Compiles what the driver left for the first dispatch; changes no memory. Waits.
    Status warm_up();

    // Measured time of each slice at its last run, 0 if unknown (also when the queue has no timestamps).
    std::vector<double> slice_ns();
    // Runs one step (without host copies) with every kernel alone and returns each kernel's time. Waits.
    Result<std::vector<double>> profile();

private:
    struct Slot {
        Buffer input, output;
        VkCommandBuffer copy_in = VK_NULL_HANDLE, copy_out = VK_NULL_HANDLE;
        std::vector<VkCommandBuffer> step;  // copy_in, all slices but setup, copy_out
        uint64_t last = 0;                  // number of its last submission
    };
    using Places = std::map<std::string, std::pair<int64_t, int64_t>, std::less<>>;  // name -> offset, bytes

    Executor(Device& device, Schedule schedule, RegionSet& regions)
        : device_(device), schedule_(std::move(schedule)), regions_(regions) {}
    Status prepare(const ExecutorOptions& options);
    Status make_pipelines(int threads);
    Status make_objects(int slots);
    Status make_slot(Slot& slot, std::span<const VkCommandBuffer> commands);
    Status record(std::span<const VkCommandBuffer> commands);
    Status submit(std::span<const VkCommandBuffer> commands, const std::string& what, uint64_t* number);
    Status wait_for(uint64_t number);
    Status update_completed();
    Status check_slot(int slot) const;
    Recorder recorder() const { return {device_, schedule_, pipelines_, *bindings_}; }
    Status profile_part(size_t first, size_t count, VkQueryPool queries, std::vector<double>& ns);

    static constexpr size_t fence_count = 16;  // submissions in flight before the oldest is waited for

    Device& device_;
    Schedule schedule_;
    RegionSet& regions_;
    std::vector<std::string> retained_;
    std::vector<const Pipeline*> pipelines_;
    std::unique_ptr<KernelBindings> bindings_;
    Places inputs_, outputs_;
    std::vector<Slot> slots_;
    std::vector<VkCommandBuffer> slices_;
    std::vector<std::string> slice_names_;  // for the message if the device is lost
    VkCommandPool pool_ = VK_NULL_HANDLE;
    VkCommandBuffer scratch_ = VK_NULL_HANDLE;
    VkQueryPool queries_ = VK_NULL_HANDLE;
    std::vector<double> slice_ns_;
    std::vector<uint64_t> timestamps_;
    std::array<VkFence, fence_count> fences_{};
    std::array<const std::string*, fence_count> running_{};
    uint64_t submitted_ = 0, completed_ = 0;  // submissions are numbered from 1
};

}  // namespace vkgan
