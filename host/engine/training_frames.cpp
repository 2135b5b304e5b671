// A run's training in frames: slices within a budget, and at the steps where something is due a stop for it.
// SPDX-License-Identifier: MIT
#include "host/engine/training_run.hpp"

#include <algorithm>
#include <array>

namespace vkgan {

// The next step after which the run needs the session between steps.
int64_t TrainingRun::next_due() const {
    const int64_t done = session_->progress().steps;
    int64_t due = -1;
    for (const int64_t every :
         std::array{options_.checkpoint_every, options_.sample_every, options_.watch_every}) {
        if (every <= 0) continue;
        const int64_t next = (done / every + 1) * every;
        due = due < 0 ? next : std::min(due, next);
    }
    // Where the first step's gradients are wanted they are written after it.
    return options_.gradients.empty() || gradients_written_ ? due : done + 1;
}

Status TrainingRun::record_all(FrameSteps& steps) {
    for (StepResult& result : steps.finished) VKGAN_TRY(record(result));
    return {};
}

Result<FrameSteps> TrainingRun::advance(double budget_ns) {
    if (!queue_) {
        VKGAN_ASSIGN(queue_, FrameQueue::create(device_));
    }
    if (!frames_) {
        VKGAN_ASSIGN(frames_, FrameTraining::create(*session_, *queue_));
    }
    VKGAN_TRY(queue_->begin(budget_ns));
    auto steps = frames_->advance(next_due());
    const Status sent = queue_->submit();  // also what an error has left
    if (!steps) return steps.error();
    VKGAN_TRY(sent);
    VKGAN_TRY(record_all(*steps));
    return std::move(*steps);
}

Result<FrameSteps> TrainingRun::finish_step() {
    FrameSteps steps;
    if (frames_) {
        VKGAN_ASSIGN(steps, frames_->finish());
    }
    VKGAN_TRY(record_all(steps));
    return steps;
}

void TrainingRun::cancel_step() {
    if (frames_) frames_->cancel();
}

Status TrainingRun::leave_frames() {
    if (!frames_) return {};
    const auto steps = finish_step();
    if (!steps) return steps.error();
    const std::optional<Error> error = frames_->error();
    frames_.reset();
    return error ? Status(*error) : Status();
}

}  // namespace vkgan
