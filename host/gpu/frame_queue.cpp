// A ring of fences, and what each submission held.
// SPDX-License-Identifier: MIT
#include "host/gpu/frame_queue.hpp"

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
    return {};
}

FrameQueue::~FrameQueue() {
    (void)wait_idle().ok();  // a lost device has nothing running
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
    budget_.begin(budget_ns);
    open_ = submitted_ - completed_ < most_in_flight;
    return {};
}

bool FrameQueue::admits(double expected_ns) const { return open_ && budget_.admits(expected_ns); }

void FrameQueue::add(TimedCommands& commands, int index) {
    Submission& submission = filling();
    const double expected_ns = commands.expected_ns(index);
    if (submission.pieces.empty()) submission.use = {.frame = frame_, .budget_ns = frame_budget_ns_};
    submission.pieces.push_back({&commands, index, expected_ns});
    submission.use.expected_ns += expected_ns;
    buffers_.push_back(commands.at(index));
    budget_.take(expected_ns);
}

Status FrameQueue::submit() {
    Submission& submission = filling();
    if (submission.pieces.empty()) return {};
    auto info = vk_struct<VkSubmitInfo>(VK_STRUCTURE_TYPE_SUBMIT_INFO);
    info.commandBufferCount = uint32_t(buffers_.size());
    info.pCommandBuffers = buffers_.data();
    const VkResult reset = device_.vk().vkResetFences(device_.handle(), 1, &submission.fence);
    const Status status =
        reset == VK_SUCCESS ? device_.submit(info, submission.fence, what) : device_.failure(reset, what);
    buffers_.clear();
    if (!status) return status;
    submission.use.pieces = int(submission.pieces.size());
    ++submitted_;
    open_ = submitted_ - completed_ < most_in_flight;
    return {};
}

Status FrameQueue::poll() {
    VKGAN_TRY(device_.status());
    while (completed_ < submitted_) {
        Submission& oldest = ring_[(completed_ + 1) % most_in_flight];
        const VkResult result = device_.vk().vkGetFenceStatus(device_.handle(), oldest.fence);
        if (result == VK_NOT_READY) break;
        if (result != VK_SUCCESS) return device_.failure(result, last_of(oldest));
        finish(oldest);
    }
    return {};
}

Status FrameQueue::wait(uint64_t wanted) {
    VKGAN_TRY(device_.status());
    while (completed_ < std::min(wanted, submitted_)) {
        Submission& oldest = ring_[(completed_ + 1) % most_in_flight];
        const VkResult result =
            device_.vk().vkWaitForFences(device_.handle(), 1, &oldest.fence, VK_TRUE, UINT64_MAX);
        if (result != VK_SUCCESS) return device_.failure(result, last_of(oldest));
        finish(oldest);
    }
    return {};
}

const std::string& FrameQueue::last_of(const Submission& submission) {
    const Piece& last = submission.pieces.back();
    return last.commands->name(last.index);
}

void FrameQueue::finish(Submission& submission) {
    for (const Piece& piece : submission.pieces) {
        const double ns = piece.commands->measure(piece.index);
        budget_.done(piece.expected_ns);
        if (ns < 0) continue;
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
