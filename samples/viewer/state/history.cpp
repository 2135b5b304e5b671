// The entry is the state before the change.
// SPDX-License-Identifier: MIT
#include "samples/viewer/state/history.hpp"

#include <utility>

namespace viewer {
namespace {

// What undo does not count as a change: where one looks, and what goes by itself.
void take_over_looks(ViewerState& to, const ViewerState& from) {
    to.page = from.page;
    to.seconds = from.seconds;
    to.canvas.zoom = from.canvas.zoom;
    to.canvas.pan_x = from.canvas.pan_x;
    to.canvas.pan_y = from.canvas.pan_y;
    to.canvas.split = from.canvas.split;
    to.timeline.seconds = from.timeline.seconds;
    to.walk.position = from.walk.position;
    to.training.history = from.training.history;
    to.material.view.yaw = from.material.view.yaw;
    to.look = from.look;
    to.preset = from.preset;
}

void take_over_motion(ViewerState& to, const ViewerState& from) {
    if (from.plane.animated && to.plane.animated) {
        to.plane.x = from.plane.x;
        to.plane.y = from.plane.y;
    }
    for (ControlSetting& setting : to.controls) {
        const ControlSetting* const now = find_setting(from.controls, setting.name);
        if (now && now->animated && setting.animated) setting.value = now->value;
    }
    if (!(from.walk.playing && to.walk.playing) && !(from.timeline.playing && to.timeline.playing)) return;
    to.plane = from.plane;
    to.controls = from.controls;
    to.truncation = from.truncation;
    for (size_t i = 0; i < to.directions.size() && i < from.directions.size(); ++i)
        to.directions[i].amount = from.directions[i].amount;
}

}  // namespace

void History::start(const ViewerState& state) {
    undo_.clear();
    redo_.clear();
    last_ = state;
    started_ = true;
}

void History::note(const ViewerState& state, bool held) {
    if (!started_) return start(state);
    take_over_looks(last_, state);
    take_over_motion(last_, state);
    if (held || state == last_) return;
    undo_.push_back(std::exchange(last_, state));
    if (undo_.size() > most) undo_.pop_front();
    redo_.clear();
}

void History::undo(ViewerState& state) {
    if (undo_.empty()) return;
    redo_.push_back(state);
    ViewerState before = std::move(undo_.back());
    undo_.pop_back();
    take_over_looks(before, state);
    state = last_ = std::move(before);
}

void History::redo(ViewerState& state) {
    if (redo_.empty()) return;
    undo_.push_back(state);
    ViewerState after = std::move(redo_.back());
    redo_.pop_back();
    take_over_looks(after, state);
    state = last_ = std::move(after);
}

}  // namespace viewer
