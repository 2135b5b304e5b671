// Budgets of frames.
// SPDX-License-Identifier: MIT
#include "host/schedule/budget.hpp"

#include <algorithm>

namespace vkgan {

void FrameBudget::begin(double budget_ns) {
    left_ns_ = std::min(left_ns_, 0.0) + budget_ns * planned_share;
    before_ns_ = on_its_way_ns_;
    taken_ = false;
}

// What earlier frames sent and the device has not done yet takes of this frame's time.
double FrameBudget::room_ns() const { return left_ns_ - before_ns_; }

bool FrameBudget::admits(double expected_ns) const {
    if (expected_ns <= room_ns()) return true;
    return left_ns_ > 0 && !taken_ && on_its_way_ == 0;
}

void FrameBudget::take(double expected_ns) {
    left_ns_ -= expected_ns;
    on_its_way_ns_ += expected_ns;
    ++on_its_way_;
    taken_ = true;
}

void FrameBudget::done(double expected_ns) {
    --on_its_way_;
    // Sums of floating-point numbers taken apart leave crumbs.
    on_its_way_ns_ = on_its_way_ == 0 ? 0 : std::max(0.0, on_its_way_ns_ - expected_ns);
    before_ns_ = std::min(before_ns_, on_its_way_ns_);
}

}  // namespace vkgan
