// Sending a frame: one submission with a host's semaphores, or commands in a host's own buffer.
// SPDX-License-Identifier: MIT
#include "host/gpu/device.hpp"
#include "host/gpu/frame_queue.hpp"
#include "host/gpu/timestamp.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr std::string_view what = "a frame's work";

// What a VkSubmitInfo points to.
struct SemaphoreLists {
    static constexpr size_t most = FrameQueue::most_semaphores;
    std::array<VkSemaphore, most> waits{}, signals{};
    std::array<uint64_t, most> wait_values{}, signal_values{};
    std::array<VkPipelineStageFlags, most> stages{};
    VkTimelineSemaphoreSubmitInfo timeline{};

    void fill(VkSubmitInfo& info, std::span<const QueueSemaphore> to_wait,
              std::span<const QueueSemaphore> to_signal) {
        for (size_t i = 0; i < to_wait.size(); ++i) {
            waits[i] = to_wait[i].semaphore;
            wait_values[i] = to_wait[i].value;
            const VkPipelineStageFlags given = to_wait[i].stages;
            stages[i] = given ? given : VkPipelineStageFlags(VK_PIPELINE_STAGE_ALL_COMMANDS_BIT);
        }
        for (size_t i = 0; i < to_signal.size(); ++i) {
            signals[i] = to_signal[i].semaphore;
            signal_values[i] = to_signal[i].value;
        }
        info.waitSemaphoreCount = uint32_t(to_wait.size());
        info.pWaitSemaphores = waits.data();
        info.pWaitDstStageMask = stages.data();
        info.signalSemaphoreCount = uint32_t(to_signal.size());
        info.pSignalSemaphores = signals.data();
    }
    // Values of binary semaphores are not looked at.
    void add_values(VkSubmitInfo& info) {
        timeline.sType = VK_STRUCTURE_TYPE_TIMELINE_SEMAPHORE_SUBMIT_INFO;
        timeline.waitSemaphoreValueCount = info.waitSemaphoreCount;
        timeline.pWaitSemaphoreValues = wait_values.data();
        timeline.signalSemaphoreValueCount = info.signalSemaphoreCount;
        timeline.pSignalSemaphoreValues = signal_values.data();
        info.pNext = &timeline;
    }
};

Status check(std::span<const QueueSemaphore> semaphores, std::string_view list, bool timeline) {
    if (semaphores.size() > FrameQueue::most_semaphores)
        return Error{Code::invalid_argument,
                     fmt::format("submit: there are {} {}; at most {} are taken", semaphores.size(), list,
                                 FrameQueue::most_semaphores)};
    for (size_t i = 0; i < semaphores.size(); ++i) {
        if (!semaphores[i].semaphore)
            return Error{Code::invalid_argument, fmt::format("submit: {}[{}].semaphore is null", list, i)};
        if (semaphores[i].value != 0 && !timeline)
            return Error{
                Code::invalid_argument,
                fmt::format("submit: {}[{}].value is {}; without the feature timelineSemaphore, which is "
                            "not enabled on this device, it must be 0",
                            list, i, semaphores[i].value)};
    }
    return {};
}

}  // namespace

Status FrameQueue::submit(std::span<const QueueSemaphore> waits, std::span<const QueueSemaphore> signals) {
    if (not_sent_) return *not_sent_;
    const bool timeline = device_.capabilities().uses(Optional::timeline_semaphore);
    VKGAN_TRY(check(waits, "waits", timeline));
    VKGAN_TRY(check(signals, "signals", timeline));
    const bool semaphores = !waits.empty() || !signals.empty();
    if (added_ == 0 && !semaphores) return {};
    auto info = vk_struct<VkSubmitInfo>(VK_STRUCTURE_TYPE_SUBMIT_INFO);
    SemaphoreLists lists;
    lists.fill(info, waits, signals);
    if (timeline && semaphores) lists.add_values(info);
    if (added_ == 0) return device_.submit(info, VK_NULL_HANDLE, "a frame's semaphores");
    Submission& submission = slot(number());
    submission.recorded = false;
    if (const Status status = send(submission, info); !status) {
        not_sent_ = status.error();  // what was added is lost, and with it the order of whoever added it
        return status;
    }
    sent(submission);
    return {};
}

Status FrameQueue::send(Submission& submission, VkSubmitInfo& info) {
    VKGAN_TRY(write_once(submission));
    if (copies_clock_) VKGAN_TRY(write_clock(submission));
    buffers_.clear();
    for (const Piece& piece : submission.pieces)
        buffers_.push_back(piece.commands ? piece.commands->at(piece.index)
                                          : submission.once[piece.once].commands);
    if (copies_clock_) buffers_.push_back(submission.clock_commands);
    info.commandBufferCount = uint32_t(buffers_.size());
    info.pCommandBuffers = buffers_.data();
    const VkResult reset = device_.vk().vkResetFences(device_.handle(), 1, &submission.fence);
    if (reset != VK_SUCCESS) return device_.failure(reset, what);
    return device_.submit(info, submission.fence, what);
}

// Allocates them at their first use: most contexts only record.
Status FrameQueue::begin_once(const Submission& submission, VkCommandBuffer& commands) {
    const VolkDeviceTable& vk = device_.vk();
    if (!commands) {
        auto info = vk_struct<VkCommandBufferAllocateInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
        info.commandPool = submission.pool;
        info.commandBufferCount = 1;
        const VkResult result = vk.vkAllocateCommandBuffers(device_.handle(), &info, &commands);
        if (result != VK_SUCCESS) return device_.failure(result, "vkAllocateCommandBuffers");
    }
    auto info = vk_struct<VkCommandBufferBeginInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO);
    info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    const VkResult result = vk.vkBeginCommandBuffer(commands, &info);
    if (result != VK_SUCCESS) return device_.failure(result, "vkBeginCommandBuffer");
    return {};
}

Status FrameQueue::write_once(Submission& submission) {
    if (submission.once_used == 0 && !copies_clock_) return {};
    const VolkDeviceTable& vk = device_.vk();
    VkResult result = vk.vkResetCommandPool(device_.handle(), submission.pool, 0);
    if (result != VK_SUCCESS) return device_.failure(result, "vkResetCommandPool");
    uint32_t timed = 0;
    for (Piece& piece : submission.pieces) {
        if (piece.commands) continue;
        VkCommandBuffer& commands = submission.once[piece.once].commands;
        VKGAN_TRY(begin_once(submission, commands));
        if (submission.queries && timed < most_timed) {
            piece.query = 2 * timed++;
            vk.vkCmdResetQueryPool(commands, submission.queries, *piece.query, 2);
        }
        write_timed(commands, submission, piece);
        result = vk.vkEndCommandBuffer(commands);
        if (result != VK_SUCCESS) return device_.failure(result, "vkEndCommandBuffer");
    }
    return {};
}

Status FrameQueue::write_clock(Submission& submission) {
    VkCommandBuffer& commands = submission.clock_commands;
    VKGAN_TRY(begin_once(submission, commands));
    copy_clock(commands, submission);
    const VkResult result = device_.vk().vkEndCommandBuffer(commands);
    if (result != VK_SUCCESS) return device_.failure(result, "vkEndCommandBuffer");
    return {};
}

void FrameQueue::copy_clock(VkCommandBuffer commands, const Submission& submission) const {
    for (size_t i = 0; i < submission.pieces.size();) {
        const Queries queries = queries_from(submission, i);
        if (queries.pool) submission.clock.write(commands, queries.pool, queries.first, i, queries.pieces);
        i += queries.pieces;
    }
    submission.clock.end(commands);
}

Status FrameQueue::record(VkCommandBuffer commands) {
    if (not_sent_) return *not_sent_;
    VKGAN_TRY(device_.status());
    if (!commands) return Error{Code::invalid_argument, "record: the command buffer is null"};
    if (added_ == 0) return {};
    Submission& submission = slot(number());
    if (submission.queries) {
        const auto timed = uint32_t(std::min(submission.pieces.size(), size_t(most_timed)));
        device_.vk().vkCmdResetQueryPool(commands, submission.queries, 0, 2 * timed);
        for (uint32_t i = 0; i < timed; ++i) submission.pieces[i].query = 2 * i;
    }
    submission.recorded = true;
    for (const Piece& piece : submission.pieces) write_timed(commands, submission, piece);
    if (copies_clock_) copy_clock(commands, submission);
    sent(submission);
    return {};
}

void FrameQueue::write_timed(VkCommandBuffer commands, Submission& submission, const Piece& piece) {
    const auto timestamp = [&](uint32_t offset) {
        if (piece.query) write_timestamp(device_, commands, submission.queries, *piece.query + offset);
    };
    timestamp(0);
    if (piece.commands) {
        piece.commands->write_to(commands, piece.index);
    } else {
        Body& body = submission.once[piece.once].body;
        body(commands);
        body = nullptr;
    }
    timestamp(1);
}

void FrameQueue::sent(Submission& submission) {
    submission.use.recorded = submission.recorded;
    submission.use.pieces = int(submission.pieces.size());
    submission.sent = Clock::now();
    added_ = 0;
    submission.number = ++submitted_;
    if (submission.recorded) last_recorded_ = submitted_;
    {
        const std::lock_guard lock(mutex_);
        sent_count_ = submitted_;
    }
    for_watcher_.notify_all();
    open_ = submitted_ - told_ < most_in_flight;
}

}  // namespace vkgan
