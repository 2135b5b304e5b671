// Fused equals unfused bit for bit, on the device.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"
#include "host/ops/ops.hpp"
#include "tests/support/run_graph.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstring>
#include <random>

using namespace vkgan;

namespace {

Tensor noise(const Shape& shape, uint32_t seed) {
    Tensor tensor(shape);
    std::mt19937 random(seed);
    for (float& value : tensor.values) value = static_cast<float>(random() % 2001) / 1000 - 1;
    return tensor;
}

bool same_bits(const TensorMap& a, const TensorMap& b) {
    if (a.size() != b.size()) return false;
    for (const auto& [name, tensor] : a) {
        const auto other = b.find(name);
        if (other == b.end() || other->second.values.size() != tensor.values.size()) return false;
        if (std::memcmp(tensor.values.data(), other->second.values.data(),
                        tensor.values.size() * sizeof(float)) != 0)
            return false;
    }
    return true;
}

// A convolution, batch normalisation, activations, a product, a loss, gradients of everything and an Adam
// step.
struct SmallNetwork {
    Graph graph;
    TensorMap variables, inputs;
    std::vector<int32_t> parameters, first, second;

    Value parameter(const std::string& name, const Shape& shape) {
        parameters.push_back(graph.declare_variable({name, "net", shape, DType::f32}));
        variables[name] = noise(shape, static_cast<uint32_t>(parameters.size()));
        return graph.read(parameters.back());
    }
    Value input(const std::string& name, const Shape& shape, float value) {
        inputs[name] = Tensor(shape, value);
        return graph.input(name, shape);
    }
    std::vector<int32_t> moments(const std::string& group) {
        std::vector<int32_t> result;
        for (const int32_t p : parameters) {
            const Variable parameter = graph.variables()[static_cast<size_t>(p)];
            result.push_back(
                graph.declare_variable({group + "/" + parameter.name, group, parameter.shape, DType::f32}));
        }
        return result;
    }
    void build(int64_t channels) {
        Value x = graph.input("x", {3, 3, 9, 9});
        inputs["x"] = noise({3, 3, 9, 9}, 99);
        x = op::conv2d(x, parameter("w", {channels, 3, 3, 3}), {.stride = 2, .pad = 1});
        x = x + op::reshape(parameter("bias", {channels}), {1, channels, 1, 1});
        const std::array axes{0, 2, 3};
        const Value centred = x - op::reduce_mean(x, axes);
        x = centred * op::rsqrt(op::reduce_mean(op::square(centred), axes) + 1e-5);
        x = op::leaky_relu(x * op::reshape(parameter("scale", {channels}), {1, channels, 1, 1}), 0.2);
        x = op::reshape(op::reduce_sum(x, std::array{2, 3}), {3, channels});
        x = op::tanh(op::matmul(x, parameter("product", {channels, 5})));
        const Value loss = op::mean_all(op::softplus(x));
        std::vector<Value> reads;
        for (const int32_t p : parameters) reads.push_back(graph.read(p));
        const std::vector<Value> gradients = differentiate(loss, reads);
        graph.mark_output("loss", loss);
        graph.mark_output("x", x);
        first = moments("first");
        second = moments("second");
        op::adam(graph, {parameters, first, second}, gradients, input("lr", {}, 0.01f), input("c1", {}, 2),
                 input("c2", {}, 100), {});
        graph.mark_output("after", op::scale(graph.read(parameters[0]), 2));
    }
};

}  // namespace

TEST_CASE("a product of a transposed matrix keeps its quick kernel, whatever is added to it") {
    Graph graph;
    const Value a = graph.input("a", {32, 48}), b = graph.input("b", {32, 64}),
                c = graph.input("c", {48, 64});
    graph.mark_output("y", op::matmul(a, b, true) + c);
    PlanOptions options;
    options.device = test_device(Family::shuffle).traits();
    const std::array graphs{&graph};
    const auto layout = lay_out_variables(graphs, options.device.offset_alignment);
    REQUIRE(layout.ok());
    const auto plan = make_plan(graph, *layout, options);
    REQUIRE(plan.ok());
    REQUIRE(!plan->kernels.empty());
    for (const PlannedKernel& kernel : plan->kernels) CHECK(!kernel.shader.starts_with("contraction_direct"));
}

TEST_CASE("a fused step equals an unfused one bit for bit on the device") {
    for (const int64_t channels : {1, 4, 7, 16}) {
        CAPTURE(channels);
        SmallNetwork network;
        network.build(channels);
        REQUIRE(network.graph.status().ok());
        PlanOptions options{.device = test_device().traits(), .fuse = true};
        TensorMap fused_variables = network.variables, variables = network.variables;
        const auto fused =
            run_on_device(test_device(), network.graph, network.inputs, fused_variables, &options);
        REQUIRE_MESSAGE(fused.ok(), (fused.ok() ? "" : fused.error().message));
        options.fuse = false;
        const auto unfused = run_on_device(test_device(), network.graph, network.inputs, variables, &options);
        REQUIRE_MESSAGE(unfused.ok(), (unfused.ok() ? "" : unfused.error().message));
        CHECK(same_bits(*fused, *unfused));
        CHECK(same_bits(fused_variables, variables));
        CHECK_FALSE(same_bits(variables, network.variables));
    }
}

TEST_CASE("a chain that adds a sum's slices stores the sum for readers that are no chains") {
    Graph graph;
    const Value x = graph.input("x", {4, 8, 40, 40});
    const Value sum = op::reduce_sum(x, std::array{0, 2, 3}), other = graph.input("other", {1, 8, 1, 1});
    graph.mark_output("chain", op::tanh(sum * 0.01 + other));
    graph.mark_output("concat", op::concat(std::array{sum, other}, 0));
    const TensorMap inputs{{"x", noise({4, 8, 40, 40}, 1)}, {"other", noise({1, 8, 1, 1}, 2)}};
    PlanOptions options{.device = test_device().traits(), .fuse = true};
    const std::array graphs{&graph};
    const auto layout = lay_out_variables(graphs, options.device.offset_alignment);
    REQUIRE(layout.ok());
    const auto plan = make_plan(graph, *layout, options);
    REQUIRE(plan.ok());
    CHECK(plan->kernels.size() == 3);  // the slices, the chain, the concat
    TensorMap none;
    const auto fused = run_on_device(test_device(), graph, inputs, none, &options);
    options.fuse = false;
    const auto unfused = run_on_device(test_device(), graph, inputs, none, &options);
    REQUIRE(fused.ok());
    REQUIRE(unfused.ok());
    CHECK(same_bits(*fused, *unfused));
}
