// Step programs: losses by hand, updates of every kind, penalties, and programs that make no sense.
// SPDX-License-Identifier: MIT
#include "host/recipes/recipe.hpp"
#include "tests/lower/reference_state.hpp"

#include <algorithm>
#include <array>

using namespace vkgan;

namespace {

double sp(double x) { return std::log1p(std::exp(x)); }

// G(z) = z * g and D(x) = x * d on single numbers, so that everything can be worked out by hand.
Model scalar_model() {
    Model model;
    for (const char* name : {"G", "D"}) {
        Network network;
        network.name = name;
        network.inputs = {{"x", {1}}};
        network.layers = {{"linear", "l", {}, {{"features", 1.0}, {"bias", 0.0}}}};
        model.networks.push_back(network);
        model.optimisers.push_back({.network = name, .kind = "sgd", .learning_rate = 0.5});
    }
    model.sources = {{"real", "image", {1}}, {"z", "normal", {1}}};
    model.phases = {{"step", 1, {}}};
    auto& run = model.phases[0].statements;
    run.push_back({"fake", "apply", {"z"}, {{"network", "G"}}});
    run.push_back({"real_logits", "apply", {"real"}, {{"network", "D"}}});
    run.push_back({"fake_logits", "apply", {"fake"}, {{"network", "D"}}});
    model.batch = 1;
    return model;
}

void add_loss(Model& model, Statement loss, const std::string& network) {
    model.reports[loss.result] = loss.result;
    model.phases[0].statements.push_back(loss);
    model.phases[0].statements.push_back({"", "update", {loss.result}, {{"network", network}}});
}

struct Outcome {
    DoubleTensorMap outputs, variables;
    double output(const std::string& name) const { return outputs.at(name).values.at(0); }
    double variable(const std::string& name) const { return variables.at(name).values.at(0); }
};

LoweredModel lowered(const Model& model, int batch = 1) {
    auto result = lower_training(model, {.batch = batch, .gradients = true, .feed_noise = true});
    REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
    return std::move(*result);
}

// g = 2, d = 3; one run with z = 0.5 and real = -1: logits D(real) = -3, D(G(z)) = 3.
Outcome run(const Model& model, double real = -1) {
    const LoweredModel low = lowered(model);
    Outcome outcome;
    outcome.variables["G.l.weight"] = DoubleTensor(Shape{1, 1}, 2.0);
    outcome.variables["D.l.weight"] = DoubleTensor(Shape{1, 1}, 3.0);
    fill_variables(low, outcome.variables);
    const DoubleTensorMap inputs{{"real", DoubleTensor(Shape{1, 1}, real)},
                                 {"z", DoubleTensor(Shape{1, 1}, 0.5)}};
    outcome.outputs = run_phase(low.phases[0], 1, inputs, outcome.variables);
    return outcome;
}

double loss_of(const std::string& function, const std::string& kind) {
    Model model = scalar_model();
    const bool d = function == "gan_discriminator";
    const std::vector<std::string> arguments =
        d ? std::vector<std::string>{"real_logits", "fake_logits"} : std::vector<std::string>{"fake_logits"};
    add_loss(model, {"loss", function, arguments, {{"kind", kind}}}, d ? "D" : "G");
    return run(model).output("loss");
}

std::string failure(const Model& model) {
    const auto result = lower_training(model, {.batch = 1});
    REQUIRE(!result.ok());
    CHECK(is_bad_input(result.error().code));
    return result.error().message;
}

}  // namespace

TEST_CASE("adversarial losses of logits -3 (real) and 3 (fake) are those of the formulas") {
    CHECK(loss_of("gan_discriminator", "non_saturating") == doctest::Approx(sp(3) + sp(3)));
    CHECK(loss_of("gan_discriminator", "minimax") == doctest::Approx(sp(3) + sp(3)));
    CHECK(loss_of("gan_discriminator", "least_squares") == doctest::Approx(0.5 * 16 + 0.5 * 9));
    CHECK(loss_of("gan_discriminator", "hinge") == doctest::Approx(4 + 4));
    CHECK(loss_of("gan_discriminator", "wasserstein") == doctest::Approx(3 - -3));
    CHECK(loss_of("gan_generator", "non_saturating") == doctest::Approx(sp(-3)));
    CHECK(loss_of("gan_generator", "minimax") == doctest::Approx(-sp(3)));
    CHECK(loss_of("gan_generator", "least_squares") == doctest::Approx(0.5 * 4));
    CHECK(loss_of("gan_generator", "hinge") == doctest::Approx(-3));
    CHECK(loss_of("gan_generator", "wasserstein") == doctest::Approx(-3));
}

TEST_CASE("smoothing moves the target of real images only") {
    Model model = scalar_model();
    add_loss(model, {"loss", "gan_discriminator", {"real_logits", "fake_logits"}, {{"smooth", 0.9}}}, "D");
    CHECK(run(model).output("loss") == doctest::Approx(0.9 * sp(3) + 0.1 * sp(-3) + sp(3)));
}

TEST_CASE("sgd steps by the gradient, and its norm is reported") {
    Model model = scalar_model();
    add_loss(model, {"loss", "gan_discriminator", {"real_logits", "fake_logits"}, {{"kind", "wasserstein"}}},
             "D");
    const Outcome outcome = run(model);  // the loss is d (g z - real) = 2 d
    CHECK(outcome.output("grad/D.l.weight") == doctest::Approx(2));
    CHECK(outcome.output("grad_norm/D") == doctest::Approx(2));
    CHECK(outcome.variable("D.l.weight") == doctest::Approx(3 - 0.5 * 2));
    CHECK(outcome.variable("G.l.weight") == 2);
    CHECK(outcome.output("finite") == 1);
}

TEST_CASE("optimisers, weight decay and clipping step as their formulas say") {
    Model model = scalar_model();
    add_loss(model, {"loss", "gan_discriminator", {"real_logits", "fake_logits"}, {{"kind", "wasserstein"}}},
             "D");
    const auto stepped = [&](const Optimiser& optimiser) {
        model.optimisers[1] = optimiser;
        return run(model).variable("D.l.weight");
    };
    const double adam =
        0.1 * 2 / (2 + 1e-8);  // the first step's corrected moments are the gradient and its square
    CHECK(stepped({.network = "D", .learning_rate = 0.1}) == doctest::Approx(3 - adam));
    CHECK(stepped({.network = "D", .kind = "adamw", .learning_rate = 0.1, .weight_decay = 0.5}) ==
          doctest::Approx(3 * (1 - 0.1 * 0.5) - adam));
    CHECK(stepped({.network = "D", .kind = "rmsprop", .learning_rate = 0.1, .beta2 = 0.75}) ==
          doctest::Approx(3 - 0.1 * 2 / (std::sqrt(0.25 * 4) + 1e-8)));
    CHECK(stepped({.network = "D", .kind = "sgd", .learning_rate = 0.1, .weight_decay = 0.5}) ==
          doctest::Approx(3 - 0.1 * (2 + 0.5 * 3)));
    CHECK(stepped({.network = "D", .kind = "sgd", .learning_rate = 0.1, .clip = 0.01}) == 0.01);
}

TEST_CASE("the generator is stepped through the updated discriminator") {
    Model model = scalar_model();
    add_loss(model,
             {"loss_d", "gan_discriminator", {"real_logits", "fake_logits"}, {{"kind", "wasserstein"}}}, "D");
    model.phases[0].statements.push_back({"judged", "apply", {"fake"}, {{"network", "D"}}});
    add_loss(model, {"loss_g", "gan_generator", {"judged"}, {{"kind", "wasserstein"}}}, "G");
    const Outcome outcome = run(model);  // d is 2 by then, so the loss is -2 g z
    CHECK(outcome.output("loss_g") == doctest::Approx(-2 * 2 * 0.5));
    CHECK(outcome.output("grad/G.l.weight") == doctest::Approx(-2 * 0.5));
}

TEST_CASE("updates of several networks that follow one another happen at once") {
    Model model = scalar_model();
    add_loss(model, {"loss", "gan_generator", {"fake_logits"}, {{"kind", "wasserstein"}}}, "D");
    model.phases[0].statements.push_back({"", "update", {"loss"}, {{"network", "G"}}});
    const Outcome outcome = run(model);  // the loss is -d g z: by d -1, by g -1.5 with the d of before
    CHECK(outcome.variable("D.l.weight") == doctest::Approx(3 + 0.5 * 1));
    CHECK(outcome.variable("G.l.weight") == doctest::Approx(2 + 0.5 * 1.5));
}

TEST_CASE("what a layer gave can be had from the result of its network, also of one of several batches") {
    Model model = scalar_model();
    model.networks[1].layers.push_back({"tanh", "squashed", {}, {}});
    auto& statements = model.phases[0].statements;
    statements.push_back({"inner", "inside", {"fake_logits"}, {{"layer", "l"}}});
    add_loss(model, {"loss", "gan_generator", {"inner"}, {{"kind", "wasserstein"}}}, "D");
    const Outcome outcome = run(model);
    CHECK(outcome.output("loss") == doctest::Approx(-3));
    CHECK(outcome.output("grad/D.l.weight") == doctest::Approx(-1));

    Model wrong = model;
    wrong.phases[0].statements[3].options["layer"] = std::string("squahsed");
    CHECK(failure(wrong) ==
          "phase step, inner = inside: no layer \"squahsed\" lies behind fake_logits; did you "
          "mean \"squashed\"?");
    wrong = model;
    wrong.phases[0].statements[3].arguments = {"real"};
    CHECK(failure(wrong) == "phase step, inner = inside: real is no result of apply: it has no layers");
}

TEST_CASE("a gradient penalty is the second derivative's business") {
    Model model = scalar_model();
    add_loss(model, {"loss", "gradient_penalty", {"real", "fake"}, {{"network", "D"}, {"weight", 10.0}}},
             "D");
    const Outcome outcome = run(model);  // |dD/dx| = d, so the penalty is 10 (d - 1)^2
    CHECK(outcome.output("loss") == doctest::Approx(40));
    CHECK(outcome.output("grad/D.l.weight") == doctest::Approx(40));
    model.phases[0].statements.resize(3);
    add_loss(model, {"loss", "r1", {"real"}, {{"network", "D"}, {"gamma", 4.0}}}, "D");
    CHECK(run(model).output("loss") == doctest::Approx(4.0 / 2 * 9));
    CHECK(run(model).output("grad/D.l.weight") == doctest::Approx(4 * 3));
}

TEST_CASE("weights of sums are inputs, so that they can change while training") {
    Model model = scalar_model();
    auto& statements = model.phases[0].statements;
    statements.push_back({"a", "bce_with_logits", {"fake_logits"}, {{"target", 1.0}}});
    statements.push_back({"b", "l1", {"fake", "real"}, {}});
    add_loss(model, {"loss", "sum", {"a", "b"}, {{"weights", std::vector<double>{1, 10}}}}, "G");
    CHECK(run(model).output("loss") == doctest::Approx(sp(-3) + 10 * 2));
    const LoweredModel low = lowered(model);
    const auto& scalars = low.phases[0].scalars;
    REQUIRE(scalars.size() == 4);
    CHECK(scalars[1].input == "loss.weight.1");
    CHECK(scalars[1].kind == "loss_weight");
    CHECK(scalars[1].value == 10);
    CHECK(scalars[2].input == "G.learning_rate");
    CHECK(scalars[2].value == 0.5);
}

TEST_CASE("a loss that is not finite is caught") {
    Model model = scalar_model();
    add_loss(model, {"loss", "mse", {"real_logits", "real"}, {}}, "D");
    CHECK(run(model).output("finite") == 1);
    CHECK(run(model, std::nan("")).output("finite") == 0);
    CHECK(run(model, HUGE_VAL).output("finite") == 0);
    CHECK(run(model, 1e30).output("finite") == 0);  // its square is no float
}

TEST_CASE("programs that make no sense are refused with their place") {
    const Model good = scalar_model();
    Model model = good;
    add_loss(model, {"loss", "gan_generaotr", {"fake_logits"}, {}}, "G");
    CHECK(failure(model) ==
          "phase step: unknown function \"gan_generaotr\"; did you mean \"gan_generator\"?");
    model = good;
    add_loss(model, {"loss", "mse", {"fake"}, {}}, "G");
    CHECK(failure(model) == "phase step, loss = mse: takes 2 to 2 arguments but gets 1");
    model = good;
    add_loss(model, {"loss", "gan_generator", {"fake_logits"}, {{"knid", "hinge"}}}, "G");
    CHECK(failure(model) ==
          "phase step, loss = gan_generator: unknown option \"knid\"; did you mean \"kind\"?");
    model = good;
    add_loss(model, {"loss", "gan_generator", {"real_logits"}, {}}, "G");
    CHECK(failure(model) == "phase step, update: loss does not depend on the parameters of G");
    model = good;
    model.phases[0].statements.push_back({"", "update", {"fake"}, {{"network", "G"}}});
    CHECK(failure(model) == "phase step, update: fake is no loss: its shape is [1, 1]");
    model = good;
    add_loss(model, {"loss", "gan_generator", {"fake_logits"}, {}}, "D");
    model.phases[0].statements.push_back({"later", "apply", {"real"}, {{"network", "D"}}});
    model.phases[0].statements.push_back({"", "update", {"loss"}, {{"network", "G"}}});
    CHECK(failure(model).find("loss was computed before the last update of D") != std::string::npos);
    model = good;
    model.optimisers.pop_back();
    add_loss(model, {"loss", "gan_generator", {"fake_logits"}, {}}, "D");
    CHECK(failure(model) == "phase step, update: network D has no optimiser");
    model = good;
    model.networks[0].initialisers["l.wieght"] = {};
    CHECK(failure(model).find("did you mean \"l.weight\"?") != std::string::npos);
}

TEST_CASE("inference takes named inputs and reads averages where there are some") {
    const auto model = make_model("dcgan", {{"image", "16"}, {"ngf", "4"}, {"ndf", "4"}});
    REQUIRE(model.ok());
    const auto graph = lower_inference(*model, "G", 5, true);
    REQUIRE_MESSAGE(graph.ok(), (graph.ok() ? "" : graph.error().message));
    CHECK(graph->find_variable("ema/G.main.0.weight") >= 0);
    CHECK(graph->find_variable("ema/G.main.1.running_mean") >= 0);
    CHECK(graph->find_variable("G.main.0.weight") < 0);
    REQUIRE(graph->outputs().size() == 1);
    CHECK(graph->outputs()[0].first == "output");
    CHECK(graph->nodes()[size_t(graph->outputs()[0].second)].shape == Shape{5, 3, 16, 16});
    const auto d = lower_inference(*model, "D", 5, true);
    REQUIRE(d.ok());
    CHECK(d->find_variable("D.main.0.weight") >= 0);
    const auto none = lower_inference(*model, "H", 5, true);
    REQUIRE(!none.ok());
    CHECK(none.error().message == "network \"H\" is not in the model; known are G, D");
}

TEST_CASE("phases keep the order of groups, and every random source has a stream of its own") {
    const auto model = make_model("gan", {{"image", "4"}, {"hidden", "8"}, {"units", "4"}});
    REQUIRE(model.ok());
    const auto low = lower_training(*model, {.batch = 2});
    REQUIRE_MESSAGE(low.ok(), (low.ok() ? "" : low.error().message));
    REQUIRE(low->phases.size() == 2);
    std::vector<int64_t> streams;
    for (const LoweredPhase& phase : low->phases) {
        for (const Node& node : phase.graph.nodes()) {
            if (node.op->name.starts_with("random_")) streams.push_back(node.attributes.ints.at(0));
        }
    }
    std::ranges::sort(streams);
    CHECK(streams.size() == 8);  // z twice; three dropouts over reals and fakes together, three over fakes
    CHECK(std::ranges::adjacent_find(streams) == streams.end());
    const auto group = [](const Graph& graph) {
        std::vector<std::string> names;
        for (const Variable& v : graph.variables()) {
            if (v.group == "D.parameters") names.push_back(v.name);
        }
        return names;
    };
    CHECK(group(low->phases[0].graph) == group(low->phases[1].graph));
}

TEST_CASE("a network that runs over reals and fakes at once is stepped as if it ran over each") {
    for (const char* recipe : {"dcgan", "gan"}) {
        CAPTURE(recipe);
        const bool images = std::string(recipe) == "dcgan";
        auto model = images ? make_model(recipe, {{"image", "16"}, {"nz", "8"}, {"ngf", "4"}, {"ndf", "4"}})
                            : make_model(recipe, {{"image", "4"}, {"hidden", "8"}, {"units", "4"}});
        REQUIRE(model.ok());
        for (Network& network : model->networks)  // masks are drawn for the batch as it comes
            for (Layer& layer : network.layers)
                if (layer.type == "dropout") layer.options["p"] = 0.0;
        std::array<DoubleTensorMap, 2> variables, outputs;
        for (const bool join : {false, true}) {
            const auto low =
                lower_training(*model, {.batch = 3, .gradients = true, .join = join, .feed_noise = true});
            REQUIRE_MESSAGE(low.ok(), (low.ok() ? "" : low.error().message));
            fill_variables(*low, variables[join]);
            outputs[join] = run_phase(low->phases[0], 1, {}, variables[join]);
            CHECK(low->phases[0].batches_tracked ==
                  lower_training(*model, {.batch = 3})->phases[0].batches_tracked);
        }
        for (const auto& pair :
             {std::pair(&outputs[0], &outputs[1]), std::pair(&variables[0], &variables[1])}) {
            REQUIRE(pair.first->size() == pair.second->size());
            for (const auto& [name, tensor] : *pair.first) {
                CAPTURE(name);
                const DoubleTensor& other = pair.second->at(name);
                double largest = 0, difference = 0;
                for (size_t i = 0; i < tensor.values.size(); ++i) {
                    largest = std::max(largest, std::abs(tensor.values[i]));
                    difference = std::max(difference, std::abs(tensor.values[i] - other.values[i]));
                }
                // Sums of up to some 1,000 terms in another order, 1e-13, through the quotients of norms and
                // Adam.
                CHECK(difference <= 1e-11 * largest);
            }
        }
    }
}
