// Whole training steps against PyTorch: WGAN-GP's critic with its penalty and Adam step, and R1 with softplus
// losses.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"
#include "host/io/safetensors.hpp"
#include "host/ops/ops.hpp"
#include "host/reference/interpreter.hpp"
#include "tests/support/run_graph.hpp"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

namespace vkgan::test {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct Step {
    TensorMap inputs, weights, expected;  // expected: gradients "grad.*", weights after the step "after.*"
    json info;
};

TensorMap load(const fs::path& path, const std::string& prefix = "") {
    TensorMap tensors;
    const Result<TensorFile> file = read_safetensors(path);
    REQUIRE_MESSAGE(file.ok(), file.error().message);
    for (const auto& [name, stored] : file->tensors) tensors[prefix + name] = *stored.to_f32();
    return tensors;
}

// Empty inputs, with a reason printed, where the data is absent.
Step load_step(const std::string& name) {
    const fs::path folder = fs::path(VKGAN_SHARED_DIR) / "data" / "reference" / name;
    if (!fs::exists(folder)) {
        MESSAGE("not checked: there is no folder " << folder.string());
        return {};
    }
    Step step{load(folder / "inputs.safetensors"),
              load(folder / "init.safetensors"),
              load(folder / "grads.safetensors"),
              {}};
    if (fs::exists(folder / "after_step1.safetensors"))
        step.expected.merge(load(folder / "after_step1.safetensors", "after."));
    step.info = json::parse(std::ifstream(folder / "info.json"));
    return step;
}

// The critic's parameters as variables, and its layers as info.json lists them.
struct Critic {
    std::vector<std::string> names;
    std::vector<int32_t> variables;
    std::vector<Value> values;

    Critic(Graph& g, const TensorMap& weights) {
        for (const auto& [name, tensor] : weights) {
            names.push_back(name);
            variables.push_back(
                g.declare_variable({.name = name, .group = "D.parameters", .shape = tensor.shape}));
            values.push_back(g.read(variables.back()));
        }
    }

    Value parameter(std::string_view name) const {
        return values[size_t(std::ranges::find(names, name) - names.begin())];
    }

    Value operator()(Value x) const {
        for (const char* const layer : {"m.0", "m.2", "m.4"}) {
            const Value bias = parameter(std::string(layer) + ".bias");
            const Value y = op::conv2d(x, parameter(std::string(layer) + ".weight"), {.stride = 2, .pad = 1});
            x = op::leaky_relu(y + op::reshape(bias, {1, bias.shape()[0], 1, 1}), 0.2);
        }
        const Value flat = op::reshape(x, {x.shape()[0], x.shape().element_count() / x.shape()[0]});
        return op::matmul(flat, parameter("m.7.weight"), false, true) + parameter("m.7.bias");
    }
};

void mark_gradients(Graph& g, const Critic& critic, Value loss, const std::string& prefix) {
    const std::vector<Value> gradients = differentiate(loss, critic.values);
    for (size_t i = 0; i < gradients.size(); ++i) g.mark_output(prefix + critic.names[i], gradients[i]);
}

void add_adam(Graph& g, const Critic& critic, Value loss, const json& adam) {
    std::vector<int32_t> first, second;
    for (size_t i = 0; i < critic.names.size(); ++i) {
        const Shape shape = critic.values[i].shape();
        first.push_back(g.declare_variable({.name = "m/" + critic.names[i], .group = "m", .shape = shape}));
        second.push_back(g.declare_variable({.name = "v/" + critic.names[i], .group = "v", .shape = shape}));
    }
    const double beta1 = adam["b1"], beta2 = adam["b2"];
    const Value lr = op::constant(g, adam["lr"]);
    const Value c1 = op::constant(g, 1 / (1 - beta1)), c2 = op::constant(g, 1 / (1 - beta2));
    op::adam(g, {critic.variables, first, second}, differentiate(loss, critic.values), lr, c1, c2,
             {.beta1 = beta1, .beta2 = beta2, .eps = adam["eps"]});
}

// Gulrajani et al. 2017, Alg. 1.
void build_wgangp(Graph& g, const Step& step) {
    const Critic critic(g, step.weights);
    const Shape shape = step.inputs.at("real").shape;
    const Value real = g.input("real", shape), fake = g.input("fake", shape);
    const Value eps = g.input("eps", step.inputs.at("eps").shape);
    const Value interpolated = eps * real + (-eps + 1.0) * fake;
    const Value slope = differentiate(op::sum_all(critic(interpolated)), std::array{interpolated})[0];
    const Value norm = op::sqrt(op::reduce_sum(op::square(slope), std::array{1, 2, 3}));
    const Value penalty = op::mean_all(op::square(norm - 1.0)) * step.info["lambda_gp"].get<double>();
    const Value loss = op::mean_all(critic(fake)) - op::mean_all(critic(real)) + penalty;
    g.mark_output("gp", penalty);
    g.mark_output("loss", loss);
    mark_gradients(g, critic, loss, "grad.");
    mark_gradients(g, critic, penalty, "grad_gp.");
    add_adam(g, critic, loss, step.info["adam"]);
}

// Mescheder et al. 2018: R1.
void build_r1(Graph& g, const Step& step) {
    const Critic critic(g, step.weights);
    const Shape shape = step.inputs.at("real").shape;
    const Value real = g.input("real", shape), fake = g.input("fake", shape);
    const Value on_real = critic(real);
    const Value slope = differentiate(op::sum_all(on_real), std::array{real})[0];
    const Value squares = op::reduce_sum(op::square(slope), std::array{1, 2, 3});
    const Value penalty = op::mean_all(squares) * (step.info["gamma"].get<double>() / 2);
    const Value loss =
        op::mean_all(op::softplus(critic(fake))) + op::mean_all(op::softplus(-on_real)) + penalty;
    g.mark_output("r1", penalty);
    g.mark_output("loss", loss);
    mark_gradients(g, critic, loss, "grad.");
}

// Allowed: `multiple` of PyTorch's own float32 error, and the last place of the stored numbers. A parameter
// whose float32 result happens to be exact (a gradient of 0) still gets 10 roundings of a sum of terms of
// size 1.
double allowed(const Step& step, const std::string& name, const Tensor& expected, double multiple) {
    double largest = 0;
    for (const float value : expected.values) largest = std::max(largest, std::fabs(double(value)));
    const bool weight = name.starts_with("after.");
    const json& bounds = step.info[weight ? "weights_f32_vs_f64" : "grads_f32_vs_f64"];
    const std::string key = weight ? name.substr(6) : name;
    const double bound = bounds.contains(key) ? bounds[key]["max_abs"].get<double>() : 0;
    return multiple * (bound + largest * 0x1p-24) + 10 * 0x1p-24 * (multiple > 2 ? 1 : 0);
}

template <class Element>
void compare(const Step& step, const std::string& name, const BasicTensor<Element>& actual, double multiple) {
    const auto it = step.expected.find(name);
    if (it == step.expected.end()) return;
    double worst = 0;
    for (size_t i = 0; i < actual.values.size(); ++i) {
        const double error = std::fabs(double(actual.values[i]) - double(it->second.values[i]));
        worst = std::isnan(error) ? INFINITY : std::max(worst, error);
    }
    const double limit = allowed(step, name, it->second, multiple);
    CHECK_MESSAGE(worst <= limit, name, ": off by ", worst, " but ", limit, " is allowed");
}

DoubleTensorMap widen(const TensorMap& tensors) {
    DoubleTensorMap wide;
    for (const auto& [name, t] : tensors)
        wide[name] = {t.shape, std::vector<double>(t.values.begin(), t.values.end())};
    return wide;
}

void check_on_reference(const Step& step, const Graph& graph) {
    DoubleTensorMap variables = widen(step.weights);
    for (const Variable& variable : graph.variables())
        variables.try_emplace(variable.name, DoubleTensor(variable.shape));
    const auto run = run_reference(graph, widen(step.inputs), variables);
    REQUIRE_MESSAGE(run.ok(), run.error().message);
    CHECK(run->outputs.at("loss").values[0] ==
          doctest::Approx(step.info["losses_f64"]["loss"].get<double>()).epsilon(1e-7));
    for (const auto& [name, tensor] : run->outputs) compare(step, name, tensor, 1.05);
    for (const auto& [name, tensor] : variables) compare(step, "after." + name, tensor, 1.05);
}

void check_on_device(const Step& step, const Graph& graph) {
    TensorMap variables = step.weights;
    const auto outputs = run_on_device(test_device(), simplify(graph), step.inputs, variables);
    REQUIRE_MESSAGE(outputs.ok(), outputs.error().message);
    CHECK(outputs->at("loss").values[0] ==
          doctest::Approx(step.info["losses_f64"]["loss"].get<double>()).epsilon(1e-5));
    for (const auto& [name, tensor] : *outputs) compare(step, name, tensor, 10);
    for (const auto& [name, tensor] : variables) compare(step, "after." + name, tensor, 10);
}

void check(const std::string& name, void (*build)(Graph&, const Step&),
           void (*run)(const Step&, const Graph&)) {
    const Step step = load_step(name);
    if (step.inputs.empty()) return;
    Graph graph;
    build(graph, step);
    REQUIRE_MESSAGE(graph.status().ok(), graph.status().error().message);
    run(step, graph);
}

}  // namespace

TEST_CASE("the reference takes PyTorch's WGAN-GP critic step") {
    check("wgangp_plain", build_wgangp, check_on_reference);
}

TEST_CASE("the reference computes PyTorch's R1 gradients") {
    check("r1_softplus", build_r1, check_on_reference);
}

TEST_CASE("the device takes PyTorch's WGAN-GP critic step") {
    check("wgangp_plain", build_wgangp, check_on_device);
}

TEST_CASE("the device computes PyTorch's R1 gradients") { check("r1_softplus", build_r1, check_on_device); }

}  // namespace vkgan::test
