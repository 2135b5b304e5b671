// FrameBudget: how much of the device's time a frame may still take, by what work is expected to cost.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>

namespace vkgan {

// Plain arithmetic, no clock: the owner says when a frame begins, what is sent to the device and what is
// done, in the order in which it was sent. Time in nanoseconds of the device. What a frame leaves is lost;
// what it takes too much, when a single piece of work is longer than a frame's budget, the next frames pay
// back before they get anything.
//
// What pieces are expected to take is learnt one by one; what slows all of them at once, as a renderer does
// that shares a processor with a software device, is learnt here from whole frames, and frames plan less
// then.
//
// Renderers have a few frames on their way at any time: each runs in its own frame's time, so it takes
// nothing of this one's. What is older than those is late, and takes of the frames that begin until it is
// done.
class FrameBudget {
public:
    // Of the budget, what is planned for: expectations are means, and frames must not be late.
    static constexpr double planned_share = 0.95;
    // Before this frame, and not late: two that a renderer has on the device, and one whose end it has not
    // told.
    static constexpr int frames_on_their_way = 3;

    // What a frame says of the pace moves it by so much, whatever it says: single frames that were held up
    // tell nothing of the next ones.
    static constexpr double pace_step = 1.03, slowest = 4;

    void begin(double budget_ns);
    double room_ns() const;  // may be negative
    // True if so much fits, or if nothing is late or owed and nothing was taken since begin: then even a
    // piece that is longer than the budget goes, for else it never would.
    bool admits(double expected_ns) const;
    void take(double expected_ns);  // sent to the device
    void done(double expected_ns);  // as it was taken
    // What a frame was expected to take, by sums of pieces, and took.
    void measured(double budget_ns, double expected_ns, double measured_ns);
    double share() const;  // of budgets, that frames plan for

private:
    double late_ns() const;

    double left_ns_ = 0;        // of this frame
    int on_its_way_ = 0;        // pieces that are taken and not done
    double on_its_way_ns_ = 0;  // of them
    // Taken in this frame, the one before, and so on.
    std::array<double, 1 + frames_on_their_way> taken_ns_{};
    bool taken_ = false;  // anything in this frame
    double pace_ = 1;     // what half of the frames take no more than, of what was expected
};

}  // namespace vkgan
