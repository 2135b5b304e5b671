// Schedules of scalars as functions of the number of steps: nothing is stored, so resuming is exact.
// SPDX-License-Identifier: MIT
#include "host/engine/scalars.hpp"

#include "host/base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

double controlled(const Controls& controls, const std::string& name, double otherwise) {
    const auto found = controls.find(name);
    return found == controls.end() ? otherwise : found->second;
}

bool updates(const CompiledPhase& phase, std::string_view network) {
    return std::ranges::any_of(phase.scalars, [&](const Scalar& scalar) {
        return scalar.network == network && scalar.kind == "learning_rate";
    });
}

double rate_at(const Optimiser& optimiser, double start, int64_t steps) {
    const auto decayed = double(std::max<int64_t>(0, steps - optimiser.decay_start));
    double rate = start * std::pow(optimiser.decay, decayed);
    if (optimiser.linear_steps > 0) {
        const double way = decayed / double(optimiser.linear_steps);
        rate *= std::max(0.0, 1 - (optimiser.fall_power == 1 ? way : std::pow(way, optimiser.fall_power)));
    }
    return std::max(optimiser.minimum_learning_rate, rate);
}

double momentum_at(const Optimiser& optimiser, double start, int64_t steps) {
    if (optimiser.momentum_steps <= 0) return start;
    const double way = std::min(1.0, double(steps) / double(optimiser.momentum_steps));
    return start + (optimiser.final_momentum - start) * way;
}

}  // namespace

int runs_in(const CompiledPhase& phase, int64_t step) {
    const Timing& timing = phase.timing;
    if (timing.every > 1) return step % timing.every == 0 ? phase.repeat : 0;
    const bool early =
        step < timing.early_steps || (timing.early_every > 0 && step % timing.early_every == 0);
    return early && timing.early_repeat > 0 ? timing.early_repeat : phase.repeat;
}

int64_t runs_before(const CompiledPhase& phase, int64_t step) {
    const Timing& timing = phase.timing;
    if (timing.every > 1) return (step + timing.every - 1) / timing.every * phase.repeat;
    if (timing.early_repeat <= 0) return step * phase.repeat;
    const int64_t first = std::min(step, timing.early_steps);
    int64_t early = first;
    if (timing.early_every > 0) {  // multiples in [first, step)
        const auto multiples = [&](int64_t end) {
            return (end + timing.early_every - 1) / timing.early_every;
        };
        early += multiples(step) - multiples(first);
    }
    return early * timing.early_repeat + (step - early) * phase.repeat;
}

std::vector<Execution> executions_of(const Compiled& compiled, int64_t step) {
    std::vector<Execution> list;
    for (size_t phase = 0; phase < compiled.phases.size(); ++phase) {
        for (int i = 0; i < runs_in(compiled.phases[phase], step); ++i) list.push_back({phase, i});
    }
    return list;
}

int64_t executions_before(const Compiled& compiled, int64_t step) {
    int64_t count = 0;
    for (const CompiledPhase& phase : compiled.phases) count += runs_before(phase, step);
    return count;
}

double scalar_value(const Scalar& scalar, const Model& model, int64_t updates, const Controls& controls) {
    const auto found = std::ranges::find(model.optimisers, scalar.network, &Optimiser::network);
    const double start = controlled(controls, scalar.input, scalar.value);
    if (scalar.ramp > 0) return start * std::min(1.0, double(updates) / scalar.ramp);
    if (found == model.optimisers.end()) return start;
    const Optimiser& optimiser = *found;
    if (scalar.kind == "learning_rate") return rate_at(optimiser, start, updates);
    if (scalar.kind == "momentum") return momentum_at(optimiser, start, updates);
    // Kingma & Ba 2015, Alg. 1, t from 1.
    if (scalar.kind == "adam_c1") return 1 / (1 - std::pow(optimiser.beta1, double(updates + 1)));
    if (scalar.kind == "adam_c2") return 1 / (1 - std::pow(optimiser.beta2, double(updates + 1)));
    // An average that starts from random weights would show them for long: it forgets faster at first.
    if (scalar.kind == "ema_decay") return std::min(start, double(1 + updates) / double(10 + updates));
    return start;
}

int64_t updates_before(const Compiled& compiled, std::string_view network, int64_t step, size_t index) {
    int64_t before = 0;
    size_t i = 0;
    for (const CompiledPhase& phase : compiled.phases) {
        const bool counts = updates(phase, network);
        if (counts) before += runs_before(phase, step);
        for (int r = 0; r < runs_in(phase, step); ++r, ++i) before += counts && i < index;
    }
    return before;
}

RandomKey random_key_of(uint64_t seed, uint64_t run, int64_t retries) {
    const uint64_t step = run + (uint64_t(retries) << 48);
    return {uint32_t(seed), uint32_t(seed >> 32), uint32_t(step), uint32_t(step >> 32)};
}

int32_t class_of(float uniform, int64_t classes) {
    return int32_t(std::min(double(classes - 1), std::floor(double(uniform) * double(classes))));
}

std::vector<Control> live_controls(const Model& model, const Compiled& compiled) {
    std::vector<Control> live;
    for (const Control& control : model.controls) {
        if (control.live) live.push_back(control);
    }
    for (const CompiledPhase& phase : compiled.phases) {
        for (const Scalar& scalar : phase.scalars) {
            const bool rate = scalar.kind == "learning_rate";
            if (!rate && scalar.kind != "loss_weight") continue;
            if (std::ranges::find(live, scalar.input, &Control::name) != live.end()) continue;
            live.push_back(
                {scalar.input, scalar.kind, scalar.value, rate ? 0 : -1e6, rate ? 1 : 1e6, true, {}});
        }
    }
    return live;
}

Status check_control(std::span<const Control> controls, std::string_view name, double value) {
    std::vector<std::string> known;
    for (const Control& control : controls) {
        known.push_back(control.name);
        if (control.name != name) continue;
        if (value >= control.low && value <= control.high) return {};
        return Error{Code::invalid_argument,
                     fmt::format("{}: {} is not from {} to {}", name, value, control.low, control.high)};
    }
    const std::string near = did_you_mean(name, known);
    return Error{Code::not_found,
                 fmt::format("there is no live control \"{}\"{}", name,
                             near.empty() ? fmt::format("; there are {}", fmt::join(known, ", ")) : near)};
}

}  // namespace vkgan
