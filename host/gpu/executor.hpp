// Executor: a schedule made ready to run on a device, again and again, whole or slice by slice.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/bindings.hpp"
#include "host/gpu/memory.hpp"
#include "host/gpu/recorder.hpp"
#include "host/gpu/regions.hpp"
#include "host/gpu/timed_commands.hpp"
#include "host/schedule/blocks.hpp"
#include "host/schedule/schedule.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace vkgan {

class Device;
class FrameQueue;

struct ExecutorOptions {
    int slots = 2;    // sets of input and output memory: how far the host may run ahead
    int threads = 2;  // that compile pipelines
};

// One step of slot s, either way:
// - whole: write input_memory(s), run(s), wait(s), read output_memory(s);
// - in frames: write input_memory(s), add its pieces in order to a FrameQueue, over as many frames as it
// takes,
//   and when the submission of the last is completed read output_memory(s). Pieces are the copy of the
//   inputs, the slices behind the schedule's setup, and the copy of the outputs.
// set_up() (or the setup's pieces) must come before the first step and after every change of variables. A
// step allocates nothing and makes no Vulkan object. One thread at a time; only the inputs of a slot may be
// written by another. Device and regions must outlive it, and it must outlive what FrameQueues have of it.
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

    // Where an output lies on the device once the kernels of a step have run, until the next step's run.
    struct DevicePlace {
        VkBuffer buffer = VK_NULL_HANDLE;  // null for an unknown name
        int64_t offset_bytes = 0, bytes = 0;
    };
    DevicePlace output_place(std::string_view name) const;

    Status set_up();       // the setup slices, if there are any
    Status run(int slot);  // inputs, kernels and outputs in one vkQueueSubmit
    // What run submitted is done.
    Status wait(int slot);
    Status wait_idle();

    int pieces() const { return int(schedule_.slices.size()) - schedule_.setup_slices + 2; }
    int setup_pieces() const { return schedule_.setup_slices; }
    // Adds the next pieces of a step, from `first` on, as many as the frame admits; returns how many. What a
    // frame has room for goes in blocks.
    int add(FrameQueue& frame, int slot, int first);
    int add_setup(FrameQueue& frame, int first);
    // Times every kernel on what lies in slot 0 and in the regions, and cuts the step anew, to slices of half
    // a millisecond where slice_ns is 0. Writes to regions as a step does. Waits.
    Status cut_by_profile(double slice_ns);
    // Cuts the step anew. Nothing of it may be running.
    Status cut_again(double slice_ns, std::span<const double> kernel_ns);

    // Compiles what the driver left for the first dispatch; changes no memory. Waits.
    Status warm_up();

    // Measured time of the last run that has ended, without its copies; 0 if unknown (also when the queue has
    // no timestamps).
    double device_ns();
    // As expected now: of the longest piece of a step, and of a step.
    double longest_piece_ns() const;
    double expected_ns() const;
    std::vector<std::pair<std::string, double>> slice_list() const;  // of a step: names, expected ns
    double take_spent_ns() { return commands_->take_spent_ns(); }    // measured in frames since the last call
    // Runs one step (without host copies) with every kernel alone and returns each kernel's time. Waits.
    Result<std::vector<double>> profile();

private:
    struct Slot {
        Buffer input, output;
        std::vector<HostCopy> copies_in, copies_out;
        uint64_t last = 0;  // number of its last submission
    };
    using Places = std::map<std::string, std::pair<int64_t, int64_t>, std::less<>>;  // name -> offset, bytes

    Executor(Device& device, Schedule schedule, RegionSet& regions)
        : device_(device), schedule_(std::move(schedule)), regions_(regions) {}
    Status prepare(const ExecutorOptions& options);
    Status make_pipelines(int threads);
    Status make_objects(int slots);
    Status make_slot(Slot& slot);
    Status record(double slice_ns);
    void write(VkCommandBuffer commands, int index) const;
    Status submit(std::span<const VkCommandBuffer> commands, const std::string& what, uint64_t* number);
    Status wait_for(uint64_t number);
    Status check_slot(int slot) const;
    Recorder recorder() const { return {device_, schedule_, pipelines_, *bindings_}; }
    Status profile_part(size_t first, size_t count, VkQueryPool queries, std::vector<double>& ns);

    // Of commands_: the slices, then all kernels behind setup at once, then each slot's copies, then the
    // blocks.
    int whole() const { return int(schedule_.slices.size()); }
    int copy_in(int slot) const { return whole() + 1 + 2 * slot; }
    int copy_out(int slot) const { return whole() + 2 + 2 * slot; }
    int command_of(int slot, int piece) const;
    int command_of_block(int block) const { return whole() + 1 + 2 * slots() + block; }
    int block_that_fits(int piece, double room_ns) const;  // -1: none begins there, or fits

    static constexpr size_t fence_count = 16;  // submissions in flight before the oldest is waited for

    Device& device_;
    Schedule schedule_;
    std::vector<Block> blocks_;
    RegionSet& regions_;
    std::vector<std::string> retained_;
    std::vector<const Pipeline*> pipelines_;
    std::unique_ptr<KernelBindings> bindings_;
    Places inputs_, outputs_;
    std::vector<Slot> slots_;
    std::unique_ptr<TimedCommands> commands_;
    VkCommandPool pool_ = VK_NULL_HANDLE;
    VkCommandBuffer scratch_ = VK_NULL_HANDLE;
    std::array<VkFence, fence_count> fences_{};
    std::array<const std::string*, fence_count> running_{};
    uint64_t submitted_ = 0, completed_ = 0;  // submissions are numbered from 1
};

}  // namespace vkgan
