// recompute(): what gets a copy, and that the numbers stay.
// SPDX-License-Identifier: MIT
#include "host/graph/recompute.hpp"

#include "host/autodiff/autodiff.hpp"
#include "host/graph/op.hpp"
#include "host/graph/random.hpp"
#include "host/ops/ops.hpp"
#include "host/plan/plan.hpp"
#include "host/reference/interpreter.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

constexpr int layers = 12;

// Convolutions that keep the shape, each followed by (x - mean) and tanh, and the gradient by every weight.
Graph deep_graph(int64_t side) {
    Graph g;
    Value x = g.input("x", {2, 8, side, side});
    std::vector<Value> weights;
    for (int i = 0; i < layers; ++i) {
        weights.push_back(g.input("w" + std::to_string(i), {8, 8, 3, 3}));
        x = op::conv2d(x, weights.back(), {.stride = 1, .pad = 1});
        x = op::tanh(x - op::reduce_mean(x, std::array{0, 2, 3}));
    }
    const Value loss = op::mean_all(op::square(x));
    const std::vector<Value> gradients = differentiate(loss, weights);
    for (int i = 0; i < layers; ++i) g.mark_output("d" + std::to_string(i), gradients[size_t(i)]);
    return simplify(g);
}

int copies(const Graph& g, std::string_view op) {
    return int(std::ranges::count_if(g.nodes(), [&](const Node& node) {
        return node.attributes.name == "recomputed" && node.op->name == op;
    }));
}

int64_t workspace(const Graph& g) {
    const std::array graphs{&g};
    const auto layout = lay_out_variables(graphs, 16);
    REQUIRE(layout.ok());
    const auto plan = make_plan(g, *layout, {});
    REQUIRE(plan.ok());
    return plan->region_bytes[0];
}

DoubleTensorMap run(const Graph& g) {
    REQUIRE(g.status().ok());
    DoubleTensorMap inputs, none;
    uint32_t stream = 0;
    for (const Node& node : g.nodes()) {
        if (node.op != &op_def::input || inputs.contains(node.attributes.name)) continue;
        std::vector<float> values(size_t(node.shape.element_count()));
        stream = node.attributes.name == "x" ? 100 : uint32_t(std::stoi(node.attributes.name.substr(1)));
        fill_normal({}, stream, values);
        DoubleTensor tensor(node.shape);
        for (size_t i = 0; i < values.size(); ++i) tensor.values[i] = 0.1 * double(values[i]);
        inputs.emplace(node.attributes.name, std::move(tensor));
    }
    auto result = run_reference(g, inputs, none);
    REQUIRE(result.ok());
    return std::move(result->outputs);
}

void check_same(const DoubleTensorMap& a, const DoubleTensorMap& b) {
    REQUIRE(a.size() == b.size());
    for (const auto& [name, tensor] : a) {
        INFO(name);
        CHECK(tensor.values == b.at(name).values);
    }
}

}  // namespace

TEST_CASE("activations that wait for the backward pass get copies, contractions only with segments") {
    const Graph plain = deep_graph(32);
    CHECK(copies(plain, "tanh") == 0);
    // tanh's own gradient reads its result, so that nothing else of it is needed: x - mean is in no other
    // kernel's memory, and the convolution's result would have to wait instead of tanh's.
    const Graph segments = recompute(plain, Recompute::segments);
    CHECK(copies(segments, "tanh") > 0);
    CHECK(copies(segments, "conv2d") > 0);
    CHECK(copies(segments, "conv2d") < layers);
    check_same(run(plain), run(segments));
    check_same(run(plain), run(recompute(plain, Recompute::pointwise)));
    CHECK(workspace(segments) <= workspace(plain) * 3 / 4);
}

TEST_CASE("small values are not worth a copy, and without a level nothing happens") {
    const Graph small = deep_graph(4);
    CHECK(recompute(small, Recompute::segments).nodes().size() == small.nodes().size());
    const Graph plain = deep_graph(32);
    CHECK(recompute(plain, Recompute::never).dump() == plain.dump());
}

TEST_CASE("an elementwise value is copied where its operands wait anyway") {
    Graph g;
    const Value x = g.input("x", {2, 8, 32, 32});
    const Value w = g.input("w0", {8, 8, 3, 3});
    const auto conv = [&](Value v) { return op::conv2d(v, w, {.stride = 1, .pad = 1}); };
    const Value a = conv(x), y = op::relu(a), b = conv(x + 1.0), v = op::relu(b);
    const Value deep = conv(conv(conv(conv(y + v))));
    // y and v both wait for the end, and so does a, but not b.
    g.mark_output("early", conv(y) + conv(v));
    g.mark_output("late", conv(y + op::mean_all(deep)) + op::square(a));
    g.mark_output("y", conv(op::concat(std::array{y, v, deep}, 0)));
    const Graph plain = simplify(g);
    const Graph copied = recompute(plain, Recompute::pointwise);
    CHECK(copies(copied, "relu") == 1);
    check_same(run(plain), run(copied));
}

}  // namespace vkgan
