// Training in frames: what goes out. The next slices, and the inputs and copies that they need.
// SPDX-License-Identifier: MIT
#include "host/engine/frame_training.hpp"

#include <algorithm>

namespace vkgan {

Status FrameTraining::send(FrameSteps& steps, int64_t last_step) {
    const bool mid_step =
        cursor_.index != 0 || (!flights_.empty() && flights_.back().next < flights_.back().pieces);
    if (halted_ || (paused_ && mid_step)) return {};
    if (paused_) last_step = cursor_.step;
    for (;;) {
        if (!flights_.empty() && flights_.back().next < flights_.back().pieces) {
            Flight& flight = flights_.back();
            const uint64_t number = queue_.number();
            const int added = add(flight);
            flight.next += added;
            if (added > 0) flight.last = number;
            if (flight.next < flight.pieces) return {};
        }
        VKGAN_ASSIGN(const bool begun, begin_next(steps, last_step));
        if (!begun) return {};
    }
}

int FrameTraining::add(const Flight& flight) {
    switch (flight.kind) {
        case Kind::execution:
            return session_.programs_[flight.phase]->executor().add(queue_, flight.slot, flight.next);
        case Kind::keep: return incoming_.copy->add_take(queue_, flight.next);
        case Kind::mark: return mark_.copy->add_take(queue_, flight.next);
        case Kind::publish: return publications_[flight.publication].copies->add(queue_, flight.next);
        case Kind::back_to_kept: return kept_.copy->add_put_back(queue_, flight.next);
        case Kind::back_to_mark: return mark_.copy->add_put_back(queue_, flight.next);
    }
    return 0;
}

// False: nothing more can begin in this frame.
Result<bool> FrameTraining::begin_next(FrameSteps& steps, int64_t last_step) {
    constexpr double least_ns = 1;
    if (undoing_ || !queue_.admits(least_ns)) return false;
    if (cursor_.index == 0) {
        if (begin_publication()) return true;
        if (stopping_) return false;
        if (!asked_snapshots_.empty() && !keeps()) {
            begin_keep();
            return true;
        }
        if (last_step >= 0 && cursor_.step >= last_step) return false;
        if (keep_is_due()) {
            if (keeps()) return false;  // the last copy may not be overwritten yet
            begin_keep();
            return true;
        }
    }
    stage();
    if (!is_staged()) {
        const int64_t has = session_.source_->steps();
        steps.waits_for_inputs = has < 0 || cursor_.step < has;
        return false;
    }
    const bool to_mark = cursor_.index == 0 && mark_.copy && mark_.steps != cursor_.step &&
                         expected_ns(cursor_.step) > queue_.room_ns();
    if (to_mark) {
        mark_.steps = cursor_.step;
        begin_copy(Kind::mark, mark_.copy->pieces());
        return true;
    }
    VKGAN_TRY(begin_execution());
    return true;
}

Status FrameTraining::begin_execution() {
    const Ahead& inputs = ahead_[used_ % most_ahead];
    VKGAN_TRY(inputs.status);
    Program& program = *session_.programs_[inputs.phase];
    VKGAN_TRY(session_.write_scalars(program, inputs.slot, inputs.phase, cursor_));
    const Session::Place next = after(cursor_);
    flights_.push_back({.place = cursor_,
                        .phase = inputs.phase,
                        .slot = inputs.slot,
                        .pieces = program.executor().pieces(),
                        .ends_step = next.index == 0});
    ++used_;
    cursor_ = next;
    stage();
    return {};
}

void FrameTraining::begin_copy(Kind kind, int pieces) {
    flights_.push_back({.kind = kind, .place = cursor_, .pieces = pieces});
}

void FrameTraining::begin_keep() {
    asked_to_keep_ = cursor_.step;
    begin_copy(Kind::keep, incoming_.copy->pieces());
    std::swap(taking_snapshots_, asked_snapshots_);
}

bool FrameTraining::keep_is_due() const {
    const int64_t every = session_.options_.snapshot_every;
    return every > 0 && cursor_.step % every == 0 && cursor_.step != asked_to_keep_;
}

// A copy to be kept is on its way or being looked through.
bool FrameTraining::keeps() const {
    const auto keep = [](const Flight& flight) { return flight.kind == Kind::keep; };
    return check_ != Check::none || std::ranges::any_of(flights_, keep);
}

double FrameTraining::expected_ns(int64_t step) const {
    double ns = 0;
    for (const Execution& execution : executions_of(session_.compiled_, step))
        ns += session_.programs_[execution.phase]->executor().expected_ns();
    return ns;
}

bool FrameTraining::slot_is_free(size_t phase, int slot) const {
    for (const Flight& flight : flights_)
        if (flight.kind == Kind::execution && flight.phase == phase && flight.slot == slot) return false;
    for (uint64_t i = used_; i < staged_; ++i) {
        const Ahead& inputs = ahead_[i % most_ahead];
        if (inputs.phase == phase && inputs.slot == slot) return false;
    }
    return true;
}

// Inputs of the next executions are written by a thread, as far ahead as there are free slots.
void FrameTraining::stage() {
    while (staged_ - used_ < most_ahead) {
        const int64_t has = session_.source_->steps();
        if (has >= 0 && to_stage_.step >= has) return;
        const size_t phase = executions_of(session_.compiled_, to_stage_.step)[to_stage_.index].phase;
        Program& program = *session_.programs_[phase];
        int& slot = next_slot_[phase];
        if (!slot_is_free(phase, slot)) return;
        Ahead& inputs = ahead_[staged_ % most_ahead];
        inputs.place = to_stage_;
        inputs.phase = phase;
        inputs.slot = slot;
        inputs.ready = false;
        session_.stager_.submit([this, &inputs, &program] {
            inputs.status = session_.write_inputs(inputs.place, program, inputs.slot);
            inputs.ready = true;
        });
        ++staged_;
        slot = (slot + 1) % program.executor().slots();
        to_stage_ = after(to_stage_);
    }
}

bool FrameTraining::is_staged() const { return used_ < staged_ && ahead_[used_ % most_ahead].ready; }

bool FrameTraining::all_staged() const {
    for (uint64_t i = used_; i < staged_; ++i)
        if (!ahead_[i % most_ahead].ready) return false;
    return true;
}

// What is not with the device yet stays away; what is runs on; then the state is put back. False: not yet.
bool FrameTraining::undo() {
    const auto goes_back = [](const Flight& flight) {
        return flight.kind == Kind::back_to_kept || flight.kind == Kind::back_to_mark;
    };
    if (!flights_.empty() && goes_back(flights_.back())) return true;
    if (!flights_.empty()) {
        Flight& last = flights_.back();
        last.pieces = last.next;
        last.ends_step = false;
        if (last.pieces == 0) {
            if (last.kind == Kind::publish) publications_[last.publication].asked = true;
            flights_.pop_back();
        }
    }
    if (!flights_.empty() || !all_staged()) return false;
    if (!undo_to_mark_) {  // what is later than the kept copy is of another try
        if (check_ == Check::running) return false;
        check_ = Check::none;
        mark_.steps = -1;
        asked_to_keep_ = kept_.steps;
    }
    used_ = staged_;  // their noise is of another try
    for (AskedSnapshot& asked : taking_snapshots_) asked_snapshots_.push_back(std::move(asked));
    taking_snapshots_.clear();
    const Kept& kept = undo_to_mark_ ? mark_ : kept_;
    if (undo_to_mark_) session_.tracked_ = mark_.tracked;
    set_cursor(kept.steps);
    begin_copy(undo_to_mark_ ? Kind::back_to_mark : Kind::back_to_kept, kept.copy->pieces());
    return true;
}

}  // namespace vkgan
