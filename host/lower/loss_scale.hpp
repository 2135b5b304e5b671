// Loss scaling of mixed precision: the scale of a network's loss as variables that the device keeps by
// itself.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/lower/phase.hpp"

namespace vkgan {

// Micikevicius et al. 2018, section 3.2. Scales are powers of two, so that they change no digit of a
// gradient.
inline constexpr double first_loss_scale = 8192, least_loss_scale = 1, largest_loss_scale = 16777216;
inline constexpr double steps_to_double = 2000;  // good ones in a row

// Of one update. All values are rank 0.
struct LossScale {
    Value scale;    // the loss is multiplied by it
    Value inverse;  // 1 / scale
    Value good;     // 1 where all gradients are finite, else 0
    Value unscale;  // `inverse`, or 0 where the update must change nothing
};

// The scale as the update finds it; `good` and `unscale` are not known yet.
LossScale read_loss_scale(StatementCall& call);

// Decides by the norm of the scaled gradients, moves the scale for the next update, and counts. At the least
// scale a gradient that is not finite counts as a value that must be finite: scaling did not do it.
void judge_gradients(StatementCall& call, LossScale& state, Value norm);

// 1 / (1 - beta^t) for the t-th update that was not skipped. `kind` names the variable that keeps 1 - beta^t.
Value bias_correction(StatementCall& call, const LossScale& state, const char* kind, double beta);

}  // namespace vkgan
