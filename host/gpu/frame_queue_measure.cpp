// The watcher: waits for each submission in order, and reads what it took.
// SPDX-License-Identifier: MIT
#include "host/gpu/device.hpp"
#include "host/gpu/frame_queue.hpp"
#include "host/gpu/timestamp.hpp"

#include <algorithm>
#include <array>

namespace vkgan {

void FrameQueue::watch() {
    Clock::time_point last_end;
    for (uint64_t next = 1;; ++next) {
        const std::optional<bool> measurable = next_to_measure(next);
        if (!measurable) return;
        Submission& submission = slot(next);
        VkResult result = VK_SUCCESS;
        if (!submission.recorded)
            result =
                device_.vk().vkWaitForFences(device_.handle(), 1, &submission.fence, VK_TRUE, UINT64_MAX);
        const bool fine = result == VK_SUCCESS;
        if (fine && *measurable) measure(submission, last_end);
        {
            const std::lock_guard lock(mutex_);
            if (fine)
                measured_count_ = next;
            else
                failure_ = device_.failure(result, name_of_last_piece(submission));
        }
        measured_one_.notify_all();
        if (!fine) return;
    }
}

// Waits until it is sent and, if it was recorded, has ended by the host's word. Nothing: stop. False: whether
// it was ever run is not known.
std::optional<bool> FrameQueue::next_to_measure(uint64_t next) {
    std::unique_lock lock(mutex_);
    for_watcher_.wait(lock, [&] { return stop_ || sent_count_ >= next; });
    if (sent_count_ < next) return {};
    if (!slot(next).recorded) return true;
    for_watcher_.wait(lock, [&] { return std::max(reported_count_, abandoned_count_) >= next; });
    return reported_count_ >= next;
}

// By the device's clock; where it has none the wall's, each piece with the share that it was expected to
// have. What was recorded has no end by the wall's clock: the host tells of it when it likes.
void FrameQueue::measure(Submission& submission, Clock::time_point& last_end) {
    const bool device_clock = device_.capabilities().uses(Optional::timestamps);
    if (device_clock) return read_clock(submission);
    if (submission.recorded) return;
    const Clock::time_point end = Clock::now();
    const double wall_ns =
        std::chrono::duration<double, std::nano>(end - std::max(submission.sent, last_end)).count();
    last_end = end;
    if (!(submission.use.expected_ns > 0)) return;
    for (Piece& piece : submission.pieces)
        piece.measured_ns = wall_ns * piece.expected_ns / submission.use.expected_ns;
}

FrameQueue::Queries FrameQueue::queries_from(const Submission& submission, size_t i) const {
    const std::vector<Piece>& pieces = submission.pieces;
    const auto of = [&](const Piece& piece) -> Queries {
        if (piece.query) return {.pool = submission.queries, .first = *piece.query};
        if (!piece.commands || submission.recorded) return {};
        return {.pool = piece.commands->queries(), .first = 2 * uint32_t(piece.index)};
    };
    Queries result = of(pieces[i]);
    for (; i + result.pieces < pieces.size(); ++result.pieces) {
        const Queries next = of(pieces[i + result.pieces]);
        if (next.pool != result.pool || next.first != result.first + 2 * result.pieces) break;
    }
    return result;
}

// As few reads as can be, and where they are not copies, none while the device is ahead: software drivers
// wait at each for all else on the device, and what frames take is better not known than frames held up.
void FrameQueue::read_clock(Submission& submission) {
    std::array<double, 64> ns{};
    std::vector<Piece>& pieces = submission.pieces;
    for (size_t i = 0; i < pieces.size();) {
        if (!copies_clock_ && seen_ends_ >= submission.number + most_behind) return;
        const Queries queries = queries_from(submission, i);
        const std::span<double> read(ns.data(), std::min(ns.size(), queries.pieces));
        if (!queries.pool)
            std::ranges::fill(read, -1.0);
        else if (copies_clock_)
            submission.clock.read(i, read);
        else
            read_elapsed(device_, queries.pool, queries.first, read);
        for (size_t k = 0; k < read.size(); ++k) pieces[i + k].measured_ns = read[k];
        i += read.size();
    }
}

void FrameQueue::finish(Submission& submission) {
    submission.use.measured = true;
    for (const Piece& piece : submission.pieces) {
        const double ns = piece.measured_ns;
        if (ns < 0) {
            submission.use.measured = false;
            continue;
        }
        if (piece.commands)
            piece.commands->measured(piece.index, ns);
        else
            piece.costs->measured(piece.index, ns / piece.amount);
        submission.use.measured_ns += ns;
        submission.use.longest_ns = std::max(submission.use.longest_ns, ns);
    }
    const FrameUse& use = submission.use;
    if (use.measured) budget_.measured(use.budget_ns, use.expected_ns, use.measured_ns);
    submission.pieces.clear();
    submission.once_used = 0;
    uses_[uses_made_++ % uses_.size()] = submission.use;
    ++told_;
}

}  // namespace vkgan
