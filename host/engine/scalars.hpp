// What changes from step to step: learning rates, momentum, Adam's bias correction, loss weights; and when
// each phase runs.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/compile.hpp"
#include "host/graph/random.hpp"
#include "host/model/model.hpp"

#include <map>
#include <string>
#include <vector>

namespace vkgan {

// One run of one phase; a training step is all of them in order.
struct Execution {
    size_t phase = 0;
    int repetition = 0;
};
// Closed forms over the phases' timing: nothing is counted along, so that any step can be resumed.
int runs_in(const CompiledPhase& phase, int64_t step);          // of the phase in that step
int64_t runs_before(const CompiledPhase& phase, int64_t step);  // in all steps before it
std::vector<Execution> executions_of(const Compiled& compiled, int64_t step);
int64_t executions_before(const Compiled& compiled, int64_t step);

using Controls =
    std::map<std::string, double, std::less<>>;  // live values by name, where they are not the model's

// `updates`: how often the scalar's optimiser has stepped before; training steps done where it has none.
double scalar_value(const Scalar& scalar, const Model& model, int64_t updates, const Controls& controls);

// Steps of a network's optimiser before execution `index` of training step `step`.
int64_t updates_before(const Compiled& compiled, std::string_view network, int64_t step, size_t index);

// `run` counts phase runs since the start; `retries` makes the noise of a retried step another one.
RandomKey random_key_of(uint64_t seed, uint64_t run, int64_t retries);

// What the host draws has streams of its own, beyond any that lowering hands out.
inline constexpr uint32_t first_host_stream = uint32_t(1) << 30;
int32_t class_of(float uniform, int64_t classes);  // of a number in [0, 1): each as likely

// Everything that may change while training: the model's live controls, and every learning rate and loss
// weight it leaves out.
std::vector<Control> live_controls(const Model& model, const Compiled& compiled);
// Code::not_found with the nearest name, or Code::invalid_argument with the range.
Status check_control(std::span<const Control> controls, std::string_view name, double value);

}  // namespace vkgan
