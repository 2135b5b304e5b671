// Layers: every type lowers and differentiates; numbers and shapes of those that need a word of their own.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"
#include "host/lower/network.hpp"
#include "host/ops/ops.hpp"
#include "tests/lower/reference_state.hpp"

#include <algorithm>

using namespace vkgan;

namespace {

struct Case {
    Layer layer;
    std::vector<int64_t> shape;  // of a sample of its input
    Shape result;                // with a batch of 2
    std::string type = "float";
};

const std::vector<int64_t> image{4, 6, 6}, vector{6};

const std::vector<Case> cases{
    {{"linear", "l", {}, {{"features", 3.0}}}, vector, {2, 3}},
    {{"conv", "l", {}, {{"filters", 6.0}, {"kernel", 3.0}, {"pad", 1.0}, {"groups", 2.0}}},
     image,
     {2, 6, 6, 6}},
    {{"conv",
      "l",
      {},
      {{"filters", 2.0}, {"kernel", 3.0}, {"pad", 1.0}, {"stride", 2.0}, {"pad_mode", "circular"}}},
     image,
     {2, 2, 3, 3}},
    {{"conv_transposed",
      "l",
      {},
      {{"filters", 3.0}, {"kernel", 5.0}, {"stride", 2.0}, {"pad", 2.0}, {"output_padding", 1.0}}},
     image,
     {2, 3, 12, 12}},
    {{"embedding", "l", {}, {{"count", 5.0}, {"features", 3.0}}}, {}, {2, 3}, "index"},
    {{"batch_norm", "l", {}, {}}, image, {2, 4, 6, 6}},
    {{"batch_norm", "l", {}, {{"affine", 0.0}}}, vector, {2, 6}},
    {{"conditional_batch_norm", "l", {"x", "x"}, {}}, vector, {2, 6}},
    {{"instance_norm", "l", {}, {{"affine", 1.0}}}, image, {2, 4, 6, 6}},
    {{"layer_norm", "l", {}, {}}, image, {2, 4, 6, 6}},
    {{"layer_norm", "l", {}, {}}, vector, {2, 6}},
    {{"group_norm", "l", {}, {{"groups", 2.0}}}, image, {2, 4, 6, 6}},
    {{"pixel_norm", "l", {}, {}}, image, {2, 4, 6, 6}},
    {{"minibatch_stddev", "l", {}, {{"group", 2.0}}}, image, {2, 5, 6, 6}},
    {{"relu", "l", {}, {}}, vector, {2, 6}},
    {{"leaky_relu", "l", {}, {{"slope", 0.2}}}, vector, {2, 6}},
    {{"tanh", "l", {}, {}}, vector, {2, 6}},
    {{"sigmoid", "l", {}, {}}, vector, {2, 6}},
    {{"softplus", "l", {}, {}}, vector, {2, 6}},
    {{"elu", "l", {}, {}}, vector, {2, 6}},
    {{"gelu", "l", {}, {}}, vector, {2, 6}},
    {{"maxout", "l", {}, {{"pieces", 3.0}}}, vector, {2, 2}},
    {{"scale", "l", {}, {{"factor", 2.0}, {"offset", -1.0}}}, vector, {2, 6}},
    {{"dropout", "l", {}, {{"p", 0.25}}}, vector, {2, 6}},
    {{"gaussian_noise", "l", {}, {}}, vector, {2, 6}},
    {{"upsample", "l", {}, {{"mode", "bilinear"}}}, image, {2, 4, 12, 12}},
    {{"downsample", "l", {}, {}}, image, {2, 4, 3, 3}},
    {{"downsample", "l", {}, {{"factor", 3.0}, {"mode", "max"}}}, image, {2, 4, 2, 2}},
    {{"downsample", "l", {}, {{"mode", "area"}}}, image, {2, 4, 3, 3}},
    {{"concat", "l", {"x", "x"}, {}}, image, {2, 8, 6, 6}},
    {{"add", "l", {"x", "x"}, {}}, image, {2, 4, 6, 6}},
    {{"multiply", "l", {"x", "x"}, {}}, image, {2, 4, 6, 6}},
    {{"dot", "l", {"x", "x"}, {}}, vector, {2, 1}},
    {{"pool_all", "l", {}, {{"mode", "sum"}}}, image, {2, 4}},
    {{"reshape", "l", {}, {{"shape", std::vector<double>{2, 3, 1}}}}, vector, {2, 2, 3, 1}},
    {{"flatten", "l", {}, {}}, image, {2, 144}},
};

Network network_of(const Case& c) {
    Network network;
    network.name = "N";
    network.inputs = {{"x", c.shape, c.type}};
    network.layers = {c.layer};
    return network;
}

struct Built {
    Graph graph;
    std::map<std::string, int, std::less<>> tracked;
};

// Outputs: y, loss (sum of y times input "w"), grad/x and grad/<parameter>.
void build(const Case& c, bool training, Built& built) {
    Graph& graph = built.graph;
    const Network network = network_of(c);
    int stream = 0;
    const Value x = graph.input("x", with_batch(2, c.shape), c.type == "index" ? DType::i32 : DType::f32);
    const Application application{.training = training, .stream = &stream, .batches_tracked = &built.tracked};
    const auto y = apply_network(graph, network, std::span(&x, 1), application);
    REQUIRE_MESSAGE(y.ok(), (y.ok() ? "" : y.error().message));
    CHECK(y->shape() == c.result);
    const Value loss = op::sum_all(*y * graph.input("w", y->shape()));
    graph.mark_output("y", *y);
    graph.mark_output("loss", loss);
    std::vector<Value> wrt;
    std::vector<std::string> names;
    if (c.type == "float") {
        wrt.push_back(x);
        names.push_back("x");
    }
    for (size_t i = 0; i < graph.variables().size(); ++i) {
        if (graph.variables()[i].group != "N.parameters") continue;
        wrt.push_back(graph.read(int32_t(i)));
        names.push_back(graph.variables()[i].name);
    }
    const std::vector<Value> gradients = differentiate(loss, wrt);
    for (size_t i = 0; i < names.size(); ++i) graph.mark_output("grad/" + names[i], gradients[i]);
    REQUIRE_MESSAGE(graph.status().ok(), (graph.status().ok() ? "" : graph.status().error().message));
}

struct State {
    DoubleTensorMap inputs, variables;
};

State state_of(const Graph& graph) {
    State state;
    state.inputs["random_key"] = DoubleTensor(Shape{4}, std::vector<double>{3, 0, 1, 0});
    fill_inputs(graph, state.inputs);
    double k = 0;
    for (const Variable& v : graph.variables()) {
        DoubleTensor tensor(v.shape);
        const double base = v.name.ends_with("running_var") ? 1 : 0;
        for (double& x : tensor.values) x = base + 0.4 * std::sin(k += 1.3);
        state.variables[v.name] = tensor;
    }
    return state;
}

DoubleTensorMap run(const Graph& graph, const State& state) {
    DoubleTensorMap variables = state.variables;
    auto result = run_reference(graph, state.inputs, variables);
    REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error().message));
    return std::move(result->outputs);
}

// Central differences with a step of 1e-5 leave about 1e-9 of truncation and rounding for values around one.
void check_gradient(const Graph& graph, const State& state, const std::string& name) {
    const DoubleTensor gradient = run(graph, state).at("grad/" + name);
    for (size_t i = 0; i < gradient.values.size(); i += 1 + gradient.values.size() / 7) {
        double loss[2];
        for (const int side : {0, 1}) {
            State moved = state;
            DoubleTensor& tensor = name == "x" ? moved.inputs.at(name) : moved.variables.at(name);
            tensor.values[i] += side == 0 ? -1e-5 : 1e-5;
            loss[side] = run(graph, moved).at("loss").values[0];
        }
        CAPTURE(name);
        CAPTURE(i);
        CHECK(gradient.values[i] == doctest::Approx((loss[1] - loss[0]) / 2e-5).epsilon(1e-6));
    }
}

}  // namespace

TEST_CASE("every layer type lowers, and its gradients are those of central differences") {
    std::vector<std::string> untested = layer_type_names();
    for (const Case& c : cases) {
        CAPTURE(c.layer.type);
        std::erase(untested, c.layer.type);
        for (const bool training : {true, false}) {
            CAPTURE(training);
            Built built;
            build(c, training, built);
            const State state = state_of(built.graph);
            if (c.type == "float") check_gradient(built.graph, state, "x");
            for (const Variable& v : built.graph.variables()) {
                if (v.group == "N.parameters") check_gradient(built.graph, state, v.name);
            }
        }
    }
    CHECK(untested == std::vector<std::string>{});
}

TEST_CASE("batch norm normalises by the batch's statistics and moves the running ones by a tenth") {
    Built built;
    build({{"batch_norm", "l", {}, {{"affine", 0.0}}}, {1}, {2, 1}}, true, built);
    CHECK(built.tracked.at("N.l") == 1);
    State state = state_of(built.graph);
    state.inputs["x"] =
        DoubleTensor(Shape{2, 1}, std::vector<double>{1, 5});  // mean 3, biased variance 4, unbiased 8
    state.variables["N.l.running_mean"].values = {10};
    state.variables["N.l.running_var"].values = {1};
    auto result = run_reference(built.graph, state.inputs, state.variables);
    REQUIRE(result.ok());
    CHECK(result->outputs.at("y").values[0] == doctest::Approx(-2 / std::sqrt(4 + 1e-5)));
    CHECK(state.variables["N.l.running_mean"].values[0] == doctest::Approx(0.9 * 10 + 0.1 * 3));
    CHECK(state.variables["N.l.running_var"].values[0] == doctest::Approx(0.9 * 1 + 0.1 * 8));
}

TEST_CASE("batch norm in inference uses the running statistics and leaves them") {
    Built built;
    build({{"batch_norm", "l", {}, {{"affine", 0.0}}}, {1}, {2, 1}}, false, built);
    State state = state_of(built.graph);
    state.inputs["x"] = DoubleTensor(Shape{2, 1}, std::vector<double>{1, 5});
    state.variables["N.l.running_mean"].values = {1};
    state.variables["N.l.running_var"].values = {4};
    const DoubleTensorMap outputs = run(built.graph, state);
    CHECK(outputs.at("y").values[0] == 0);
    CHECK(outputs.at("y").values[1] == doctest::Approx(4 / std::sqrt(4 + 1e-5)));
}

TEST_CASE("dropout drops the asked share and scales the rest, differently in every application") {
    Graph graph;
    const Case c{{"dropout", "l", {}, {{"p", 0.2}}}, {20000}, {2, 20000}};
    const Network network = network_of(c);
    int stream = 0;
    const Application application{.training = true, .stream = &stream};
    const Value x = graph.input("x", Shape{2, 20000});
    graph.mark_output("a", *apply_network(graph, network, std::span(&x, 1), application));
    graph.mark_output("b", *apply_network(graph, network, std::span(&x, 1), application));
    State state = state_of(graph);
    for (double& value : state.inputs.at("x").values) value = 1;
    const DoubleTensorMap outputs = run(graph, state);
    const auto& a = outputs.at("a").values;
    const auto& b = outputs.at("b").values;
    const auto dropped = std::ranges::count(a, 0.0);
    CHECK(std::abs(double(dropped) - 0.2 * 40000) < 4 * std::sqrt(40000 * 0.2 * 0.8));  // four deviations
    CHECK(std::ranges::count(a, 1.25) + dropped == 40000);
    CHECK(a != b);
    CHECK(stream == 2);
}

TEST_CASE("a label's features become planes beside an image") {
    Network network;
    network.name = "N";
    network.inputs = {{"x", {1, 2, 2}}, {"label", {3}}};
    network.layers = {{"concat", "joined", {"x", "label"}, {}}};
    Graph graph;
    const std::vector<Value> inputs{graph.input("x", Shape{2, 1, 2, 2}), graph.input("label", Shape{2, 3})};
    const auto y = apply_network(graph, network, inputs, {});
    REQUIRE(y.ok());
    CHECK(y->shape() == Shape{2, 4, 2, 2});
}

TEST_CASE("parameters are declared in layer order with PyTorch's fans and starts") {
    Network network;
    network.name = "N";
    network.inputs = {{"x", {4, 6, 6}}};
    network.layers = {{"conv_transposed", "up", {}, {{"filters", 3.0}, {"kernel", 2.0}}},
                      {"batch_norm", "bn", {}, {}}};
    network.initialisers["batch_norm.weight"] = {"normal", 1, 0.02};
    network.initialisers["up.bias"] = {"constant", 7, 0};
    const auto variables = network_variables(network, 2);
    REQUIRE(variables.ok());
    std::vector<std::string> names;
    for (const NetworkVariable& v : *variables) names.push_back(v.variable.name + " " + v.variable.group);
    CHECK(names == std::vector<std::string>{"N.up.weight N.parameters", "N.up.bias N.parameters",
                                            "N.bn.weight N.parameters", "N.bn.bias N.parameters",
                                            "N.bn.running_mean N.buffers", "N.bn.running_var N.buffers"});
    CHECK((*variables)[0].start.fan_in == 3 * 2 * 2);
    CHECK((*variables)[0].start.initialiser.kind == "kaiming_uniform");
    CHECK((*variables)[1].start.initialiser.a == 7);
    CHECK((*variables)[2].start.initialiser.b == 0.02);
    CHECK((*variables)[5].start.fill == 1);
}

TEST_CASE("mistakes in layers name the network, the layer and what would be right") {
    const auto failure = [](Layer layer, std::vector<int64_t> shape, int batch = 2) {
        Network network = network_of({std::move(layer), std::move(shape), {}});
        const auto variables = network_variables(network, batch);
        REQUIRE(!variables.ok());
        CHECK(is_bad_input(variables.error().code));
        return variables.error().message;
    };
    CHECK(failure({"linaer", "l", {}, {}}, vector) ==
          "network N, layer l (linaer): unknown layer type \"linaer\"; did you mean \"linear\"?");
    CHECK(failure({"linear", "l", {}, {{"feature", 3.0}}}, vector) ==
          "network N, layer l (linear): unknown option \"feature\"; did you mean \"features\"?");
    CHECK(failure({"linear", "l", {}, {}}, vector) ==
          "network N, layer l (linear): option features is missing");
    CHECK(failure({"linear", "l", {}, {{"features", 2.5}}}, vector) ==
          "network N, layer l (linear), option features: 2.5 is not a whole number");
    CHECK(failure({"linear", "l", {}, {{"features", 1e9}}}, vector).find("is not from 1 to 1048576") !=
          std::string::npos);
    CHECK(
        failure({"linear", "l", {}, {{"features", 3.0}}}, image).find("a flatten layer before it would do") !=
        std::string::npos);
    CHECK(failure({"conv", "l", {}, {{"filters", 3.0}, {"kernel", 3.0}, {"pad_mode", "mirror"}}}, image)
              .find("known are zero, reflect, replicate, circular") != std::string::npos);
    CHECK(failure({"conv", "l", {}, {{"filters", 3.0}, {"kernel", 3.0}, {"groups", 2.0}}}, image)
              .find("2 groups do not divide 4 input channels and 3 filters") != std::string::npos);
    CHECK(failure({"conv", "l", {}, {{"filters", 3.0}, {"kernel", 9.0}}}, image)
              .find("network N, layer l (conv): ") == 0);
    CHECK(failure({"maxout", "l", {}, {{"pieces", 4.0}}}, vector).find("4 pieces do not divide 6 features") !=
          std::string::npos);
    CHECK(failure({"relu", "l", {"x", "x"}, {}}, vector).find("reads 2 values but takes 1 to 1") !=
          std::string::npos);
    CHECK(failure({"downsample", "l", {}, {{"factor", 64.0}}}, image).find("cannot shrink") !=
          std::string::npos);
}

TEST_CASE("a small file that asks for a huge network is refused") {
    Network network;
    network.name = "N";
    network.inputs = {{"x", {1, 8, 8}}};
    for (int i = 0; i < 12; ++i) {
        network.layers.push_back({"upsample", "up" + std::to_string(i), {}, {{"factor", 64.0}}});
    }
    const auto large = network_variables(network, 2);
    REQUIRE(!large.ok());
    CHECK(large.error().message.find("network N, layer up1 (upsample): ") == 0);
    network.layers = {{"linear", "a", {}, {{"features", 1048576.0}}}};
    network.inputs = {{"x", {1 << 20}}};
    const auto wide = network_variables(network, 2);
    REQUIRE(!wide.ok());
    CHECK(wide.error().message.find("N.a.weight would have 1099511627776 elements") != std::string::npos);
}
