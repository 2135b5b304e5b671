// Budgets of frames.
// SPDX-License-Identifier: MIT
#include "host/schedule/budget.hpp"

#include <algorithm>
#include <numeric>

namespace vkgan {

namespace {

// Sums of floating-point numbers that are taken apart leave crumbs: less than this of them is nothing.
constexpr double crumbs = 1e-9;

}  // namespace

void FrameBudget::begin(double budget_ns) {
    left_ns_ = std::min(left_ns_, 0.0) + budget_ns * share();
    std::shift_right(taken_ns_.begin(), taken_ns_.end(), 1);
    taken_ns_.front() = 0;
    taken_ = false;
}

// Pieces are done in order, so what is on its way beyond the last frames' is of those before them.
double FrameBudget::late_ns() const {
    const double late = on_its_way_ns_ - std::accumulate(taken_ns_.begin(), taken_ns_.end(), 0.0);
    return late > crumbs * on_its_way_ns_ ? late : 0;
}

double FrameBudget::room_ns() const { return left_ns_ - late_ns(); }

bool FrameBudget::admits(double expected_ns) const {
    if (expected_ns <= room_ns()) return true;
    return left_ns_ > 0 && !taken_ && late_ns() == 0;
}

void FrameBudget::take(double expected_ns) {
    left_ns_ -= expected_ns;
    on_its_way_ns_ += expected_ns;
    ++on_its_way_;
    taken_ns_.front() += expected_ns;
    taken_ = true;
}

void FrameBudget::done(double expected_ns) {
    --on_its_way_;
    on_its_way_ns_ = on_its_way_ == 0 ? 0 : std::max(0.0, on_its_way_ns_ - expected_ns);
}

// Frames with little work in them tell more of the clock than of the device.
void FrameBudget::measured(double budget_ns, double expected_ns, double measured_ns) {
    if (!(expected_ns >= budget_ns / 2)) return;
    const bool slower = measured_ns > pace_ * expected_ns;
    pace_ = std::clamp(slower ? pace_ * pace_step : pace_ / pace_step, 1 / slowest, slowest);
}

double FrameBudget::share() const { return std::min(planned_share, 1 / pace_); }

}  // namespace vkgan
