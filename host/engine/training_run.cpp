// Opening a run's folder, and writing what is due.
// SPDX-License-Identifier: MIT
#include "host/engine/training_run.hpp"

#include "host/base/file.hpp"
#include "host/engine/sample_pictures.hpp"
#include "host/gpu/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

namespace fs = std::filesystem;

std::string counted(int64_t number) {
    std::string text = std::to_string(number);
    for (size_t i = text.size(); i > 3;) text.insert(i -= 3, " ");
    return text;
}

// A writable place for a file that is written much later.
Status check_target(const std::string& file) {
    if (file.empty()) return {};
    const fs::path folder = fs::path(file).parent_path();
    std::error_code ignored;
    if (fs::is_directory(folder.empty() ? fs::path(".") : folder, ignored)) return {};
    return Error{Code::not_found,
                 fmt::format("cannot write {}: there is no folder {}", file, folder.string())};
}

// A good checkpoint is not replaced by one that can only fail.
Status check_finite(const TrainingState& state) {
    for (const auto& [name, tensor] : state.variables) {
        if (std::ranges::all_of(tensor.values, [](float x) { return std::isfinite(x); })) continue;
        return Error{Code::diverged,
                     fmt::format("step {}: {} holds a value that is not finite, so no checkpoint was written",
                                 state.progress.steps, name)};
    }
    return {};
}

}  // namespace

Result<std::unique_ptr<TrainingRun>> TrainingRun::open(Device& device, ModelChoice choice,
                                                       const RunOptions& options) {
    std::unique_ptr<TrainingRun> run(new TrainingRun(device, options));
    VKGAN_TRY(run->prepare(std::move(choice)));
    return run;
}

Status TrainingRun::check_targets() const {
    if (options_.folder.empty()) return Error{Code::invalid_argument, "the run's folder is not named"};
    if (options_.checkpoint_every < 0 || options_.sample_every < 0 || options_.session.snapshot_every < 0 ||
        options_.watch_every < 0)
        return Error{
            Code::invalid_argument,
            fmt::format("checkpoint_every is {}, sample_every is {}, snapshot_every is {} and watch_every is "
                        "{}; 0 or more steps",
                        options_.checkpoint_every, options_.sample_every, options_.session.snapshot_every,
                        options_.watch_every)};
    if (options_.resume && !options_.weights.empty())
        return Error{Code::invalid_argument,
                     "resume and weights cannot be used together: both say where training starts"};
    VKGAN_TRY(check_target(options_.gradients));
    std::error_code ignored;
    const fs::path checkpoint = options_.folder / "checkpoint.vkgan";
    if (options_.resume && !fs::exists(checkpoint, ignored))
        return Error{Code::not_found, fmt::format("cannot resume: there is no {}", checkpoint.string())};
    return {};
}

Status TrainingRun::prepare(ModelChoice choice) {
    VKGAN_TRY(check_targets());
    options_.session.gradients = !options_.gradients.empty();
    Checkpoint checkpoint;
    if (options_.resume) {
        VKGAN_ASSIGN(checkpoint, read_checkpoint(options_.folder / "checkpoint.vkgan"));
        // Whatever was found since, and in whatever mode: other tiles would sum in another order.
        options_.session.tuning = checkpoint.run.tuning;
    }
    VKGAN_ASSIGN(session_, Session::create(device_, std::move(choice.model), options_.session));
    if (!CollapseWatch::suits(session_->model())) options_.watch_every = 0;
    identity_ = identity_of(*session_, options_.session.feed.empty() ? options_.session.data : "feed");
    VKGAN_ASSIGN(TrainingState state, first_state(std::move(checkpoint)));
    VKGAN_TRY(session_->start(std::move(state)));
    for (const auto& [name, value] : choice.controls) VKGAN_TRY(session_->set_control(name, value));
    VKGAN_TRY(ensure_folder(options_.folder));
    VKGAN_TRY(ensure_folder(options_.folder / "samples"));
    VKGAN_TRY(
        write_file_atomic(options_.folder / "model.json", std::as_bytes(std::span(identity_.model_json))));
    VKGAN_ASSIGN(log_, StepLog::open(options_.folder / "log.jsonl", session_->progress().steps));
    return {};
}

void TrainingRun::note_lost_choices(const TuningTable& wanted) const {
    for (const auto& [problem, choice] : wanted)
        if (!identity_.tuning.contains(problem))
            device_.note(
                fmt::format("resume: the checkpoint was computed with {} for {}, which {} does not "
                            "have; from here on results may differ in their last bits",
                            choice, problem, device_.name()));
}

Result<TrainingState> TrainingRun::first_state(Checkpoint checkpoint) const {
    const VariableTable& table = session_->compiled().table;
    if (options_.resume) {
        const fs::path path = options_.folder / "checkpoint.vkgan";
        VKGAN_TRY(check_same_run(identity_, checkpoint.run, path.string()));
        VKGAN_TRY(check_complete(checkpoint.state.variables, table, path.string()));
        note_lost_choices(checkpoint.run.tuning);
        return std::move(checkpoint.state);
    }
    TrainingState state;
    VKGAN_ASSIGN(state.variables, session_->initial_values());
    if (!options_.weights.empty()) VKGAN_TRY(read_weights(options_.weights, session_->compiled(), state));
    return state;
}

Result<StepResult> TrainingRun::step() {
    VKGAN_TRY(leave_frames());
    VKGAN_ASSIGN(StepResult result, session_->step());
    VKGAN_TRY(record(result));
    return result;
}

// The log, and what is due after a step.
Status TrainingRun::record(StepResult& result) {
    if (!result.notice.empty()) return log_.cut(result.step);
    VKGAN_TRY(watch(result));
    VKGAN_TRY(log_.append(result));
    if (!options_.gradients.empty() && !gradients_written_) {
        TensorFile file;
        for (const auto& [name, tensor] : session_->gradients())
            file.tensors.emplace(name, StoredTensor::from(tensor));
        VKGAN_TRY(write_safetensors(options_.gradients, file));
        gradients_written_ = true;
    }
    if (options_.checkpoint_every > 0 && result.step % options_.checkpoint_every == 0)
        VKGAN_TRY(write_checkpoint());
    if (options_.sample_every > 0 && result.step % options_.sample_every == 0) VKGAN_TRY(write_samples());
    return {};
}

Status TrainingRun::watch(StepResult& result) {
    if (options_.watch_every == 0) return {};
    if (!watch_) {
        VKGAN_ASSIGN(watch_, CollapseWatch::start(session_->model(), session_->source()));
    }
    result.alarms = watch_->see_step(result.step, result.values);
    if (result.step % options_.watch_every != 0) return {};
    VKGAN_ASSIGN(const Tensor images, session_->sample(CollapseWatch::sample_count, session_->seed()));
    // What cannot be judged, as values that are not finite, is told and ends nothing.
    const auto alarms = watch_->see_samples(result.step, images);
    if (alarms)
        result.alarms.insert(result.alarms.end(), alarms->begin(), alarms->end());
    else
        result.alarms.push_back("samples could not be judged: " + alarms.error().message);
    return {};
}

// The log first: it then holds at least the steps that the checkpoint has.
Status TrainingRun::write_checkpoint() {
    VKGAN_TRY(log_.flush());
    VKGAN_ASSIGN(const TrainingState state, session_->state());
    VKGAN_TRY(check_finite(state));
    VKGAN_TRY(write_safetensors(options_.folder / "checkpoint.vkgan", to_file({identity_, state})));
    VKGAN_TRY(write_safetensors(options_.folder / "model.vkgan", model_file(*session_, state)));
    // A resumed run could go back no further than its checkpoint; neither may this one.
    return frames_ ? frames_->keep_now() : session_->keep_snapshot();
}

Status TrainingRun::write_samples() {
    VKGAN_ASSIGN(const std::optional<Image> picture, sample_picture(*session_));
    if (!picture) return {};
    const std::string name = fmt::format("step_{:06}.png", session_->progress().steps);
    return write_png(options_.folder / "samples" / name, *picture);
}

Status TrainingRun::save() {
    VKGAN_TRY(write_checkpoint());
    return write_samples();
}

Status TrainingRun::save_weights(const fs::path& path) {
    VKGAN_ASSIGN(const TrainingState state, session_->state());
    return write_safetensors(path, weights_file(*session_, state));
}

std::string TrainingRun::describe() const {
    const Model& model = session_->model();
    std::string text = fmt::format("device  {}\nmodel   {}", device_.name(), model.recipe);
    for (const Network& network : model.networks) {
        int64_t count = 0;
        for (const VariableStart& start : session_->compiled().starts) {
            if (start.parameter && start.name.starts_with(network.name + "."))
                count += session_->compiled().table.shapes.find(start.name)->second.element_count();
        }
        text += fmt::format(", {} with {} parameters", network.name, counted(count));
    }
    text += fmt::format("\nbatch   {}\ndata    {}\nmemory  {}\n", session_->batch(),
                        session_->source().description(), memory_text(bytes_by_class(session_->compiled())));
    const std::string recomputing = session_->compiled().recompute_text();
    if (!recomputing.empty()) text += fmt::format("        {}\n", recomputing);
    if (session_->precision() == Precision::mixed)
        text += "precision mixed: float16 in memory for activations, their gradients and packed weights\n";
    return text;
}

}  // namespace vkgan
