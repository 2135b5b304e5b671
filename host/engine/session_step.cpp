// One training step: every phase submitted in turn while a thread stages the next one's inputs, then reports
// and the NaN guard.
// SPDX-License-Identifier: MIT
#include "host/engine/session.hpp"

#include "host/base/free_memory.hpp"
#include "host/gpu/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace vkgan {

namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point begin) {
    return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

std::string lower_case(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
    return result;
}

constexpr std::string_view norm_prefix = "grad_norm/", gradient_prefix = "grad/";

// Whose update takes the gradient of this report; empty if none does.
std::string trained_network(const Model& model, const std::string& report) {
    const auto result = model.reports.find(report);
    if (result == model.reports.end()) return {};
    for (const Phase& phase : model.phases) {
        for (const Statement& statement : phase.statements) {
            const auto network = statement.options.find("network");
            if (statement.function != "update" || statement.arguments.empty() ||
                network == statement.options.end())
                continue;
            const auto* const name = std::get_if<std::string>(&network->second);
            if (name && statement.arguments[0] == result->second) return *name;
        }
    }
    return {};
}

// What of a phase's outputs to blame: a loss first, then a gradient, then what is only reported.
std::string blame(const Model& model, const CompiledPhase& phase, const Program& program) {
    std::string gradient, other;
    for (const auto& [name, shape] : phase.plan.output_shapes) {
        if (shape.rank() != 0 || name == "finite" || std::isfinite(program.number(name))) continue;
        const std::string network = trained_network(model, name);
        if (!network.empty()) return name + " of " + network;
        if (!name.starts_with(norm_prefix))
            other = name;
        else if (gradient.empty())
            gradient = "the gradient of " + name.substr(norm_prefix.size());
    }
    if (!gradient.empty()) return gradient;
    return other.empty() ? "a value of phase " + phase.name : other;
}

}  // namespace

RandomKey Session::key_of(const Place& place) const {
    const uint64_t run = uint64_t(executions_before(compiled_, place.step)) + place.index;
    return random_key_of(options_.seed, run, place.retries);
}

// Classes are drawn here: of uniform numbers a device would make them less exactly.
Status Session::write_classes(Program& program, int slot, const Place& place) {
    for (size_t i = 0; i < model_.sources.size(); ++i) {
        const Source& source = model_.sources[i];
        if (source.kind != "categorical" || !options_.feed.empty() ||
            !program.plan().inputs.contains(source.name))
            continue;
        std::vector<float> chance(static_cast<size_t>(batch_));
        fill_uniform(key_of(place), first_host_stream + uint32_t(i), chance);
        std::vector<int32_t> classes;
        for (const float x : chance) classes.push_back(class_of(x, source.shape[0]));
        VKGAN_TRY(program.write(source.name, std::span<const int32_t>(classes), slot));
    }
    return {};
}

Status Session::write_scalars(Program& program, int slot, size_t phase, const Place& place) {
    for (const Scalar& scalar : compiled_.phases[phase].scalars) {
        const int64_t updates = scalar.network.empty()
                                    ? place.step
                                    : updates_before(compiled_, scalar.network, place.step, place.index);
        const float value = float(scalar_value(scalar, model_, updates, controls_));
        VKGAN_TRY(program.write(scalar.input, std::span(&value, 1), slot));
    }
    const RandomKey key = key_of(place);
    const std::array words{int32_t(key.seed_low), int32_t(key.seed_high), int32_t(key.step_low),
                           int32_t(key.step_high)};
    return program.write("random_key", std::span<const int32_t>(words), slot);
}

Status Session::write_inputs(const Place& place, Program& program, int slot) {
    VKGAN_ASSIGN(const StagedInputs* const inputs, source_->inputs(place.step, place.index));
    for (const auto& [name, bytes] : *inputs) VKGAN_TRY(program.write_physical(name, bytes, slot));
    return write_classes(program, slot, place);
}

Status Session::check_between_steps(std::string_view what) const {
    if (!mid_step_) return {};
    return Error{Code::invalid_argument,
                 fmt::format("{}: step {} is in flight in slices; finish or cancel it first", what,
                             progress_.steps + 1)};
}

// The slot that it writes is free: what its program ran from there ended before the execution that is running
// now.
void Session::stage_after(size_t index) {
    const bool last = index + 1 == executions_.size();
    const Place next{progress_.steps + last, last ? 0 : index + 1, progress_.retries};
    if (source_->steps() >= 0 && next.step >= source_->steps()) return;
    staged_ = next;
    Program& program = *programs_[executions_of(compiled_, next.step)[next.index].phase];
    program.begin();
    stager_.submit([this, &program] { staging_ = write_inputs(staged_, program, program.slot()); });
}

Status Session::submit(size_t index) {
    const Place place{progress_.steps, index, progress_.retries};
    stager_.wait_idle();
    const size_t phase = executions_[index].phase;
    Program& program = *programs_[phase];
    if (staged_ != place) {  // the first step, or training went back: noise is new
        program.begin();
        staging_ = write_inputs(place, program, program.slot());
    }
    staged_ = {};
    VKGAN_TRY(staging_);
    VKGAN_TRY(write_scalars(program, program.slot(), phase, place));
    slots_[index] = program.slot();
    return program.submit();
}

void Session::read_outputs(size_t phase, StepResult& result) {
    const Program& program = *programs_[phase];
    for (const auto& [name, shape] : compiled_.phases[phase].plan.output_shapes) {
        if (shape.rank() != 0 || name == "finite" || name.starts_with(gradient_prefix)) continue;
        const bool norm = name.starts_with(norm_prefix);
        std::string key = norm ? "grad_norm_" + lower_case(name.substr(norm_prefix.size())) : name;
        if (const size_t slash = key.find('/'); slash != std::string::npos)  // loss_scale/D
            key = key.substr(0, slash) + "_" + lower_case(key.substr(slash + 1));
        result.values[key] = program.number(name);
    }
    const bool fine = program.number("finite") == 1;
    if (!fine && not_finite_.empty()) not_finite_ = blame(model_, compiled_.phases[phase], program);
}

// Counts what its layers count, and keeps the first step's gradients.
void Session::count_execution(size_t phase) {
    for (const auto& [layer, count] : compiled_.phases[phase].batches_tracked) tracked_[layer] += count;
    if (!collects_gradients_) return;
    for (const auto& [name, shape] : compiled_.phases[phase].plan.output_shapes) {
        if (name.starts_with(gradient_prefix))
            gradients_.emplace(name.substr(gradient_prefix.size()), programs_[phase]->tensor(name));
    }
}

Status Session::finish(size_t index, StepResult& result) {
    const size_t phase = executions_[index].phase;
    VKGAN_TRY(programs_[phase]->finish(slots_[index]));
    read_outputs(phase, result);
    count_execution(phase);
    return {};
}

Result<StepResult> Session::step() {
    VKGAN_TRY(check_between_steps("step"));
    StepResult result;
    not_finite_.clear();
    const auto begin = Clock::now();
    double waited_ms = 0, device_ms = 0;
    const auto finish_timed = [&](size_t index) -> Status {
        const auto from = Clock::now();
        VKGAN_TRY(finish(index, result));
        waited_ms += ms_since(from);
        device_ms += programs_[executions_[index].phase]->device_ms();
        return {};
    };
    executions_ = executions_of(compiled_, progress_.steps);
    const size_t count = executions_.size();
    slots_.assign(count, 0);
    for (size_t i = 0; i < count; ++i) {
        VKGAN_TRY(submit(i));
        if (i > 0) VKGAN_TRY(finish_timed(i - 1));
        stage_after(i);
    }
    VKGAN_TRY(finish_timed(count - 1));
    if (!not_finite_.empty()) return go_back(not_finite_);

    const double step_ms = ms_since(begin);
    // A software driver's timestamps say little: there the wait is the device's time.
    const bool software = std::string_view(device_type_name(device_.record().properties.deviceType)) == "CPU";
    result.device_ms = software || device_ms == 0 ? waited_ms : device_ms;
    result.host_ms = std::max(0.0, step_ms - waited_ms);
    result.images_per_s = double(batch_) * 1000 / step_ms;
    VKGAN_ASSIGN(const std::string poisoned, after_step(result));
    if (!poisoned.empty()) return go_back(poisoned);
    return result;
}

void Session::count_step(StepResult& result) {
    result.step = ++progress_.steps;
    collects_gradients_ = false;
    if (progress_.steps < progress_.failed_step) return;
    progress_.failed_step = -1;
    progress_.failures = 0;
}

// Counts the step and keeps a snapshot when one is due, unless it would be a bad one: then returns what is
// wrong with it.
Result<std::string> Session::after_step(StepResult& result) {
    count_step(result);
    if (progress_.steps == kept_.steps + 1) release_free_memory();  // llvmpipe compiles at the first dispatch
    if (options_.snapshot_every <= 0 || progress_.steps % options_.snapshot_every != 0) return std::string{};
    // Looked through before it is kept: a second snapshot beside the last would double their memory.
    VKGAN_ASSIGN(std::string poisoned, find_not_finite(regions_, compiled_.table));
    if (!poisoned.empty()) {
        --progress_.steps;
        return poisoned;
    }
    VKGAN_TRY(keep_snapshot());
    return std::string{};
}

Status Session::keep_snapshot() {
    if (options_.snapshot_every <= 0) return {};
    if (kept_.variables.empty()) kept_.variables = compiled_.table.empty();
    VKGAN_TRY(download(regions_, kept_.variables));
    kept_.steps = progress_.steps;
    kept_.tracked = tracked_;
    return {};
}

Result<StepResult> Session::go_back(const std::string& what) {
    if (options_.snapshot_every > 0) {
        tracked_ = kept_.tracked;
        VKGAN_TRY(upload(regions_, kept_.variables));
    }
    return count_failure(what, kept_.steps);
}

// Training is, or will be, where it was after `kept_steps`; `what` was wrong in the step after those done.
Result<StepResult> Session::count_failure(const std::string& what, int64_t kept_steps) {
    const int64_t failed = progress_.steps + 1;
    if (options_.snapshot_every <= 0)
        return Error{Code::diverged, fmt::format("step {}: {} is not finite, and no snapshots are kept that "
                                                 "training could go back to (snapshot_every is 0)",
                                                 failed, what)};
    progress_.failures = progress_.failed_step == failed ? progress_.failures + 1 : 1;
    progress_.failed_step = failed;
    ++progress_.retries;
    progress_.steps = kept_steps;
    if (collects_gradients_) gradients_.clear();
    if (progress_.failures >= largest_failures)
        return Error{Code::diverged, fmt::format("step {}: {} is not finite, {} times in a row from step {} "
                                                 "with new noise; a smaller learning "
                                                 "rate may help",
                                                 failed, what, progress_.failures, kept_steps)};
    StepResult result;
    result.step = progress_.steps;
    result.notice = fmt::format("step {}: {} is not finite; went back to step {} and goes on with new noise",
                                failed, what, kept_steps);
    return result;
}

}  // namespace vkgan
