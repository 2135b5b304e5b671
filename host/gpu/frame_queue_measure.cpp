// The watcher: waits for each submission in order, and reads what it took.
// SPDX-License-Identifier: MIT
#include "host/gpu/device.hpp"
#include "host/gpu/frame_queue.hpp"

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

// As few reads as can be, since software drivers wait at each for all else on the device; and none while the
// device is ahead: what frames take is better not known than frames held up.
void FrameQueue::read_clock(Submission& submission) {
    std::array<double, 64> ns{};
    std::vector<Piece>& pieces = submission.pieces;
    for (size_t i = 0; i < pieces.size();) {
        if (seen_ends_ >= submission.number + most_behind) return;
        const Piece& first = pieces[i];
        size_t count = 1;
        const auto follows = [&](const Piece& piece) {
            if (first.query) return piece.query && *piece.query == *first.query + 2 * count;
            return !piece.query && piece.commands == first.commands &&
                   piece.index == first.index + int(count);
        };
        while (count < ns.size() && i + count < pieces.size() && follows(pieces[i + count])) ++count;
        const std::span<double> read(ns.data(), count);
        if (first.query)
            read_elapsed(device_, submission.queries, *first.query, read);
        else if (first.commands && !submission.recorded)
            first.commands->read_ns(first.index, read);
        else
            std::ranges::fill(read, -1.0);
        for (size_t k = 0; k < count; ++k) pieces[i + k].measured_ns = read[k];
        i += count;
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
            piece.costs->measured(piece.index, ns);
        submission.use.measured_ns += ns;
        submission.use.longest_ns = std::max(submission.use.longest_ns, ns);
    }
    submission.pieces.clear();
    submission.once_used = 0;
    uses_[uses_made_++ % uses_.size()] = submission.use;
    ++told_;
}

}  // namespace vkgan
