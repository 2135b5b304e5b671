// Weights in, feed in, gradients and weights out: one step equals the reference interpreter's.
// SPDX-License-Identifier: MIT
#include "tests/engine/tiny_run.hpp"

#include "host/reference/interpreter.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace vkgan::test {

namespace {

constexpr int fed_steps = 2;

TensorFile make_feed() {
    Tensor real(Shape{fed_steps, 4, 3, 16, 16}), noise(Shape{fed_steps, 4, 8, 1, 1});
    fill_uniform({}, 1, real.values);
    for (float& x : real.values) x = x * 2 - 1;
    fill_normal({}, 2, noise.values);
    TensorFile file;
    file.tensors.emplace("real", StoredTensor::from(real));
    file.tensors.emplace("noise", StoredTensor::from(noise));
    return file;
}

DoubleTensor to_double(const Tensor& tensor) {
    return {tensor.shape, std::vector<double>(tensor.values.begin(), tensor.values.end())};
}

DoubleTensor first_row(const StoredTensor& stored) {
    const Tensor all = *stored.to_f32();
    const Shape shape{std::span<const int64_t>(all.shape.begin() + 1, all.shape.end())};
    return {shape, std::vector<double>(all.values.begin(), all.values.begin() + shape.element_count())};
}

double largest(const std::vector<double>& values) {
    double most = 0;
    for (const double x : values) most = std::max(most, std::abs(x));
    return most;
}

}  // namespace

TEST_CASE("a fed step gives the gradients, weights and statistics of the reference interpreter") {
    const TinyRun tiny;
    const auto path = [&](const char* name) { return (tiny.temporary.path / name).string(); };
    const TensorFile feed = make_feed();
    REQUIRE(write_safetensors(path("feed.safetensors"), feed).ok());
    REQUIRE(tiny.open(tiny.options("source"))->save_weights(path("weights.safetensors")).ok());

    RunOptions options = tiny.options("run");
    options.session.feed = path("feed.safetensors");
    options.weights = path("weights.safetensors");
    options.gradients = path("gradients.safetensors");
    const auto run = tiny.open(options);
    CHECK(run->session().source().steps() == fed_steps);
    const TrainingState before = *run->session().state();
    steps(*run, 1);
    REQUIRE(run->save_weights(path("after.safetensors")).ok());

    const LoweredModel lowered =
        *lower_training(run->session().model(), {.batch = 4, .gradients = true, .feed_noise = true});
    DoubleTensorMap variables,
        inputs{{"real", first_row(feed.tensors.at("real"))}, {"z", first_row(feed.tensors.at("noise"))}};
    for (const auto& [name, tensor] : before.variables) variables.emplace(name, to_double(tensor));
    for (const Scalar& scalar : lowered.phases[0].scalars)
        inputs[scalar.input].values = {scalar_value(scalar, run->session().model(), 0, {})};
    const auto reference = run_reference(lowered.phases[0].graph, inputs, variables);
    REQUIRE(reference.ok());

    // Float32 rounds each operation by 6e-8; batch norm over a few values magnifies that about a
    // thousandfold.
    const auto gradients = read_safetensors(path("gradients.safetensors"));
    REQUIRE(gradients.ok());
    int compared = 0;
    for (const auto& [name, stored] : gradients->tensors) {
        const Tensor tensor = *stored.to_f32();
        const DoubleTensor& wanted = reference->outputs.at("grad/" + name);
        REQUIRE(tensor.shape == wanted.shape);
        const double bound = 2e-4 * largest(wanted.values) + 1e-9;
        for (size_t i = 0; i < tensor.values.size(); ++i)
            REQUIRE(std::abs(double(tensor.values[i]) - wanted.values[i]) <= bound);
        ++compared;
    }
    CHECK(compared == int(gradients->tensors.size()));
    CHECK(gradients->tensors.contains("G.main.0.weight"));
    CHECK(gradients->tensors.contains("D.main.0.weight"));

    const auto after = read_safetensors(path("after.safetensors"));
    REQUIRE(after.ok());
    for (const auto& [name, stored] : after->tensors) {
        if (name.ends_with("num_batches_tracked")) continue;
        const Tensor tensor = *stored.to_f32();
        const std::vector<double>& wanted = variables.at(name).values;
        // Adam's first step is about lr * sign(gradient), so a gradient near zero may move a weight by up to
        // 2 lr otherwise.
        const double bound = name.find("running") == std::string::npos ? 2 * 2e-4 + 1e-6 : 1e-5;
        for (size_t i = 0; i < wanted.size(); ++i)
            REQUIRE(std::abs(double(tensor.values[i]) - wanted[i]) <= bound);
    }
    int64_t moved = 0;
    std::memcpy(&moved, after->tensors.at("D.main.3.num_batches_tracked").bytes.data(), sizeof moved);
    CHECK(moved == 3);  // real, fake, and the generator's pass
}

TEST_CASE("weights that were saved start the next run with the same weights") {
    const TinyRun tiny;
    const std::string path = (tiny.temporary.path / "weights.safetensors").string();
    const auto source = tiny.open(tiny.options("source"));
    steps(*source, 2);
    REQUIRE(source->save_weights(path).ok());
    RunOptions options = tiny.options("run");
    options.weights = path;
    const std::string again = (tiny.temporary.path / "again.safetensors").string();
    REQUIRE(tiny.open(options)->save_weights(again).ok());
    CHECK(tiny.bytes("weights.safetensors") == tiny.bytes("again.safetensors"));
}

TEST_CASE("a feed says where a penalty's points lie, and must") {
    const TinyRun tiny;
    const std::string path = (tiny.temporary.path / "feed.safetensors").string();
    auto choice = choose_model("dcgan", tiny_settings());
    REQUIRE(choice.ok());
    std::vector<Statement>& run = choice->model.phases[0].statements;
    const auto update = std::ranges::find(run, "update", &Statement::function);
    REQUIRE(update != run.end());
    const std::string loss = update->arguments[0];
    update->arguments = {"penalised"};
    const auto place = run.insert(update, {"penalised", "sum", {loss, "penalty"}, {}});
    run.insert(place,
               {"penalty", "gradient_penalty", {"real", "fixed"}, {{"network", "D"}, {"weight", 10.0}}});
    const auto gradients = [&](float share) {
        TensorFile feed = make_feed();
        if (share >= 0)
            feed.tensors.emplace("penalty.share",
                                 StoredTensor::from(Tensor(Shape{fed_steps, 4, 1, 1, 1}, share)));
        REQUIRE(write_safetensors(path, feed).ok());
        return Session::create(test_device(), choice->model, {.feed = path, .gradients = true});
    };
    const auto none = gradients(-1);
    REQUIRE_FALSE(none.ok());
    CHECK(contains(none.error().message, "no tensor \"penalty.share\""));
    std::vector<float> first;
    for (const float share : {0.0f, 0.75f}) {
        auto session = gradients(share);
        if (!session) FAIL(session.error().message);
        TrainingState state;
        state.variables = *(*session)->initial_values();
        REQUIRE((*session)->start(state).ok());
        REQUIRE((*session)->step().ok());
        const std::vector<float> values = (*session)->gradients().at("D.main.0.weight").values;
        CHECK(values != first);
        first = values;
    }
}

TEST_CASE("a feed gives the noise that statements draw, and must") {
    const TinyRun tiny;
    const std::string path = (tiny.temporary.path / "feed.safetensors").string();
    const auto choice = choose_model("autoencoder", {{"image", "16"},
                                                     {"channels", "3"},
                                                     {"hidden", "8"},
                                                     {"batch", "4"},
                                                     {"noise", "0.5"},
                                                     {"mask", "0.5"}});
    REQUIRE(choice.ok());
    const auto loss = [&](const std::map<std::string, float>& noise) {
        TensorFile feed;
        feed.tensors.emplace("real", StoredTensor::from(Tensor(Shape{1, 4, 3, 16, 16}, 0.25f)));
        for (const auto& [name, value] : noise)
            feed.tensors.emplace(name, StoredTensor::from(Tensor(Shape{1, 4, 3, 16, 16}, value)));
        REQUIRE(write_safetensors(path, feed).ok());
        auto session = Session::create(test_device(), choice->model, {.feed = path});
        if (!session) return session.error().message;
        TrainingState state;
        state.variables = *(*session)->initial_values();
        REQUIRE((*session)->start(std::move(state)).ok());
        return std::to_string((*session)->step()->values.at("loss_r"));
    };
    CHECK(contains(loss({{"masked.chance", 0.0f}}), "no tensor \"noisy.noise\""));
    CHECK(contains(loss({{"noisy.noise", 0.0f}}), "no tensor \"masked.chance\""));
    const std::string shown = loss({{"noisy.noise", 0.0f}, {"masked.chance", 0.9f}});
    const std::string hidden = loss({{"noisy.noise", 0.0f}, {"masked.chance", 0.1f}});
    CHECK(shown != hidden);
    CHECK(loss({{"noisy.noise", 1.0f}, {"masked.chance", 0.9f}}) != shown);
    CHECK(loss({{"noisy.noise", 1.0f}, {"masked.chance", 0.1f}}) == hidden);  // behind the mask
}

TEST_CASE("a feed ends training after its steps and says what it lacks") {
    const TinyRun tiny;
    const std::string path = (tiny.temporary.path / "feed.safetensors").string();
    TensorFile feed = make_feed();
    REQUIRE(write_safetensors(path, feed).ok());
    RunOptions options = tiny.options("run");
    options.session.feed = path;
    {
        const auto run = tiny.open(options);
        steps(*run, fed_steps);
        const auto past = run->step();
        REQUIRE_FALSE(past.ok());
        CHECK(contains(past.error().message, "holds 2 steps"));
    }
    options.session.batch = 3;
    CHECK(contains(tiny.try_open(options).error().message, "batch is 3"));
    options.session.batch = 0;
    feed.tensors.erase("noise");
    REQUIRE(write_safetensors(path, feed).ok());
    CHECK(contains(tiny.try_open(options).error().message, "no tensor \"noise\""));
    feed.tensors["noise"] = StoredTensor::from(Tensor(Shape{fed_steps, 4, 9, 1, 1}));
    REQUIRE(write_safetensors(path, feed).ok());
    CHECK(contains(tiny.try_open(options).error().message, "[2, 4, 9, 1, 1]"));
}

}  // namespace vkgan::test
