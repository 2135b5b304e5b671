// TrainingRun: a session with its folder: model.json, log.jsonl, samples/, checkpoint.vkgan, model.vkgan.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/checkpoint.hpp"
#include "host/engine/collapse_watch.hpp"
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
};

}  // namespace vkgan
