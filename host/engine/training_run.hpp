// TrainingRun: a session with its folder: model.json, log.jsonl, samples/, checkpoint.vkgan, model.vkgan.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/checkpoint.hpp"
#include "host/engine/collapse_watch.hpp"
#include "host/engine/frame_training.hpp"
#include "host/engine/model_choice.hpp"
#include "host/engine/step_log.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace vkgan {

struct RunOptions {
    std::filesystem::path folder;
    bool resume = false;
    std::string weights;             // file to start from
    std::string gradients;           // file for the first step's
    int64_t checkpoint_every = 500;  // steps; 0: only when saved
    int64_t sample_every = 250;
    int64_t watch_every = 0;  // between looks at samples for mode collapse
    SessionOptions session;
};

class TrainingRun {
public:
    // Everything that can be wrong is found before the folder changes. The device must outlive the run.
    static Result<std::unique_ptr<TrainingRun>> open(Device& device, ModelChoice choice,
                                                     const RunOptions& options);

    // Session::step with the log, checkpoints and samples that are due.
    Result<StepResult> step();
    // One frame's share of training, in slices; the first makes them, which takes as long as some steps. Does
    // not wait, but where a step's end is due for a checkpoint, samples or the watch: these are made at once,
    // and wait. step, save and the session's samples may follow when a step has been finished or cancelled.
    Result<FrameSteps> advance(double budget_ns);
    Result<FrameSteps> finish_step();  // completes what is in flight; waits
    void cancel_step();                // FrameTraining::cancel
    bool between_steps() const { return !frames_ || frames_->between_steps(); }
    FrameQueue* frame_queue() { return queue_.get(); }  // of advance; null before the first

    Status save();  // checkpoint.vkgan, model.vkgan, a sample grid
    Status save_weights(const std::filesystem::path& path);
    Session& session() { return *session_; }
    const std::filesystem::path& folder() const { return options_.folder; }
    std::string describe() const;

private:
    TrainingRun(Device& device, const RunOptions& options) : device_(device), options_(options) {}
    Status prepare(ModelChoice choice);
    Status check_targets() const;
    Result<TrainingState> first_state(Checkpoint checkpoint) const;
    void note_lost_choices(const TuningTable& wanted) const;
    Status record(StepResult& result);
    Status record_all(FrameSteps& steps);
    Status leave_frames();
    int64_t next_due() const;
    Status write_checkpoint();
    Status write_samples();
    Status watch(StepResult& result);

    Device& device_;
    RunOptions options_;
    std::unique_ptr<Session> session_;
    RunIdentity identity_;
    StepLog log_;
    std::optional<CollapseWatch> watch_;
    bool gradients_written_ = false;
    std::unique_ptr<FrameQueue> queue_;
    std::unique_ptr<FrameTraining> frames_;  // ends before queue and session
};

}  // namespace vkgan
