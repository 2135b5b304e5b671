// Networks of a host's models, and layers of them, in its frames: to the bit what they give in whole runs.
// SPDX-License-Identifier: MIT
#include "host/engine/inference.hpp"
#include "tests/engine/context_host.hpp"
#include "tests/engine/untrained_model.hpp"
#include "tests/recipes/variants.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

namespace vkgan::test {

using namespace vkgan::api;

namespace {

using Input = GenerateQuery::Input;

struct WholeRuns {
    explicit WholeRuns(const TrainedModel& trained) {
        auto made = Inference::create(test_device(), trained);
        REQUIRE(made.ok());
        inference = std::move(*made);
    }
    std::vector<float> run(std::string_view network, const TensorMap& inputs, std::string_view layer = {}) {
        auto result = inference->run(network, inputs, layer);
        if (!result) FAIL(result.error().message);
        return std::move(result->values);
    }
    std::unique_ptr<Inference> inference;
};

std::vector<float> numbers(Host& host, Handle ticket) {
    const std::vector<std::byte> bytes = host.read(ticket, ReadAs::float32);
    CHECK(must(host.context.poll(ticket)).bytes == bytes.size());
    std::vector<float> values(bytes.size() / sizeof(float));
    std::memcpy(values.data(), bytes.data(), bytes.size());
    return values;
}

std::vector<float> run(Host& host, Handle generator, const TensorMap& tensors, uint64_t seed = 0) {
    const std::vector<Input> inputs = inputs_of(tensors);
    const Handle ticket =
        must(host.context.generate(generator, {.seed = seed, .inputs = inputs, .readback = true}));
    host.frames_until(ticket);
    return numbers(host, ticket);
}

std::vector<std::string> names(const std::vector<NetworkShape>& list) {
    std::vector<std::string> result;
    for (const NetworkShape& one : list) result.push_back(one.name);
    return result;
}

using Extents = std::vector<int64_t>;
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a context says of each network what it reads and what its layers give") {
    Host host;
    const Handle model = must(host.context.load_model({.recipe = "dcgan", .settings = tiny_settings()}));
    const auto networks = must(host.context.networks(model));
    REQUIRE(networks.size() == 2);
    const NetworkDescription &g = networks[0], &d = networks[1];
    CHECK(g.name == "G");
    CHECK(g.parameters == 8 * 8 * 16 + 2 * 8 + 8 * 4 * 16 + 2 * 4 + 4 * 3 * 16);
    CHECK(names(g.inputs) == Names{"z"});
    CHECK(g.inputs[0].shape == Extents{8, 1, 1});
    CHECK(names(g.layers) ==
          Names{"main.0", "main.1", "main.2", "main.3", "main.4", "main.5", "main.6", "main.7"});
    CHECK(g.layers[0].shape == Extents{8, 4, 4});
    CHECK(g.layers[3].shape == Extents{4, 8, 8});
    CHECK(g.layers[7].shape == Extents{3, 16, 16});
    CHECK(d.name == "D");
    CHECK(d.parameters == 3 * 4 * 16 + 4 * 8 * 16 + 2 * 8 + 8 * 16);
    CHECK(d.inputs[0].shape == Extents{3, 16, 16});
    REQUIRE(d.layers.size() == 6);
    CHECK(d.layers[2].shape == Extents{8, 4, 4});
    CHECK(d.layers[5].shape == Extents{1, 1, 1});

    const Handle conditional = must(host.context.load_model({.recipe = "cgan", .settings = tiny_cgan()}));
    const auto judges = must(host.context.networks(conditional)).at(1);
    CHECK(names(judges.inputs) == Names{"image", "y"});
    CHECK(judges.inputs[0].shape == Extents{1, 16, 16});
    CHECK(judges.inputs[1].shape == Extents{10});
    CHECK(judges.layers.back().name == "score");
    CHECK(judges.layers.back().shape == Extents{1});
    CHECK(reason(host.context.networks(0)) == Reason::invalid_handle);
}

TEST_CASE("an output that other layers follow is told as the last layer") {
    Model model = model_of("dcgan", tiny_settings());
    model.networks[1].output = "main.3";
    const std::string json = to_json(model);
    Host host;
    const Handle handle = must(host.context.load_model({.data = std::as_bytes(std::span(json))}));
    const auto d = must(host.context.networks(handle)).at(1);
    CHECK(names(d.layers) == Names{"main.0", "main.1", "main.2", "main.4", "main.5", "main.3"});
    CHECK(d.layers[5].shape == Extents{8, 4, 4});
    CHECK(d.layers[4].shape == Extents{1, 1, 1});
}

TEST_CASE("of every recipe the layers that are told are those that can be asked for") {
    Host host;
    for (const Variant& variant : variants()) {
        CAPTURE(variant.name());
        const Model model = model_of(variant.recipe, variant.settings);
        const Handle handle =
            must(host.context.load_model({.recipe = variant.recipe, .settings = variant.settings}));
        for (const NetworkDescription& network : must(host.context.networks(handle))) {
            const auto gives = [&](std::string_view layer) {
                const auto graph = lower_inference(model, network.name, 3, false, layer);
                REQUIRE_MESSAGE(graph.ok(), (graph.ok() ? "" : graph.error().message));
                return graph->nodes()[size_t(graph->outputs().front().second)].shape;
            };
            for (const NetworkShape& layer : network.layers)
                CHECK(gives(layer.name) == with_batch(3, layer.shape));
            CHECK(gives({}) == with_batch(3, network.layers.back().shape));
        }
    }
}

TEST_CASE("networks and each of their layers give in frames what they give in whole runs") {
    Settings digits = tiny_settings();
    digits["image"] = "28";  // its generator begins with flatten
    for (const auto& [recipe, settings] :
         {std::pair("dcgan", tiny_settings()), std::pair("cgan", tiny_cgan()), std::pair("dcgan", digits)}) {
        CAPTURE(recipe);
        const std::vector<std::byte> file = file_of(model_of(recipe, settings));
        WholeRuns whole(trained_of(file));
        Host host;
        const Handle model = must(host.context.load_model({.data = file}));
        for (const NetworkDescription& network : must(host.context.networks(model))) {
            TensorMap inputs;
            for (const NetworkShape& input : network.inputs)
                inputs.emplace(input.name, uniform(with_batch(3, input.shape), uint32_t(inputs.size())));
            std::vector<std::string> layers = names(network.layers);
            layers.emplace_back();
            for (const std::string& layer : layers) {
                CAPTURE(network.name);
                CAPTURE(layer);
                const GeneratorQuery query{
                    .model = model, .batch = 3, .targets = 0, .network = network.name, .layer = layer};
                CHECK(must(host.context.plan(query)).total > 0);
                const Handle generator = must(host.context.create_generator(query));
                host.warm_up();
                CHECK(run(host, generator, inputs) == whole.run(network.name, inputs, layer));
                must(host.context.release(generator));
            }
        }
    }
}

TEST_CASE("a layer without a network is one of the samples', whose seed and controls count") {
    const std::vector<std::byte> file = file_of(model_of("dcgan", tiny_settings()));
    WholeRuns whole(trained_of(file));
    Host host;
    const Handle model = must(host.context.load_model({.data = file}));
    const auto make = [&](std::string_view layer) {
        return must(host.context.create_generator(
            {.model = model, .batch = 2, .targets = 0, .layer = std::string(layer)}));
    };
    const Handle inner = make("main.3"), last = make("main.7");
    host.warm_up();
    const TensorMap rows{{"z", uniform(Shape{2, 8, 1, 1}, 3)}};
    CHECK(run(host, inner, rows) == whole.run("G", rows, "main.3"));
    must(host.context.set_control(last, "z.1", 0.5));
    const auto samples = whole.inference->sample(2, 7, {{"z.1", 0.5}});
    REQUIRE(samples.ok());
    CHECK(run(host, last, {}, 7) == samples->values);
    CHECK(run(host, inner, {}, 7) != run(host, inner, {}, 8));
}

TEST_CASE("a network's index input takes whole numbers") {
    Model model = model_of("dcgan", tiny_settings());
    vkgan::Network table{.name = "E", .inputs = {{"c", {}, "index"}}, .layers = {}};
    table.layers = {{"embedding", "rows", {}, {{"count", 5.0}, {"features", 3.0}}}};
    model.networks.push_back(table);
    const std::vector<std::byte> file = file_of(model);
    WholeRuns whole(trained_of(file));
    Host host;
    const Handle handle = must(host.context.load_model({.data = file}));
    const Handle generator =
        must(host.context.create_generator({.model = handle, .batch = 4, .targets = 0, .network = "E"}));
    host.warm_up();
    const TensorMap classes{{"c", Tensor(Shape{4}, {4, 0, 2, 2})}};
    const std::vector<float> rows = run(host, generator, classes);
    CHECK(rows == whole.run("E", classes));
    CHECK(std::equal(rows.begin() + 6, rows.begin() + 9, rows.begin() + 9));
    CHECK(rows[0] != rows[3]);
    const std::array half{0.0f, 0.5f, 1.0f, 2.0f};
    const std::array<Input, 1> inputs{Input{"c", half}};
    const auto refused = host.context.generate(generator, {.inputs = inputs, .readback = true});
    CHECK(reason(refused) == Reason::invalid_argument);
    CHECK(contains(refused.failure().message, "\"c\""));
    CHECK(contains(refused.failure().message, "0.5"));
}

TEST_CASE("a network without parameters runs as any other") {
    Model model = model_of("dcgan", tiny_settings());
    vkgan::Network flat{.name = "F", .inputs = {{"x", {2, 3, 1}}}, .layers = {{"flatten", "flat", {}, {}}}};
    model.networks.push_back(flat);
    const std::vector<std::byte> file = file_of(model);
    Host host;
    const Handle handle = must(host.context.load_model({.data = file}));
    CHECK(must(host.context.networks(handle)).at(2).parameters == 0);
    const Handle generator =
        must(host.context.create_generator({.model = handle, .batch = 4096, .targets = 0, .network = "F"}));
    host.warm_up();
    const TensorMap x{{"x", uniform(Shape{4096, 2, 3, 1}, 1)}};
    CHECK(run(host, generator, x) == x.at("x").values);
}

TEST_CASE("networks of a training run with the weights that it publishes, averages and buffers as well") {
    const Pictures pictures;
    Host host;
    const Handle model = must(host.context.load_model({.recipe = "dcgan", .settings = tiny_settings()}));
    const Handle training = begin(host, pictures);
    GeneratorQuery query{.model = model, .training = training, .batch = 4, .targets = 0, .network = "D"};
    const Handle d = must(host.context.create_generator(query));
    query.network = "G";
    query.layer = "main.4";  // a batch norm
    const Handle g = must(host.context.create_generator(query));
    host.warm_up();
    const TensorMap images{{"image", uniform(Shape{4, 3, 16, 16}, 1)}}, z{{"z", uniform({4, 8, 1, 1}, 2)}};
    const std::vector<Input> given = inputs_of(images);
    CHECK(reason(host.context.generate(d, {.inputs = given, .readback = true})) == Reason::not_ready);
    std::vector<float> before;
    for (const int64_t count : {1, 4}) {
        CAPTURE(count);
        host.train(training, count);
        must(host.context.publish(training));
        const Handle snapshot = must(host.context.snapshot(training));
        host.frames_until(snapshot, training, count);
        const TrainedModel trained = trained_of(host.read(snapshot, ReadAs::bytes));
        const Tensor& mean = trained.variables.at("D.main.3.running_mean");
        CHECK(std::ranges::none_of(mean.values, [](float x) { return x == 0; }));
        WholeRuns whole(trained);
        const Handle ticket = must(host.context.generate(d, {.inputs = given, .readback = true}));
        host.frames_until(ticket);
        CHECK(must(host.context.poll(ticket)).steps == count);
        const std::vector<float> scores = numbers(host, ticket);
        CHECK(scores == whole.run("D", images));
        CHECK(run(host, g, z) == whole.run("G", z, "main.4"));
        CHECK(scores != before);
        before = scores;
    }
}

TEST_CASE("a toy's discriminator judges a thousand points at once, and flatten gives them back") {
    Host host;
    const Settings settings{{"dims", "2"}, {"hidden", "8"}, {"hidden_d", "8"}, {"batch", "16"}};
    const Handle model = must(host.context.load_model({.recipe = "toy", .settings = settings}));
    const Handle training = must(host.context.begin_training({.model = model, .data = "toy:ring"}));
    GeneratorQuery query{.model = model, .training = training, .batch = 1024, .targets = 0, .network = "D"};
    const Handle d = must(host.context.create_generator(query));
    query.layer = "main.0";
    const Handle flat = must(host.context.create_generator(query));
    host.warm_up();
    host.train(training, 2, unlimited_ns);
    must(host.context.publish(training));
    const Handle snapshot = must(host.context.snapshot(training));
    host.frames_until(snapshot, training, 2, unlimited_ns);
    const TensorMap grid{{"image", uniform(Shape{1024, 2, 1, 1}, 4)}};
    const std::vector<float> heat = run(host, d, grid);
    CHECK(heat.size() == 1024);
    CHECK(heat == WholeRuns(trained_of(host.read(snapshot, ReadAs::bytes))).run("D", grid));
    CHECK(run(host, flat, grid) == grid.at("image").values);
    const int64_t staging = must(host.context.plan(query)).staging;
    query.batch = 4096;
    CHECK(must(host.context.plan(query)).staging > 3 * staging);
}

}  // namespace vkgan::test
