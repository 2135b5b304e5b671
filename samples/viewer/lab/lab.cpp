// Two experiments go on in step; of slow motion each update has its time.
// SPDX-License-Identifier: MIT
#include "samples/viewer/lab/lab.hpp"

#include <algorithm>
#include <limits>

namespace viewer {

namespace api = vkgan::api;
using namespace render;

namespace {

constexpr int64_t lead = 4;                               // steps that one may be ahead
constexpr auto settles = std::chrono::milliseconds(250);  // a slider that is dragged

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

void Lab::obey(Command::Kind kind) {
    using Kind = Command::Kind;
    running_ = kind == Kind::lab_start;
    if (kind == Kind::lab_start || kind == Kind::lab_pause) phase_ = LabPhase::rest;
    if (kind == Kind::lab_step_both) step(LabRun::Steps::all, LabPhase::both);
    if (kind == Kind::lab_step_judge) step(LabRun::Steps::judge, LabPhase::judge);
    if (kind == Kind::lab_step_generator) step(LabRun::Steps::generator, LabPhase::generator);
    if (kind != Kind::lab_reset) return;
    phase_ = LabPhase::rest;
    for (LabRun& run : runs_) run.begin_anew();
}

void Lab::give_up(api::Context& context, const std::string& error) {
    running_ = false;
    phase_ = LabPhase::rest;
    for (LabRun& run : runs_) run.give_up(context, error);
}

void Lab::step(LabRun::Steps which, LabPhase phase) {
    phase_ = phase;
    updated_ = Clock::now();
    for (LabRun& run : runs_) run.step_once(which);
}

bool Lab::at_rest() const {
    return std::ranges::all_of(runs_, [](const LabRun& run) { return !run.ready() || run.at_rest(); });
}

bool Lab::waits() const {
    return std::ranges::any_of(runs_, [](const LabRun& run) { return run.waits(); });
}

Result<bool> Lab::frame(api::Context& context, const LabState& state) {
    RENDER_ASSIGN(const bool makes, follow(context, state));
    drive(state);
    for (LabRun& run : runs_) RENDER_TRY(run.advance(context));
    return makes;
}

// Runs become what the state says, once that does not change any more.
Result<bool> Lab::follow(api::Context& context, const LabState& state) {
    while (runs_.size() > state.experiments.size()) {
        runs_.back().close(context);
        runs_.pop_back();
    }
    const bool first = last_.empty();
    if (!(last_ == state.experiments)) {
        changed_ = Clock::now();
        last_ = state.experiments;
    }
    runs_.resize(state.experiments.size());
    const bool settled = first || Clock::now() - changed_ > settles;
    bool makes = false;
    Status told;
    for (size_t i = 0; i < runs_.size(); ++i) {
        LabExperiment wanted = state.experiments[i];
        const bool drawn = wanted.data == LabData::drawn || wanted.data == LabData::histogram;
        // What is being drawn is used when it is finished.
        if (state.draws && drawn && int(i) == state.edited) continue;
        const Result<bool> one = runs_[i].follow(context, wanted, settled, int(i));
        if (one)
            makes = makes || *one;
        else
            told = one.error();
    }
    if (!told) return Error(told.error());
    return makes;
}

void Lab::drive(const LabState& state) {
    if (running_ && state.slow) return drive_slowly(state.seconds_an_update);
    if (!running_) {
        for (LabRun& run : runs_) run.rest();
        return;
    }
    phase_ = LabPhase::both;
    int64_t least = std::numeric_limits<int64_t>::max();
    for (const LabRun& run : runs_)
        if (run.ready()) least = std::min(least, run.steps());
    for (LabRun& run : runs_)
        if (run.hands_over())
            run.rest();
        else if (run.ready())
            run.run_until(runs_.size() == 1 ? run.steps() + 1000000 : least + lead);
}

void Lab::drive_slowly(double seconds_an_update) {
    const bool slow = phase_ == LabPhase::judge || phase_ == LabPhase::generator;
    if (!slow) {
        for (LabRun& run : runs_) run.rest();
        phase_ = LabPhase::generator;
        updated_ = {};
    }
    if (!at_rest() || seconds_since(updated_) < seconds_an_update) return;
    if (phase_ == LabPhase::judge)
        step(LabRun::Steps::generator, LabPhase::generator);
    else
        step(LabRun::Steps::judge, LabPhase::judge);
}

Status Lab::watch(api::Context& context) {
    Status told;
    for (LabRun& run : runs_)
        if (const Status watched = run.watch(context); !watched) told = watched;
    return told;
}

void Lab::tell(LabFacts& facts, const LabState& state) const {
    facts.views.clear();
    for (const LabRun& run : runs_) facts.views.push_back(run.view());
    facts.running = running_;
    facts.waits = waits();
    facts.phase = phase_;
    facts.phase_part = std::clamp(seconds_since(updated_) / state.seconds_an_update, 0.0, 1.0);
}

}  // namespace viewer
