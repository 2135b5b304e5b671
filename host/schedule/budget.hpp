// FrameBudget: how much of the device's time a frame may still take, by what work is expected to cost.
// SPDX-License-Identifier: MIT
#pragma once

namespace vkgan {

// Plain arithmetic, no clock: the owner says when a frame begins, what is sent to the device and what is
// done. Time in nanoseconds of the device. What a frame leaves is lost; what it takes too much, when a single
// piece of work is longer than a frame's budget, the next frames pay back before they get anything.
class FrameBudget {
public:
    // Of the budget, what is planned for: expectations are means, and frames must not be late.
    static constexpr double planned_share = 0.9;

    void begin(double budget_ns);
    double room_ns() const;  // may be negative
    // True if so much fits, or if nothing is on its way and nothing was taken since begin: then even a piece
    // that is longer than the budget goes, for else it never would.
    bool admits(double expected_ns) const;
    void take(double expected_ns);  // sent to the device
    void done(double expected_ns);  // as it was taken

private:
    double left_ns_ = 0;        // of this frame
    int on_its_way_ = 0;        // pieces that are taken and not done
    double on_its_way_ns_ = 0;  // of them
    double before_ns_ = 0;      // of which before this frame
    bool taken_ = false;        // anything in this frame
};

}  // namespace vkgan
