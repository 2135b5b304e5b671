// FrameQueue: what a renderer's frames send to the device, each within its budget, in one submission.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/gpu/timed_commands.hpp"
#include "host/gpu/vulkan.hpp"
#include "host/schedule/budget.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace vkgan {

class Device;

struct FrameUse {
    uint64_t frame = 0;  // as counted by begin, from 1
    double budget_ns = 0, expected_ns = 0;
    double measured_ns = 0;  // by the device's clock, or where it has none by the wall's
    double longest_ns = 0;   // piece of it
    int pieces = 0;
};

// Use: begin; for each piece of work that admits() lets in, add; submit. None of these waits: a thread of the
// queue's own waits for the device and reads its clock. Submissions are numbered from 1 and end in order. One
// thread at a time; after an error every call gives that error. Device and all TimedCommands that were added
// must outlive it, or outlive wait().
class FrameQueue {
public:
    static constexpr size_t most_in_flight = 16;  // frames; while so many are, no room is left

    static Result<std::unique_ptr<FrameQueue>> create(Device& device);
    ~FrameQueue();  // waits for what it has submitted
    FrameQueue(const FrameQueue&) = delete;
    FrameQueue& operator=(const FrameQueue&) = delete;

    // A frame begins that may take so much of the device's time. Looks at what is done since the last.
    Status begin(double budget_ns);
    uint64_t frame() const { return frame_; }  // that was begun last
    bool admits(double expected_ns) const;
    double room_ns() const { return open_ ? budget_.room_ns() : 0; }
    void add(TimedCommands& commands, int index);
    uint64_t number() const { return submitted_ + 1; }  // of the submission that add adds to
    Status submit();                                    // what was added: one vkQueueSubmit, or none
    double sent_ns() const { return sent_ns_; }         // expected, of what was added since the last begin
    uint64_t completed() const { return completed_; }   // as of the last begin, poll or wait
    Status poll();
    Status wait(uint64_t number);
    Status wait_idle() { return wait(submitted_); }

    // What a frame took that is done: each once, in order; at most the last 64 are kept.
    std::optional<FrameUse> next_use();

private:
    using Clock = std::chrono::steady_clock;
    struct Piece {
        TimedCommands* commands = nullptr;
        int index = 0;
        double expected_ns = 0, measured_ns = -1;
    };
    struct Submission {
        VkFence fence = VK_NULL_HANDLE;
        Clock::time_point sent;
        std::vector<Piece> pieces;
        FrameUse use;
    };
    explicit FrameQueue(Device& device) : device_(device) {}
    Status make_fences();
    Submission& filling() { return ring_[number() % most_in_flight]; }
    void watch();  // on the watcher
    void measure(Submission& submission, Clock::time_point& last_end);
    void finish(Submission& submission);

    Device& device_;
    FrameBudget budget_;
    std::optional<Error> not_sent_;
    bool open_ = false;  // there is a submission to fill
    uint64_t frame_ = 0, submitted_ = 0, completed_ = 0;
    double frame_budget_ns_ = 0, sent_ns_ = 0;
    std::array<Submission, most_in_flight> ring_;
    std::vector<VkCommandBuffer> buffers_;  // of the submission that is filled
    std::array<FrameUse, 64> uses_;
    uint64_t uses_made_ = 0, uses_told_ = 0;
    // Between the two threads: what is submitted, what of it has ended and been measured.
    mutable std::mutex mutex_;
    std::condition_variable sent_or_stop_, ended_;
    uint64_t sent_count_ = 0, ended_count_ = 0;
    bool stop_ = false;
    std::optional<Error> failure_;
    std::thread watcher_;
};

}  // namespace vkgan
