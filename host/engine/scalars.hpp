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
std::vector<Execution> executions_of(const Compiled& compiled);

using Controls =
    std::map<std::string, double, std::less<>>;  // live values by name, where they are not the model's

// `updates`: how often the scalar's optimiser has stepped before.
double scalar_value(const Scalar& scalar, const Model& model, int64_t updates, const Controls& controls);

// Steps of a network's optimiser before execution `index` of training step `step`.
int64_t updates_before(const Compiled& compiled, std::string_view network, int64_t step, size_t index);

// `run` counts phase runs since the start; `retries` makes the noise of a retried step another one.
RandomKey random_key_of(uint64_t seed, uint64_t run, int64_t retries);

// Everything that may change while training: the model's live controls, and every learning rate and loss
// weight it leaves out.
std::vector<Control> live_controls(const Model& model, const Compiled& compiled);
// Code::not_found with the nearest name, or Code::invalid_argument with the range.
Status check_control(std::span<const Control> controls, std::string_view name, double value);

}  // namespace vkgan
