// Penalties on discriminators that read more than an image: by hand.
// SPDX-License-Identifier: MIT
#include "tests/lower/reference_state.hpp"

using namespace vkgan;

namespace {

const Options d{{"network", std::string("D")}};

// D(x, y) = sum of w x y: its gradient by x is w y.
Model model_with(Statement penalty) {
    Model model;
    Network network;
    network.name = "D";
    network.inputs = {{"x", {2}}, {"y", {2}}};
    network.layers = {{"multiply", "m", {"x", "y"}, {}},
                      {"linear", "l", {"m"}, {{"features", 1.0}, {"bias", 0.0}}}};
    model.networks = {network};
    model.optimisers = {{.network = "D", .kind = "sgd", .learning_rate = 0}};
    model.sources = {{"real", "image", {2}}, {"fake", "image", {2}}, {"c", "attributes", {2}}};
    penalty.options["network"] = std::string("D");
    model.phases = {{"step", 1, {std::move(penalty), {"", "update", {"p"}, d}}}};
    model.reports = {{"p", "p"}};
    model.sample_network = "none";
    model.batch = 2;
    return model;
}

DoubleTensorMap run(const Statement& penalty) {
    const auto low = lower_training(model_with(penalty), {.batch = 2, .gradients = true, .feed_noise = true});
    REQUIRE_MESSAGE(low.ok(), (low.ok() ? "" : low.error().message));
    DoubleTensorMap variables{{"D.l.weight", {{1, 2}, {3, 4}}}};
    fill_variables(*low, variables);
    return run_phase(low->phases[0], 1, {{"c", {{2, 2}, {1, -1, 2, 0}}}}, variables);
}

}  // namespace

TEST_CASE("r1 of a discriminator with a condition takes the gradient by the image alone") {
    const DoubleTensorMap outputs = run({"p", "r1", {"real", "c"}, {{"gamma", 3.0}}});
    // Squared lengths: 9 + 16 and 36.
    CHECK(outputs.at("p").values[0] == doctest::Approx(1.5 * (25 + 36) / 2));
    // gamma mean(w y^2)
    CHECK(outputs.at("grad/D.l.weight").values[0] == doctest::Approx(3 * 3 * (1 + 4) / 2.0));
    CHECK(outputs.at("grad/D.l.weight").values[1] == doctest::Approx(3 * 4 * (1 + 0) / 2.0));
}

TEST_CASE("a gradient penalty of a discriminator with a condition holds that fixed") {
    const DoubleTensorMap outputs =
        run({"p", "gradient_penalty", {"real", "fake", "c"}, {{"weight", 10.0}, {"target", 2.0}}});
    // Lengths 5 and 6 against a target of 2.
    CHECK(outputs.at("p").values[0] == doctest::Approx(10 * (9 + 16) / 2.0));
    // weight mean(2 (length - target) w y^2 / length)
    CHECK(outputs.at("grad/D.l.weight").values[0] ==
          doctest::Approx(10 * (2 * 3 * 3 / 5.0 + 2 * 4 * 3 * 4 / 6.0) / 2));
}

TEST_CASE("a penalty without the condition its network reads is refused") {
    for (const Statement& penalty :
         {Statement{"p", "r1", {"real"}, {}}, Statement{"p", "gradient_penalty", {"real", "fake"}, {}}}) {
        const auto low = lower_training(model_with(penalty), {.batch = 2});
        REQUIRE_FALSE(low.ok());
        CHECK(low.error().message.find("network D has 2 inputs but gets 1") != std::string::npos);
    }
}
