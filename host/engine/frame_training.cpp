// Training in frames: what comes in, and what goes back.
// SPDX-License-Identifier: MIT
#include "host/engine/frame_training.hpp"

#include "host/gpu/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <utility>

namespace vkgan {

namespace {

constexpr double unlimited_ns = 1e15;

double now_ns() {
    return double(std::chrono::duration_cast<std::chrono::nanoseconds>(
                      std::chrono::steady_clock::now().time_since_epoch())
                      .count());
}

}  // namespace

Result<std::unique_ptr<FrameTraining>> FrameTraining::create(Session& session, FrameQueue& queue,
                                                             const FrameOptions& options) {
    VKGAN_TRY(session.check_between_steps("training in frames"));
    if (session.programs_.empty())
        return Error{Code::invalid_argument, "training in frames: the session has not been started"};
    std::unique_ptr<FrameTraining> result(new FrameTraining(session, queue, options));
    if (const Status status = result->make(); !status) {
        result->let_go();
        return status.error();
    }
    return result;
}

FrameTraining::~FrameTraining() {
    if (let_go_) {
        session_.stager_.wait_idle();
        return;
    }
    (void)finish().ok();  // a lost device has nothing running
    (void)queue_.wait_idle().ok();
    session_.stager_.wait_idle();
    session_.mid_step_ = false;
    session_.staged_ = {};
    kept_.copy.reset();
    incoming_.copy.reset();
    (void)session_.keep_snapshot().ok();
}

Status FrameTraining::make() {
    session_.stager_.wait_idle();
    session_.staged_ = {};
    VKGAN_TRY(cut());
    VKGAN_TRY(make_copies());
    next_slot_.assign(session_.programs_.size(), 0);
    set_cursor(session_.progress_.steps);
    step_begin_ns_ = now_ns();
    return {};
}

// Kernels are timed on the state that there is, which is put back.
Status FrameTraining::cut() {
    Snapshot state = session_.compiled_.table.empty();
    VKGAN_TRY(download(session_.regions_, state));
    for (const auto& [name, bytes] : state) regions_.push_back(name);
    for (const std::unique_ptr<Program>& program : session_.programs_)
        VKGAN_TRY(program->executor().cut_by_profile(options_.slice_ns));
    return upload(session_.regions_, state);
}

Status FrameTraining::make_copies() {
    const auto copy = [&](MemoryUse use) {
        return RegionCopy::create(session_.device_, session_.regions_, regions_, use);
    };
    if (options_.can_cancel) {
        VKGAN_ASSIGN(mark_.copy, copy(MemoryUse::device));
    }
    if (session_.options_.snapshot_every <= 0) return {};
    session_.kept_ = {};
    VKGAN_ASSIGN(kept_.copy, copy(MemoryUse::readback));
    VKGAN_ASSIGN(incoming_.copy, copy(MemoryUse::readback));
    VKGAN_ASSIGN(const std::unique_ptr<FrameQueue> queue, FrameQueue::create(session_.device_));
    return keep_by(*queue);
}

Status FrameTraining::keep_now() { return kept_.copy ? keep_by(queue_) : Status(); }

Status FrameTraining::keep_by(FrameQueue& queue) {
    session_.stager_.wait_idle();  // a copy may be being looked through
    check_ = Check::none;
    VKGAN_TRY(queue.wait_idle());
    VKGAN_TRY(queue.begin(unlimited_ns));
    kept_.copy->add_take(queue, 0);
    VKGAN_TRY(queue.submit());
    VKGAN_TRY(queue.wait_idle());
    kept_.steps = asked_to_keep_ = session_.progress_.steps;
    kept_.tracked = session_.tracked_;
    return {};
}

double FrameTraining::part_done() const {
    double done_ns = 0;
    for (const Flight& flight : flights_) {
        if (flight.kind != Kind::execution) continue;
        const Executor& executor = session_.programs_[flight.phase]->executor();
        done_ns += executor.expected_ns() * flight.next / flight.pieces;
    }
    const double step_ns =
        expected_ns(cursor_.index == 0 ? std::max<int64_t>(0, cursor_.step - 1) : cursor_.step);
    return step_ns > 0 ? done_ns / step_ns : 0;
}

int FrameTraining::slices() const {
    int count = 0;
    for (const auto& program : session_.programs_) count += program->executor().pieces() - 2;
    return count;
}

double FrameTraining::longest_slice_ns() const {
    double longest = 0;
    for (const auto& program : session_.programs_)
        longest = std::max(longest, program->executor().longest_piece_ns());
    return longest;
}

int64_t FrameTraining::copied_bytes() const {
    int64_t total = 0;
    for (const RegionCopy* copy : {kept_.copy.get(), incoming_.copy.get(), mark_.copy.get()})
        if (copy) total += copy->total_bytes();
    return total;
}

void FrameTraining::set_cursor(int64_t step) {
    cursor_ = to_stage_ = {step, 0, session_.progress_.retries};
    current_ = {};
}

Session::Place FrameTraining::after(const Session::Place& place) const {
    const bool last = place.index + 1 == executions_of(session_.compiled_, place.step).size();
    return {place.step + last, last ? 0 : place.index + 1, place.retries};
}

Result<FrameSteps> FrameTraining::advance(int64_t last_step) {
    if (error_) return over_ ? *error_ : *std::exchange(error_, std::nullopt);
    FrameSteps steps;
    const Status status = go_on(steps, last_step);
    session_.mid_step_ = !flights_.empty();
    if (status) return steps;
    if (over_ || !steps.finished.empty()) error_ = status.error();
    if (steps.finished.empty()) return status.error();
    return steps;
}

Status FrameTraining::go_on(FrameSteps& steps, int64_t last_step) {
    if (flights_.empty()) stopping_ = false;
    VKGAN_TRY(collect(steps));
    VKGAN_TRY(check_kept(steps));
    return !undoing_ || undo() ? send(steps, last_step) : Status();
}

Status FrameTraining::collect(FrameSteps& steps) {
    while (!flights_.empty()) {
        const Flight flight = flights_.front();
        if (flight.next < flight.pieces || flight.last > queue_.completed()) break;
        flights_.pop_front();
        VKGAN_TRY(collect_one(flight, steps));
    }
    return {};
}

Status FrameTraining::collect_one(const Flight& flight, FrameSteps& steps) {
    switch (flight.kind) {
        case Kind::execution: break;
        case Kind::keep:
            if (undoing_) return {};  // perhaps half of it
            incoming_.steps = session_.progress_.steps;
            incoming_.tracked = session_.tracked_;
            start_check();
            return {};
        case Kind::mark: mark_.tracked = session_.tracked_; return {};
        case Kind::publish: {
            Publication& publication = publications_[flight.publication];
            publication.last = flight.last;
            publication.asked |= undoing_;  // perhaps half of it: again
            publication.generator->end_publishing(undoing_ ? -1 : flight.place.step);
            return {};
        }
        case Kind::back_to_kept:
        case Kind::back_to_mark: undoing_ = false; return {};
    }
    const bool given_up = undoing_ && !(undo_to_mark_ && flight.place.step < mark_.steps);
    if (given_up) return {};  // it ran on, but counts no more
    Program& program = *session_.programs_[flight.phase];
    program.read_from(flight.slot);
    if (flight.place.index == 0) session_.not_finite_.clear();
    session_.read_outputs(flight.phase, current_);
    session_.count_execution(flight.phase);
    current_.device_ms += program.executor().take_spent_ns() / 1e6;
    return flight.ends_step ? end_step(steps) : Status();
}

Status FrameTraining::end_step(FrameSteps& steps) {
    if (!session_.not_finite_.empty()) return go_back(session_.not_finite_, steps);
    session_.count_step(current_);
    const double now = now_ns();
    current_.images_per_s = double(session_.batch_) * 1e9 / std::max(1.0, now - step_begin_ns_);
    current_.host_ms = std::max(0.0, (now - step_begin_ns_) / 1e6 - current_.device_ms);
    step_begin_ns_ = now;
    steps.finished.push_back(std::exchange(current_, {}));
    return {};
}

// A copy is looked through before training may go back to it, beside the rendering thread.
void FrameTraining::start_check() {
    check_ = Check::running;
    for (AskedSnapshot& asked : taking_snapshots_) {
        asked.state = {session_.progress_, session_.controls_, session_.tracked_, {}};
        looked_through_.push_back(std::move(asked));
    }
    taking_snapshots_.clear();
    session_.stager_.submit([this] {
        poisoned_.clear();
        for (size_t i = 0; i < regions_.size() && poisoned_.empty(); ++i) {
            const std::span<const std::byte> bytes = incoming_.copy->bytes(i);
            const std::span values(reinterpret_cast<const float*>(bytes.data()),
                                   bytes.size() / sizeof(float));
            if (!std::ranges::all_of(values, [](float x) { return std::isfinite(x); }))
                poisoned_ = regions_[i];
        }
        if (poisoned_.empty()) write_snapshots();
        check_ = poisoned_.empty() ? Check::fine : Check::poisoned;
    });
}

Status FrameTraining::check_kept(FrameSteps& steps) {
    const Check found = check_;
    if (found == Check::none || found == Check::running) return {};
    // Those of a poisoned copy are asked for again.
    for (AskedSnapshot& asked : looked_through_) asked_snapshots_.push_back(std::move(asked));
    looked_through_.clear();
    for (FrameSnapshot& snapshot : written_) snapshots_.push_back(std::move(snapshot));
    written_.clear();
    if (undoing_ && !undo_to_mark_) return {};  // it goes back to the copy that there was
    check_ = Check::none;
    if (found == Check::fine) {
        std::swap(kept_, incoming_);
        return {};
    }
    return undoing_ ? Status() : go_back(poisoned_, steps);
}

Status FrameTraining::go_back(const std::string& what, FrameSteps& steps) {
    undo_to_mark_ = false;
    undoing_ = kept_.copy != nullptr;
    over_ = !undoing_;
    if (undoing_) session_.tracked_ = kept_.tracked;
    VKGAN_ASSIGN(StepResult result, session_.count_failure(what, kept_.steps));
    steps.finished.push_back(std::move(result));
    return {};
}

void FrameTraining::cancel() {
    if (flights_.empty() || undoing_) return;
    stopping_ = true;
    const Flight& last = flights_.back();
    if (last.kind != Kind::execution) return;  // the next step has not begun
    const bool all_sent = last.ends_step && last.next == last.pieces;
    if (!all_sent && mark_.steps == last.place.step) undoing_ = undo_to_mark_ = true;
}

Result<FrameSteps> FrameTraining::finish() {
    FrameSteps all;
    while (!flights_.empty()) {
        VKGAN_TRY(queue_.begin(unlimited_ns));
        // The step in flight is to be the last.
        VKGAN_ASSIGN(FrameSteps steps, advance(cursor_.step + (cursor_.index > 0 ? 1 : 0)));
        std::ranges::move(steps.finished, std::back_inserter(all.finished));
        VKGAN_TRY(queue_.submit());
        session_.stager_.wait_idle();
        VKGAN_TRY(queue_.wait_idle());
    }
    return all;
}

}  // namespace vkgan
