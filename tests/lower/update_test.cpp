// Updates that a gate holds back change nothing, and with the gate open are what they are without one.
// SPDX-License-Identifier: MIT
#include "tests/lower/reference_state.hpp"

using namespace vkgan;

namespace {

// P with batch norm, an average and a clip; the gate is the mean of a source.
Model gated(Optimiser optimiser, bool gate) {
    Model model;
    Network p;
    p.name = "P";
    p.inputs = {{"x", {3}}};
    p.layers = {{"linear", "l", {}, {{"features", 4.0}}}, {"batch_norm", "n", {}, {}}, {"tanh", "t", {}, {}}};
    p.ema_decay = 0.5;
    model.networks = {p};
    optimiser.network = "P";
    optimiser.learning_rate = 0.1;
    optimiser.clip = 0.2;
    model.optimisers = {optimiser};
    model.sources = {{"given", "image", {3}}, {"t", "image", {4}}, {"g", "image", {1}}};
    model.phases = {{"step",
                     1,
                     {{"x", "apply", {"given"}, {{"network", std::string("P")}}},
                      {"loss", "mse", {"x", "t"}, {}},
                      {"gate", "mean", {"g"}, {}},
                      {"", "update", {"loss"}, {{"network", std::string("P")}}}}}};
    if (gate) model.phases[0].statements.back().arguments.push_back("gate");
    model.reports = {{"gate", "gate"}};
    model.sample_network = "none";
    model.batch = 4;
    return model;
}

struct Ran {
    DoubleTensorMap before, after;
};

Ran run(const Optimiser& optimiser, bool gate, double value, Precision precision = Precision::float32) {
    const auto low = lower_training(gated(optimiser, gate), {.batch = 4, .precision = precision});
    REQUIRE_MESSAGE(low.ok(), (low.ok() ? "" : low.error().message));
    Ran ran;
    fill_variables(*low, ran.before);
    double k = 0;
    for (auto& [name, tensor] : ran.before)  // moments and averages of some history
        if (name.find('/') != std::string::npos && !name.starts_with("loss_scale"))
            for (double& x : tensor.values) x = 0.5 + 0.1 * std::sin(k += 1.1);
    ran.after = ran.before;
    run_phase(low->phases[0], 1, {{"g", DoubleTensor(Shape{4, 1}, value)}}, ran.after);
    return ran;
}

const std::vector<Optimiser> optimisers{{.kind = "sgd", .momentum = 0.5, .weight_decay = 0.1},
                                        {.kind = "rmsprop", .weight_decay = 0.1},
                                        {.kind = "adam", .weight_decay = 0.1},
                                        {.kind = "adamw", .weight_decay = 0.1}};

}  // namespace

TEST_CASE("a closed gate leaves parameters, moments and averages as they are, even beyond the clip") {
    for (const Optimiser& optimiser : optimisers) {
        CAPTURE(optimiser.kind);
        for (const double gate : {0.0, -1.0}) {
            const Ran ran = run(optimiser, true, gate);
            CHECK(ran.before.size() > 6);
            for (const auto& [name, tensor] : ran.before) {
                CAPTURE(name);
                const bool statistics =
                    name.starts_with("P.n.running_");  // of the application, not the update
                CHECK((ran.after.at(name).values == tensor.values) == !statistics);
            }
        }
    }
}

TEST_CASE("an open gate changes nothing about an update") {
    for (const Optimiser& optimiser : optimisers) {
        CAPTURE(optimiser.kind);
        const Ran open = run(optimiser, true, 0.3), without = run(optimiser, false, 0.3);
        for (const auto& [name, tensor] : without.after) CHECK(open.after.at(name).values == tensor.values);
        CHECK(open.after.at("P.l.weight").values != open.before.at("P.l.weight").values);
    }
}

TEST_CASE("a closed gate holds back mixed precision's updates as well") {
    for (const Optimiser& optimiser : optimisers) {
        CAPTURE(optimiser.kind);
        const Ran ran = run(optimiser, true, 0, Precision::mixed);
        for (const char* name : {"P.l.weight", "P.n.bias", "ema/P.l.weight"})
            CHECK(ran.after.at(name).values == ran.before.at(name).values);
    }
}

TEST_CASE("a gate is one number") {
    Model model = gated({.kind = "sgd"}, true);
    model.phases[0].statements.back().arguments[1] = "g";
    const auto low = lower_training(model, {.batch = 4});
    REQUIRE_FALSE(low.ok());
    CHECK(low.error().message == "phase step, update: g decides whether to step, but its shape is [4, 1]");
}
