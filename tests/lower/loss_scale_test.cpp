// Loss scaling, in double: the same steps as without it, and what it does with gradients that are not finite.
// SPDX-License-Identifier: MIT
#include "host/lower/loss_scale.hpp"
#include "host/recipes/recipe.hpp"
#include "tests/lower/reference_state.hpp"

#include <limits>

using namespace vkgan;

namespace {

// D(x) = x * d on single numbers, its loss the mean of D(real): the gradient is the mean of the reals.
Model one_network(const std::string& kind) {
    Model model;
    Network network;
    network.name = "D";
    network.inputs = {{"x", {1}}};
    network.layers = {{"linear", "l", {}, {{"features", 1.0}, {"bias", 0.0}}}};
    network.ema_decay = 0.5;
    model.networks = {network};
    model.optimisers = {{.network = "D", .kind = kind, .learning_rate = 0.125}};
    model.optimisers[0].beta1 = 0.5;
    model.optimisers[0].beta2 = 0.999;
    model.sources = {{"real", "image", {1}}};
    model.phases = {{"step", 1, {}}};
    auto& run = model.phases[0].statements;
    run.push_back({"logits", "apply", {"real"}, {{"network", "D"}}});
    run.push_back({"loss", "gan_generator", {"logits"}, {{"kind", "wasserstein"}}});
    run.push_back({"", "update", {"loss"}, {{"network", "D"}}});
    model.reports["loss"] = "loss";
    model.sample_network = "D";
    model.sample_source = "real";
    model.batch = 1;
    return model;
}

struct Trained {
    explicit Trained(const std::string& kind, Precision precision) {
        auto low = lower_training(one_network(kind), {.batch = 1, .precision = precision});
        REQUIRE_MESSAGE(low.ok(), (low.ok() ? "" : low.error().message));
        model = std::move(*low);
        fill_variables(model, variables);
    }
    void step(double real) {
        outputs = run_phase(model.phases[0], ++steps, {{"real", DoubleTensor(Shape{1, 1}, real)}}, variables);
    }
    void set(const std::string& name, double value) { variables.at(name).values[0] = value; }
    // The loss is finite, the norm of its gradient is not.
    void prepare_overflow() { set("D.l.weight", 1e-150); }
    void overflow() { step(1e160); }
    double variable(const std::string& name) const { return variables.at(name).values.at(0); }
    double output(const std::string& name) const { return outputs.at(name).values.at(0); }

    LoweredModel model;
    DoubleTensorMap variables, outputs;
    int steps = 0;
};

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

TEST_CASE("steps with a scaled loss are the steps without, for every optimiser") {
    for (const char* kind : {"sgd", "rmsprop", "adam", "adamw"}) {
        CAPTURE(kind);
        Trained plain(kind, Precision::float32), scaled(kind, Precision::mixed);
        for (const double real : {0.5, -1.5, 2.0, 0.25}) {
            plain.step(real);
            scaled.step(real);
            CHECK(scaled.output("loss_scale/D") == first_loss_scale);
            CHECK(scaled.output("grad_norm/D") ==
                  doctest::Approx(plain.output("grad_norm/D")).epsilon(1e-12));
            for (const auto& [name, tensor] : plain.variables)
                CHECK(scaled.variable(name) == doctest::Approx(tensor.values[0]).epsilon(1e-12));
        }
        CHECK(scaled.variable("good_steps/D") == 4);
        CHECK(scaled.output("skipped_steps/D") == 0);
    }
}

TEST_CASE("a gradient that is not finite halves the scale, is counted, and changes nothing else") {
    for (const char* kind : {"sgd", "rmsprop", "adam"}) {
        CAPTURE(kind);
        Trained scaled(kind, Precision::mixed);
        scaled.step(0.5);
        scaled.prepare_overflow();
        const DoubleTensorMap before = scaled.variables;
        scaled.overflow();
        CHECK(scaled.output("finite") == 1);
        for (const auto& [name, tensor] : before) {
            if (name == "loss_scale/D" || name == "good_steps/D" || name == "skipped_steps/D") continue;
            CHECK_MESSAGE(scaled.variables.at(name).values == tensor.values, name);
        }
        CHECK(scaled.variable("loss_scale/D") == first_loss_scale / 2);
        CHECK(scaled.variable("good_steps/D") == 0);
        CHECK(scaled.variable("skipped_steps/D") == 1);
        scaled.step(0.5);
        CHECK(scaled.output("loss_scale/D") == first_loss_scale / 2);
        CHECK(scaled.variable("good_steps/D") == 1);
        CHECK(scaled.variable("D.l.weight") != before.at("D.l.weight").values[0]);
    }
}

TEST_CASE("the scale doubles after so many good steps, up to the largest, and ends at the least") {
    Trained scaled("adam", Precision::mixed);
    scaled.set("good_steps/D", steps_to_double - 2);
    scaled.step(0.5);
    CHECK(scaled.variable("loss_scale/D") == first_loss_scale);
    scaled.step(0.5);
    CHECK(scaled.variable("loss_scale/D") == first_loss_scale * 2);
    CHECK(scaled.variable("good_steps/D") == 0);
    scaled.set("loss_scale/D", largest_loss_scale);
    scaled.set("good_steps/D", steps_to_double - 1);
    scaled.step(0.5);
    CHECK(scaled.variable("loss_scale/D") == largest_loss_scale);
    scaled.set("loss_scale/D", 2 * least_loss_scale);
    scaled.prepare_overflow();
    scaled.overflow();
    CHECK(scaled.output("finite") == 1);
    CHECK(scaled.variable("loss_scale/D") == least_loss_scale);
    scaled.overflow();  // no scale is to blame any more
    CHECK(scaled.output("finite") == 0);
}

TEST_CASE("a loss that is not finite is an error, whatever the scale") {
    Trained scaled("adam", Precision::mixed);
    scaled.step(infinity);
    CHECK(scaled.output("finite") == 0);
}
