// FrameQueue: what a renderer's frames send to the device, each within its budget, in one submission of ours
// or in the renderer's own command buffer.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "host/base/result.hpp"
#include "host/gpu/clock_copy.hpp"
#include "host/gpu/timed_commands.hpp"
#include "host/gpu/vulkan.hpp"
#include "host/schedule/budget.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace vkgan {

class Device;

struct FrameUse {
    uint64_t frame = 0;  // as counted by begin, from 1
    double budget_ns = 0, expected_ns = 0;
    double measured_ns = 0;  // by the device's clock; without one by the wall's, or 0 if recorded
    double longest_ns = 0;   // piece of it
    int pieces = 0;
    bool recorded = false;  // into a host's command buffer
    bool measured = false;  // all of it: measured_ns is what it took
};

// Use: begin; for each piece of work that admits() lets in, add; submit or record. None of these waits: a
// thread of the queue's own waits for the device and reads its clock. Submissions, recorded ones too, are
// numbered from 1 and end in order. One thread at a time; after an error of the device or of a submission
// every call gives that error. Device and all TimedCommands that were added must outlive it, or outlive
// wait().
class FrameQueue {
public:
    static constexpr size_t most_in_flight = 16;  // not done or not measured; then no room is left
    static constexpr size_t most_semaphores = 8;  // of each kind in a submission
    static constexpr uint32_t most_timed = 512;   // pieces that are recorded or written once
    using Body = std::function<void(VkCommandBuffer)>;

    // `copies_clock`: the device copies what its clock said into the host's memory; else a thread asks for
    // it. Absent: what suits the driver. For tests.
    static Result<std::unique_ptr<FrameQueue>> create(Device& device, std::optional<bool> copies_clock = {});
    ~FrameQueue();  // waits for what it has submitted, and gives up what was recorded
    FrameQueue(const FrameQueue&) = delete;
    FrameQueue& operator=(const FrameQueue&) = delete;

    // A frame begins that may take so much of the device's time. Looks at what is done since the last.
    Status begin(double budget_ns);
    uint64_t frame() const { return frame_; }  // that was begun last
    bool open() const { return open_; }        // fewer than most_in_flight are in flight
    bool admits(double expected_ns) const;
    double room_ns() const { return open_ ? budget_.room_ns() - kept_back_ns_ : 0; }
    // From now on so much of the frame is for others: until it is set again or another frame begins.
    void keep_back(double ns) { kept_back_ns_ = ns; }
    // Only what was let in.
    void add(TimedCommands& commands, int index);
    // A piece that is written when it is sent, and released then; `costs` expects and learns what it takes
    // for each of `amount` equal parts, and must outlive the submission. `name` is for the message if the
    // device is lost.
    void add_once(Body body, CostModel& costs, int index, std::string_view name, double amount = 1);
    uint64_t number() const { return submitted_ + 1; }  // of the submission that add adds to
    int pieces() const { return int(added_); }          // that were added and not sent
    double sent_ns() const { return sent_ns_; }         // expected, of what was added since the last begin

    // What was added: one vkQueueSubmit. None if there is no work and no semaphore; with semaphores alone it
    // has no number.
    Status submit(std::span<const QueueSemaphore> waits = {}, std::span<const QueueSemaphore> signals = {});
    // What was added goes into the host's command buffer, which is recording, outside of a render pass, on
    // the device's queue family, and is to be submitted once, before those of later frames. Timed, if the
    // queue has timestamps, up to piece most_timed.
    Status record(VkCommandBuffer commands);
    // [before begin] The recorded ones up to this number are complete on the device.
    void recorded_until(uint64_t number);
    // Something recorded is not reported complete.
    bool waits_for_host() const { return last_recorded_ > host_done_; }
    // The device is idle or lost, or what was recorded will never be submitted: all of it counts as ended.
    void abandon();

    uint64_t completed() const { return completed_; }  // on the device, as of the last begin, poll or wait
    // Measured, too, as of then: what was added to it may end.
    uint64_t ended() const { return told_; }
    Status poll();
    // Code::busy, at once, if that takes recorded ones that are not reported complete. Of a lost device
    // nothing is waited for: what was recorded on it is abandoned.
    Status wait(uint64_t number);
    Status wait_idle() { return wait(submitted_); }

    // What a frame took that is done and measured: each once, in order; at most the last 64 are kept.
    std::optional<FrameUse> next_use();

private:
    using Clock = std::chrono::steady_clock;
    struct Once {
        std::string name;
        Body body;  // until it is written
        VkCommandBuffer commands = VK_NULL_HANDLE;
    };
    struct Piece {
        TimedCommands* commands = nullptr;  // null: costs, and Submission::once[once]
        CostModel* costs = nullptr;
        int index = 0;
        size_t once = 0;
        std::optional<uint32_t> query;  // first of two in the submission's pool
        double amount = 1, expected_ns = 0, measured_ns = -1;
    };
    struct Submission {
        VkFence fence = VK_NULL_HANDLE;
        VkQueryPool queries = VK_NULL_HANDLE;  // of recorded pieces and of those written once
        VkCommandPool pool = VK_NULL_HANDLE;   // of pieces written once, and of clock_commands
        ClockCopy clock;
        VkCommandBuffer clock_commands = VK_NULL_HANDLE;  // from the first that is submitted
        bool recorded = false;
        uint64_t number = 0;
        Clock::time_point sent;
        std::vector<Piece> pieces;
        std::vector<Once> once;  // the first once_used; kept for their memory
        size_t once_used = 0;
        FrameUse use;
    };
    FrameQueue(Device& device, bool copies_clock) : device_(device), copies_clock_(copies_clock) {}
    Status make();
    Submission& slot(uint64_t number) { return ring_[number % most_in_flight]; }
    Piece& add_piece(double expected_ns);
    Status send(Submission& submission, VkSubmitInfo& info);
    Status begin_once(const Submission& submission, VkCommandBuffer& commands);
    Status write_once(Submission& submission);
    Status write_clock(Submission& submission);
    void copy_clock(VkCommandBuffer commands, const Submission& submission) const;
    void write_timed(VkCommandBuffer commands, Submission& submission, const Piece& piece);
    void sent(Submission& submission);
    Status see_ends(uint64_t measured);
    Error busy(uint64_t first);
    void finish(Submission& submission);
    const std::string& name_of_last_piece(const Submission& submission) const;
    void watch();  // on the watcher, with the next two
    std::optional<bool> next_to_measure(uint64_t next);
    void measure(Submission& submission, Clock::time_point& last_end);
    void read_clock(Submission& submission);
    // Where piece i's two queries are, and how many pieces from it on have theirs behind one another.
    struct Queries {
        VkQueryPool pool = VK_NULL_HANDLE;  // null: not timed
        uint32_t first = 0;
        size_t pieces = 1;
    };
    Queries queries_from(const Submission& submission, size_t i) const;

    Device& device_;
    bool copies_clock_;
    FrameBudget budget_;
    std::optional<Error> not_sent_;
    bool open_ = false;  // there is a submission to fill
    uint64_t frame_ = 0, submitted_ = 0, completed_ = 0, told_ = 0;
    uint64_t last_recorded_ = 0, host_done_ = 0;
    double frame_budget_ns_ = 0, sent_ns_ = 0, kept_back_ns_ = 0;
    size_t added_ = 0;  // since the last submission
    std::array<Submission, most_in_flight> ring_;
    std::vector<VkCommandBuffer> buffers_;  // of the submission that is sent
    std::array<FrameUse, 64> uses_;
    uint64_t uses_made_ = 0, uses_told_ = 0;
    // Between the two threads: what is sent, how far the host has reported, how far it has given up, what is
    // measured. A submission is the watcher's from sent to measured, its fence and pieces may be read by
    // both.
    mutable std::mutex mutex_;
    std::condition_variable for_watcher_, measured_one_;
    uint64_t sent_count_ = 0, reported_count_ = 0, abandoned_count_ = 0, measured_count_ = 0;
    bool stop_ = false;
    static constexpr uint64_t most_behind = 4;
    std::atomic<uint64_t> seen_ends_{0};  // completed_, for the watcher
    std::optional<Error> failure_;
    std::thread watcher_;
};

}  // namespace vkgan
