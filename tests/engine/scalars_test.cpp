// When phases run and how often networks were stepped: closed forms against plain counting.
// SPDX-License-Identifier: MIT
#include "host/engine/scalars.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace vkgan::test {

namespace {

// As model.hpp says it, step by step.
int runs_by_the_text(const Timing& timing, int repeat, int64_t step) {
    if (step % timing.every != 0) return 0;
    if (timing.early_repeat == 0) return repeat;
    if (step < timing.early_steps) return timing.early_repeat;
    if (timing.early_every > 0 && step % timing.early_every == 0) return timing.early_repeat;
    return repeat;
}

const std::array timings{
    Timing{},
    Timing{.every = 16},
    Timing{.every = 7},
    Timing{.early_repeat = 100, .early_steps = 25, .early_every = 500},
    Timing{.early_repeat = 3, .early_steps = 10},
    Timing{.early_repeat = 2, .early_every = 4},
    Timing{.early_repeat = 9, .early_steps = 33, .early_every = 8},
    Timing{.early_repeat = 5, .early_steps = 3000, .early_every = 1},
    Timing{.early_steps = 5, .early_every = 2},  // nothing to repeat
};

CompiledPhase phase_of(const Timing& timing, int repeat, const std::vector<std::string>& networks) {
    CompiledPhase phase{"p", repeat, timing, {}, {}, {}};
    for (const std::string& network : networks)
        phase.scalars.push_back({network + ".learning_rate", "learning_rate", network, 1});
    return phase;
}

}  // namespace

TEST_CASE("runs of a phase in a step and before it are those that one counts") {
    for (const Timing& timing : timings) {
        for (const int repeat : {1, 5}) {
            const CompiledPhase phase = phase_of(timing, repeat, {});
            int64_t counted = 0;
            for (int64_t step = 0; step < 2000; ++step) {
                REQUIRE(runs_before(phase, step) == counted);
                REQUIRE(runs_in(phase, step) == runs_by_the_text(timing, repeat, step));
                counted += runs_by_the_text(timing, repeat, step);
            }
        }
    }
}

TEST_CASE("executions and updates of a network are counted over phases of different timing") {
    Compiled compiled;
    compiled.phases.push_back(phase_of({.early_repeat = 4, .early_steps = 3, .early_every = 10}, 2, {"D"}));
    compiled.phases.push_back(phase_of({}, 1, {"G"}));
    compiled.phases.push_back(phase_of({.every = 3}, 2, {"D", "E"}));
    int64_t executions = 0, d = 0, g = 0, e = 0;
    for (int64_t step = 0; step < 100; ++step) {
        REQUIRE(executions_before(compiled, step) == executions);
        const std::vector<Execution> list = executions_of(compiled, step);
        for (size_t i = 0; i < list.size(); ++i) {
            REQUIRE(updates_before(compiled, "D", step, i) == d);
            REQUIRE(updates_before(compiled, "G", step, i) == g);
            REQUIRE(updates_before(compiled, "E", step, i) == e);
            d += list[i].phase != 1;
            g += list[i].phase == 1;
            e += list[i].phase == 2;
        }
        executions += int64_t(list.size());
    }
    CHECK(d == 12 * 4 + 88 * 2 + 34 * 2);  // steps 0 to 2 and every tenth; 0, 3, .. 99
    CHECK(g == 100);
    CHECK(e == 68);
}

TEST_CASE("a weight with a ramp rises from 0 to what it is set to") {
    const Model model;
    const Scalar weight{"loss.weight.0", "loss_weight", "", 3, 200};
    CHECK(scalar_value(weight, model, 0, {}) == 0);
    CHECK(scalar_value(weight, model, 50, {}) == doctest::Approx(0.75));
    CHECK(scalar_value(weight, model, 200, {}) == 3);
    CHECK(scalar_value(weight, model, 5000, {}) == 3);
    CHECK(scalar_value(weight, model, 100, {{"loss.weight.0", 8}}) == 4);
}

TEST_CASE("numbers in [0, 1) are cut into classes of one size") {
    CHECK(class_of(0, 10) == 0);
    CHECK(class_of(0.0999f, 10) == 0);
    CHECK(class_of(0.1001f, 10) == 1);
    CHECK(class_of(0.99999994f, 10) == 9);
    CHECK(class_of(0.99999994f, 1000000000) == 999999940);
    CHECK(class_of(1, 3) == 2);
    CHECK(class_of(0.7f, 1) == 0);
}

TEST_CASE("a learning rate waits, then falls: exponentially, linearly, by a power, down to its least") {
    Model model;
    model.optimisers = {
        {.network = "G", .decay = 0.5, .minimum_learning_rate = 0.1, .decay_start = 10},
        {.network = "D", .decay_start = 4, .linear_steps = 8},
        {.network = "E", .minimum_learning_rate = 0.25, .linear_steps = 16, .fall_power = 0.5}};
    const auto rate = [&](const char* network, int64_t updates) {
        return scalar_value({std::string(network) + ".learning_rate", "learning_rate", network, 2}, model,
                            updates, {});
    };
    CHECK(rate("G", 0) == 2);
    CHECK(rate("G", 10) == 2);
    CHECK(rate("G", 11) == 1);
    CHECK(rate("G", 12) == 0.5);
    CHECK(rate("G", 1000) == 0.1);
    CHECK(rate("D", 4) == 2);
    CHECK(rate("D", 6) == 1.5);
    CHECK(rate("D", 8) == 1);
    CHECK(rate("D", 12) == 0);
    CHECK(rate("D", 5000) == 0);
    CHECK(rate("E", 0) == 2);
    CHECK(rate("E", 1) == 1.5);
    CHECK(rate("E", 4) == 1);
    CHECK(rate("E", 16) == 0.25);
    CHECK(rate("E", 5000) == 0.25);
}

}  // namespace vkgan::test
