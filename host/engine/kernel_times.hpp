// Measured times of the kernels of a program or of a whole training step, each alone.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/compile.hpp"
#include "host/engine/program.hpp"

#include <vector>

namespace vkgan {

// Medians over a few runs, in nanoseconds, in the order of the plan's kernels. Inputs are random.
Result<std::vector<double>> time_kernels(Program& program);

struct PhaseTimes {
    double whole_ms = 0;            // the phase once, as training runs it
    std::vector<double> kernel_ns;  // each alone
};

// Every phase of a training step, from initial values. Needs the memory of training.
Result<std::vector<PhaseTimes>> time_phases(Device& device, const Compiled& compiled);

}  // namespace vkgan
