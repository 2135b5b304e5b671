// A ring of fences, and what each submission held.
// SPDX-License-Identifier: MIT
#include "host/gpu/frame_queue.hpp"

#include "host/base/thread_owner.hpp"
#include "host/gpu/device.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr std::string_view what = "a frame's work";
constexpr size_t usual_pieces = 1024;  // in a frame; more make the list grow once

}  // namespace

Result<std::unique_ptr<FrameQueue>> FrameQueue::create(Device& device) {
    std::unique_ptr<FrameQueue> result(new FrameQueue(device));
    VKGAN_TRY(result->make_fences());
    return result;
}

Status FrameQueue::make_fences() {
    buffers_.reserve(usual_pieces);
    for (Submission& submission : ring_) {
        submission.pieces.reserve(usual_pieces);
        const auto info = vk_struct<VkFenceCreateInfo>(VK_STRUCTURE_TYPE_FENCE_CREATE_INFO);
        const VkResult result =
            device_.vk().vkCreateFence(device_.handle(), &info, nullptr, &submission.fence);
        if (result != VK_SUCCESS) return device_.failure(result, "vkCreateFence");
    }
    watcher_ = start_thread([this] { watch(); });
    return {};
}

FrameQueue::~FrameQueue() {
    (void)wait_idle().ok();  // a lost device has nothing running
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    sent_or_stop_.notify_all();
    if (watcher_.joinable()) watcher_.join();
    for (const Submission& submission : ring_)
        if (submission.fence) device_.vk().vkDestroyFence(device_.handle(), submission.fence, nullptr);
}

Status FrameQueue::begin(double budget_ns) {
    if (!(budget_ns > 0))
        return Error{Code::invalid_argument,
                     fmt::format("a frame's budget is {} ns; it must be above 0", budget_ns)};
    VKGAN_TRY(poll());
    ++frame_;
    frame_budget_ns_ = budget_ns;
    sent_ns_ = 0;
    budget_.begin(budget_ns);
    open_ = submitted_ - completed_ < most_in_flight;
    return {};
}

bool FrameQueue::admits(double expected_ns) const { return open_ && budget_.admits(expected_ns); }

void FrameQueue::add(TimedCommands& commands, int index) {
    Submission& submission = filling();
    const double expected_ns = commands.expected_ns(index);
    if (submission.pieces.empty()) submission.use = {.frame = frame_, .budget_ns = frame_budget_ns_};
    submission.pieces.push_back({.commands = &commands, .index = index, .expected_ns = expected_ns});
    submission.use.expected_ns += expected_ns;
    sent_ns_ += expected_ns;
    buffers_.push_back(commands.at(index));
    budget_.take(expected_ns);
}

Status FrameQueue::submit() {
    if (not_sent_) return *not_sent_;
    Submission& submission = filling();
    if (submission.pieces.empty()) return {};
    auto info = vk_struct<VkSubmitInfo>(VK_STRUCTURE_TYPE_SUBMIT_INFO);
    info.commandBufferCount = uint32_t(buffers_.size());
    info.pCommandBuffers = buffers_.data();
    const VkResult reset = device_.vk().vkResetFences(device_.handle(), 1, &submission.fence);
    const Status status =
        reset == VK_SUCCESS ? device_.submit(info, submission.fence, what) : device_.failure(reset, what);
    buffers_.clear();
    if (!status) {  // what was added is lost, and with it the order of whoever added it
        not_sent_ = status.error();
        return status;
    }
    submission.use.pieces = int(submission.pieces.size());
    submission.sent = Clock::now();
    ++submitted_;
    {
        const std::lock_guard lock(mutex_);
        sent_count_ = submitted_;
    }
    sent_or_stop_.notify_one();
    open_ = submitted_ - completed_ < most_in_flight;
    return {};
}

Status FrameQueue::poll() {
    VKGAN_TRY(device_.status());
    if (not_sent_) return *not_sent_;
    uint64_t ended = 0;
    {
        const std::lock_guard lock(mutex_);
        if (failure_) return *failure_;
        ended = ended_count_;
    }
    while (completed_ < ended) finish(ring_[(completed_ + 1) % most_in_flight]);
    return {};
}

Status FrameQueue::wait(uint64_t wanted) {
    {
        std::unique_lock lock(mutex_);
        ended_.wait(lock, [&] { return failure_ || ended_count_ >= std::min(wanted, submitted_); });
    }
    return poll();
}

void FrameQueue::watch() {
    Clock::time_point last_end;
    for (uint64_t next = 1;; ++next) {
        {
            std::unique_lock lock(mutex_);
            sent_or_stop_.wait(lock, [&] { return stop_ || sent_count_ >= next; });
            if (sent_count_ < next) return;
        }
        Submission& submission = ring_[next % most_in_flight];
        const VkResult result =
            device_.vk().vkWaitForFences(device_.handle(), 1, &submission.fence, VK_TRUE, UINT64_MAX);
        const bool fine = result == VK_SUCCESS;
        if (fine) measure(submission, last_end);
        {
            const std::lock_guard lock(mutex_);
            if (fine) {
                ended_count_ = next;
            } else {
                const Piece& last = submission.pieces.back();
                failure_ = device_.failure(result, last.commands->name(last.index));
            }
        }
        ended_.notify_all();
        if (!fine) return;
    }
}

// By the device's clock; where it has none the wall's, each piece with the share that it was expected to
// have.
void FrameQueue::measure(Submission& submission, Clock::time_point& last_end) {
    const Clock::time_point end = Clock::now();
    const double wall_ns =
        std::chrono::duration<double, std::nano>(end - std::max(submission.sent, last_end)).count();
    last_end = end;
    const bool device_clock = device_.capabilities().uses(Optional::timestamps);
    for (Piece& piece : submission.pieces)
        piece.measured_ns = device_clock ? piece.commands->read_ns(piece.index)
                                         : wall_ns * piece.expected_ns / submission.use.expected_ns;
}

void FrameQueue::finish(Submission& submission) {
    for (const Piece& piece : submission.pieces) {
        budget_.done(piece.expected_ns);
        const double ns = piece.measured_ns;
        if (ns < 0) continue;
        piece.commands->measured(piece.index, ns);
        submission.use.measured_ns += ns;
        submission.use.longest_ns = std::max(submission.use.longest_ns, ns);
    }
    submission.pieces.clear();
    uses_[uses_made_++ % uses_.size()] = submission.use;
    ++completed_;
}

std::optional<FrameUse> FrameQueue::next_use() {
    if (uses_told_ == uses_made_) return {};
    if (uses_made_ - uses_told_ > uses_.size()) uses_told_ = uses_made_ - uses_.size();
    return uses_[uses_told_++ % uses_.size()];
}

}  // namespace vkgan
