// Contractions on matrix units (VK_KHR_cooperative_matrix), where the test device and the build have them.
// SPDX-License-Identifier: MIT
#include "tests/ops/case_runs.hpp"
#include "tests/support/run_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace vkgan::test {

namespace {

bool has_units() { return half_input_device().traits().matrix_units.m > 0; }

// Where there are none the other kernels serve, and the reason is told.
void check_without_units() {
    CHECK(!half_input_device().capabilities().uses(Optional::cooperative_matrix));
    CHECK(!half_input_device().capabilities()[Optional::cooperative_matrix].reason.empty());
}

// Values below 2^-14 are subnormal in float16 and a driver may flush them: the bound below holds without
// them.
DoubleTensorMap without_subnormals(DoubleTensorMap tensors) {
    for (auto& [name, tensor] : tensors)
        for (double& value : tensor.values)
            if (std::fabs(value) < 0x1p-14) value = 0;
    return tensors;
}

TensorMap narrow(const DoubleTensorMap& tensors) {
    TensorMap result;
    for (const auto& [name, t] : tensors)
        result[name] = {t.shape, std::vector<float>(t.values.begin(), t.values.end())};
    return result;
}

DoubleTensor reference_y(const Graph& graph, const DoubleTensorMap& inputs) {
    DoubleTensorMap variables;
    auto result = run_reference(graph, inputs, variables);
    REQUIRE_MESSAGE(result.ok(), result.error().message);
    return result->outputs.at("y");
}

DoubleTensorMap magnitudes(DoubleTensorMap tensors) {
    for (auto& [name, tensor] : tensors)
        for (double& value : tensor.values) value = std::fabs(value);
    return tensors;
}

// Tolerance. Each factor is rounded to float16, by 2^-11 of itself at most, so a product a b is off by
// (2 2^-11 + 2^-22) |a b|. Products of float16 are exact in float32; a sum of n of them is off by at most
// n 2^-24 sum |a b|. Contractions are linear in both operands with coefficients that are not negative, so
// their reference on the magnitudes of the operands gives sum |a b| of every element.
// Returns the largest error, in bounds.
double check_bound(const OpCase& c) {
    CAPTURE(title(c));
    const DoubleTensorMap inputs = without_subnormals(prepare_case(c).inputs);
    Graph graph;
    graph.mark_output("y", c.build(graph));
    TensorMap variables;
    const auto outputs = run_on_device(half_input_device(), graph, narrow(inputs), variables);
    REQUIRE_MESSAGE(outputs.ok(), outputs.error().message);
    int64_t terms = 0;  // no sum has more than an operand has elements
    for (const auto& [name, tensor] : inputs) terms = std::max(terms, tensor.shape.element_count());
    const double relative = 2 * 0x1p-11 + 0x1p-22 + double(terms) * 0x1p-24;
    const DoubleTensor expected = reference_y(graph, inputs), sums = reference_y(graph, magnitudes(inputs));
    const Tensor& actual = outputs->at("y");
    REQUIRE(actual.values.size() == expected.values.size());
    double worst = 0;
    for (size_t i = 0; i < expected.values.size(); ++i) {
        const double error = std::fabs(double(actual.values[i]) - expected.values[i]);
        const double allowed = relative * sums.values[i];
        worst = error <= allowed ? std::max(worst, allowed > 0 ? error / allowed : 0) : INFINITY;
    }
    CHECK(worst <= 1);
    return worst;
}

// Shaders of a graph's plan for a device with matrix units of this size.
std::vector<std::string> shaders_of(const Graph& graph, const MatrixUnits& units) {
    DeviceTraits traits;
    traits.family = Family::tile;
    traits.half_inputs = true;
    traits.shared_bytes = 32768;
    traits.max_invocations = 1024;
    traits.matrix_units = units;
    const std::array graphs{&graph};
    const auto layout = lay_out_variables(graphs, traits.offset_alignment);
    REQUIRE(layout.ok());
    const auto plan = make_plan(graph, *layout, {.device = traits});
    REQUIRE_MESSAGE(plan.ok(), plan.error().message);
    std::vector<std::string> shaders;
    for (const PlannedKernel& kernel : plan->kernels) shaders.push_back(kernel.shader);
    return shaders;
}

Graph convolution_and_gradients() {
    Graph graph;
    const Value x = graph.input("x", {2, 6, 5, 7}), w = graph.input("w", {9, 6, 3, 3});
    const Value y = op::leaky_relu(op::conv2d(x, w, {.pad = 1}), 0.2);
    graph.mark_output("y", y);
    graph.mark_output("dx", op::conv2d_grad_input(y, w, 5, 7, {.pad = 1}));
    graph.mark_output("dw", op::conv2d_grad_weight(x, y, 3, 3, {.pad = 1}));
    return graph;
}

}  // namespace

TEST_CASE("matrix units do forward, both gradients and the epilogue where a device has them") {
    const std::vector<std::string> with = shaders_of(convolution_and_gradients(), {16, 16, 16, 32});
    for (const char* shader :
         {"conv2d:forward_matrix_s4", "conv2d:input_matrix", "conv2d_grad_weight:matrix"}) {
        CAPTURE(shader);
        CHECK(std::ranges::count(with, shader) == 1);
    }
    for (const std::string& shader : shaders_of(convolution_and_gradients(), {})) {
        CAPTURE(shader);
        CHECK(shader.find("matrix") == std::string::npos);
    }
}

TEST_CASE("every contraction on matrix units is the reference but for the rounding of its factors") {
    if (!has_units()) return check_without_units();
    double worst = 0;
    for (const OpCase& c : contraction_cases()) worst = std::max(worst, check_bound(c));
    CHECK(worst > 1.0 / 16);  // float32 factors would be far below: it was matrix units that ran
}

TEST_CASE("larger tiles of matrix units, ragged at every edge, are the reference, too") {
    if (!has_units()) return check_without_units();
    const OpCase product{"matmul", "large", [](Graph& g) {
                             return op::matmul(g.input("a", {1500, 37}), g.input("b", {37, 1101}));
                         }};
    const OpCase transposed{"matmul", "large, a transposed", [](Graph& g) {
                                return op::matmul(g.input("a", {37, 1500}), g.input("b", {37, 1101}), true);
                            }};
    for (const OpCase& c : {product, transposed}) check_bound(c);
}

TEST_CASE("an epilogue on matrix units changes no bit of what a kernel of its own would give") {
    if (!has_units()) return check_without_units();
    const Graph graph = convolution_and_gradients();
    Numbers numbers("epilogue");
    TensorMap inputs, variables;
    for (const auto& [name, shape] : {std::pair{"x", Shape{2, 6, 5, 7}}, std::pair{"w", Shape{9, 6, 3, 3}}}) {
        const DoubleTensor tensor = numbers.tensor(shape, -1, 1);
        inputs[name] = {shape, std::vector<float>(tensor.values.begin(), tensor.values.end())};
    }
    const PlanOptions apart{.device = half_input_device().traits(), .fuse = false};
    const auto fused = run_on_device(half_input_device(), graph, inputs, variables);
    const auto unfused = run_on_device(half_input_device(), graph, inputs, variables, &apart);
    REQUIRE_MESSAGE(fused.ok(), fused.error().message);
    REQUIRE_MESSAGE(unfused.ok(), unfused.error().message);
    for (const auto& [name, tensor] : *fused) {
        CAPTURE(name);
        const Tensor& other = unfused->at(name);
        REQUIRE(tensor.values.size() == other.values.size());
        CHECK(std::memcmp(tensor.values.data(), other.values.data(), tensor.values.size() * sizeof(float)) ==
              0);
    }
}

}  // namespace vkgan::test
