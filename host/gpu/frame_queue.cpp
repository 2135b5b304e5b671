// A ring of fences, and what each submission held.
// SPDX-License-Identifier: MIT
#include "host/gpu/frame_queue.hpp"

#include "host/base/thread_owner.hpp"
#include "host/gpu/device.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr size_t usual_pieces = 1024;  // in a frame; more make the list grow once
constexpr size_t usual_once = 16;      // of these, written once
constexpr uint32_t queries_of_slot = 2 * FrameQueue::most_timed;

}  // namespace

Result<std::unique_ptr<FrameQueue>> FrameQueue::create(Device& device, std::optional<bool> copies_clock) {
    const bool clock = device.capabilities().uses(Optional::timestamps);
    std::unique_ptr<FrameQueue> result(
        new FrameQueue(device, clock && copies_clock.value_or(ClockCopy::wanted(device))));
    VKGAN_TRY(result->make());
    return result;
}

Status FrameQueue::make() {
    const VolkDeviceTable& vk = device_.vk();
    const auto fence = vk_struct<VkFenceCreateInfo>(VK_STRUCTURE_TYPE_FENCE_CREATE_INFO);
    auto pool = vk_struct<VkCommandPoolCreateInfo>(VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
    pool.queueFamilyIndex = device_.queue_family();
    auto queries = vk_struct<VkQueryPoolCreateInfo>(VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO);
    queries.queryType = VK_QUERY_TYPE_TIMESTAMP;
    queries.queryCount = queries_of_slot;
    buffers_.reserve(usual_pieces);
    for (Submission& submission : ring_) {
        submission.pieces.reserve(usual_pieces);
        submission.once.reserve(usual_once);
        VkResult result = vk.vkCreateFence(device_.handle(), &fence, nullptr, &submission.fence);
        if (result != VK_SUCCESS) return device_.failure(result, "vkCreateFence");
        result = vk.vkCreateCommandPool(device_.handle(), &pool, nullptr, &submission.pool);
        if (result != VK_SUCCESS) return device_.failure(result, "vkCreateCommandPool");
        if (!device_.capabilities().uses(Optional::timestamps)) continue;
        result = vk.vkCreateQueryPool(device_.handle(), &queries, nullptr, &submission.queries);
        if (result != VK_SUCCESS) return device_.failure(result, "vkCreateQueryPool");
        if (copies_clock_) {
            VKGAN_ASSIGN(submission.clock, ClockCopy::create(device_, usual_pieces));
        }
    }
    watcher_ = start_thread([this] { watch(); });
    return {};
}

FrameQueue::~FrameQueue() {
    abandon();
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;  // once everything that was sent has ended
    }
    for_watcher_.notify_all();
    if (watcher_.joinable()) watcher_.join();
    const VolkDeviceTable& vk = device_.vk();
    for (const Submission& submission : ring_) {
        if (submission.fence) vk.vkDestroyFence(device_.handle(), submission.fence, nullptr);
        if (submission.queries) vk.vkDestroyQueryPool(device_.handle(), submission.queries, nullptr);
        if (submission.pool) vk.vkDestroyCommandPool(device_.handle(), submission.pool, nullptr);
    }
}

Status FrameQueue::begin(double budget_ns) {
    if (!(budget_ns > 0))
        return Error{Code::invalid_argument,
                     fmt::format("a frame's budget is {} ns; it must be above 0", budget_ns)};
    VKGAN_TRY(poll());
    ++frame_;
    frame_budget_ns_ = budget_ns;
    sent_ns_ = kept_back_ns_ = 0;
    budget_.begin(budget_ns);
    open_ = submitted_ - told_ < most_in_flight;
    return {};
}

bool FrameQueue::admits(double expected_ns) const {
    if (!open_) return false;
    return kept_back_ns_ > 0 ? expected_ns <= room_ns() : budget_.admits(expected_ns);
}

void FrameQueue::add(TimedCommands& commands, int index) {
    Piece& piece = add_piece(commands.expected_ns(index));
    piece.commands = &commands;
    piece.index = index;
}

void FrameQueue::add_once(Body body, CostModel& costs, int index, std::string_view name, double amount) {
    Piece& piece = add_piece(costs.expected_ns(index) * amount);
    piece.costs = &costs;
    piece.index = index;
    piece.amount = amount;
    Submission& submission = slot(number());
    piece.once = submission.once_used++;
    if (submission.once.size() < submission.once_used) submission.once.emplace_back();
    Once& once = submission.once[piece.once];
    once.name = name;
    once.body = std::move(body);
}

FrameQueue::Piece& FrameQueue::add_piece(double expected_ns) {
    Submission& submission = slot(number());
    if (added_++ == 0) submission.use = {.frame = frame_, .budget_ns = frame_budget_ns_};
    submission.use.expected_ns += expected_ns;
    sent_ns_ += expected_ns;
    budget_.take(expected_ns);
    submission.pieces.push_back({.expected_ns = expected_ns});
    return submission.pieces.back();
}

void FrameQueue::recorded_until(uint64_t number) {
    host_done_ = std::max(host_done_, std::min(number, submitted_));
    {
        const std::lock_guard lock(mutex_);
        reported_count_ = std::max(reported_count_, std::min(number, submitted_));
    }
    for_watcher_.notify_all();
}

void FrameQueue::abandon() {
    host_done_ = submitted_;
    {
        const std::lock_guard lock(mutex_);
        abandoned_count_ = submitted_;
    }
    for_watcher_.notify_all();
}

Status FrameQueue::poll() {
    VKGAN_TRY(device_.status());
    if (not_sent_) return *not_sent_;
    uint64_t measured = 0;
    {
        const std::lock_guard lock(mutex_);
        if (failure_) return *failure_;
        measured = measured_count_;
    }
    VKGAN_TRY(see_ends(measured));
    while (told_ < measured) finish(slot(told_ + 1));
    return {};
}

// Not by the watcher, which may be held up reading the clock: software drivers wait for all else on the
// device before they tell it.
Status FrameQueue::see_ends(uint64_t measured) {
    for (; completed_ < submitted_; ++completed_) {
        const uint64_t next = completed_ + 1;
        const Submission& submission = slot(next);
        if (next > measured && submission.recorded && next > host_done_) break;
        if (next > measured && !submission.recorded) {
            const VkResult result = device_.vk().vkGetFenceStatus(device_.handle(), submission.fence);
            if (result == VK_NOT_READY) break;
            if (result != VK_SUCCESS) return device_.failure(result, name_of_last_piece(submission));
        }
        for (const Piece& piece : submission.pieces) budget_.done(piece.expected_ns);
        seen_ends_ = next;
    }
    return {};
}

Status FrameQueue::wait(uint64_t wanted) {
    wanted = std::min(wanted, submitted_);
    if (!device_.status()) abandon();
    for (uint64_t number = std::max(host_done_, told_) + 1; number <= wanted; ++number)
        if (slot(number).recorded) return busy(number);
    {
        std::unique_lock lock(mutex_);
        measured_one_.wait(lock, [&] { return failure_ || measured_count_ >= wanted; });
    }
    return poll();
}

Error FrameQueue::busy(uint64_t first) {
    if (const Status status = poll(); !status) return status.error();
    uint64_t count = 0;
    for (uint64_t number = first; number <= submitted_; ++number) count += slot(number).recorded ? 1 : 0;
    return Error{Code::busy,
                 fmt::format("{} recorded frame{} not reported complete; the first of them is frame {}",
                             count, count == 1 ? " is" : "s are", slot(first).use.frame)};
}

const std::string& FrameQueue::name_of_last_piece(const Submission& submission) const {
    const Piece& last = submission.pieces.back();
    return last.commands ? last.commands->name(last.index) : submission.once[last.once].name;
}

std::optional<FrameUse> FrameQueue::next_use() {
    if (uses_told_ == uses_made_) return {};
    if (uses_made_ - uses_told_ > uses_.size()) uses_told_ = uses_made_ - uses_.size();
    return uses_[uses_told_++ % uses_.size()];
}

}  // namespace vkgan
