// Undo and redo: copies of the state. Changes that follow each other while something is held are one.
// SPDX-License-Identifier: MIT
#pragma once

#include "samples/viewer/state/state.hpp"

#include <deque>

namespace viewer {

class History {
public:
    static constexpr size_t most = 200;

    // Once a frame, after the panels. `held`: a mouse button or key is down on a widget; what moves by itself
    // (animations, walks) and where one looks (page, zoom) makes no entry.
    void note(const ViewerState& state, bool held);
    // Forgets everything: another session was loaded.
    void start(const ViewerState& state);

    bool can_undo() const { return !undo_.empty(); }
    bool can_redo() const { return !redo_.empty(); }
    void undo(ViewerState& state);
    void redo(ViewerState& state);

private:
    std::deque<ViewerState> undo_, redo_;
    ViewerState last_;  // as it was when nothing was held
    bool started_ = false;
};

}  // namespace viewer
