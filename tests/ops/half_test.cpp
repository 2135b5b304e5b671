// Mixed precision, kernel by kernel: float16 operands give what the reference gives on the same rounded
// numbers.
// SPDX-License-Identifier: MIT
#include "host/graph/op.hpp"
#include "tests/ops/case_bounds.hpp"
#include "tests/support/half_numbers.hpp"
#include "tests/support/run_graph.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

namespace vkgan::test {

namespace {

constexpr size_t cases_per_graph = 24;

// A case whose inputs are numbers that float16 holds, behind copies, so that the op finds them as float16;
// and whose outputs are copies, so that the op's own result is float16.
struct HalfRun {
    CaseRun run;
    int roundings = 0;  // of "y" and what it is computed by: 1 where the case is the op alone
};

bool is_leaf(const Node& node) { return node.op == &op_def::input || node.op == &op_def::read; }

// A node of its own, which op::scale would spare itself.
Value copied(Value x) { return op::pointwise("scale", std::array{x}, 1); }

// Nodes besides leaves that the output is computed by.
int count_nodes(const Graph& graph, std::string_view output) {
    std::set<int32_t> needed;
    for (const auto& [name, index] : graph.outputs())
        if (name == output) needed.insert(index);
    int count = 0;
    for (int32_t i = int32_t(graph.nodes().size()); i-- > 0;) {
        const Node& node = graph.nodes()[size_t(i)];
        if (!needed.contains(i) || is_leaf(node)) continue;
        ++count;
        needed.insert(node.inputs.begin(), node.inputs.end());
    }
    return count;
}

HalfRun prepare(const OpCase& c) {
    HalfRun half{prepare_case(c)};
    const Graph& plain = *half.run.graph;
    half.roundings = count_nodes(plain, "y");
    for (auto& [name, tensor] : half.run.inputs)
        for (double& value : tensor.values) value = rounded_to_half(value);
    auto graph = std::make_unique<Graph>();
    for (const Variable& variable : plain.variables()) graph->declare_variable(variable);
    std::vector<Value> values;
    for (const Node& node : plain.nodes()) {
        std::vector<Value> inputs;
        for (const int32_t input : node.inputs) inputs.push_back(values[size_t(input)]);
        if (node.op == &op_def::input) {
            const Value value = graph->input(node.attributes.name, node.shape, node.type);
            values.push_back(node.type == DType::f32 ? copied(value) : value);
        } else if (node.op == &op_def::read) {
            values.push_back(graph->read(node.variables[0]));
        } else {
            values.push_back(graph->add(*node.op, inputs, node.attributes, node.variables));
        }
    }
    for (const auto& [name, index] : plain.outputs()) {
        const Value value = values[size_t(index)];
        graph->mark_output(name, value.type() == DType::f32 ? copied(value) : value);
    }
    half.run.graph = std::move(graph);
    return half;
}

void compare(const OpCase& c, const HalfRun& half, const std::string& prefix, const TensorMap& outputs) {
    CaseRun run;
    run.graph = std::make_unique<Graph>();
    append_run(*run.graph, half.run, "");
    run.inputs = half.run.inputs;
    run.variables = half.run.variables;
    const std::vector<Bound> bounds = bounds_of(run);
    DoubleTensorMap variables = run.variables;
    const auto reference = run_reference(*run.graph, run.inputs, variables);
    REQUIRE_MESSAGE(reference.ok(), reference.error().message);
    for (const auto& [name, index] : run.graph->outputs()) {
        const Bound& bound = bounds[size_t(index)];
        const DoubleTensor& wanted = reference->outputs.at(name);
        const Tensor& had = outputs.at(prefix + name);
        REQUIRE(had.shape == wanted.shape);
        // As for float32 (case_bounds.hpp), and float16's rounding, 2^-11 of what is stored and 2^-25 below
        // its normal numbers: of the result alone where that is all that is rounded, else at each of `depth`
        // roundings.
        const bool alone = name == "y" && half.roundings == 1;
        const double rounding = alone ? largest(wanted) : bound.depth * bound.magnitude;
        const double allowed =
            16 * 0x1p-24 * bound.depth * bound.magnitude + 0x1p-11 * rounding + 0x1p-25 * bound.depth;
        double worst = 0;
        for (size_t i = 0; i < wanted.values.size(); ++i) {
            const double error = std::fabs(double(had.values[i]) - wanted.values[i]);
            worst = std::isnan(error) ? INFINITY : std::max(worst, error);
        }
        CHECK_MESSAGE(worst <= allowed, title(c), ": ", name, " is off by ", worst, " but ", allowed,
                      " is allowed");
    }
}

// Files of shaders that read, and that wrote, float16.
struct Used {
    std::set<std::string> reading, writing;
};

void note(const Plan& plan, Used& used) {
    for (const PlannedKernel& kernel : plan.kernels)
        for (const PlannedBinding& binding : kernel.bindings)
            if (binding.half)
                (binding.access == Access::read ? used.reading : used.writing)
                    .insert(kernel.shader.substr(0, kernel.shader.find(':')));
}

Used run_cases(Device& device, const std::vector<OpCase>& all, bool fuse) {
    std::vector<OpCase> cases;
    for (const OpCase& c : all)
        if (!prepare_case(c).updates) cases.push_back(c);
    const PlanOptions options{
        .device = device.traits(), .fuse = fuse, .precision = Precision::mixed, .smallest_half_quads = 1};
    Used used;
    for (size_t first = 0; first < cases.size(); first += cases_per_graph) {
        const size_t count = std::min(cases_per_graph, cases.size() - first);
        Graph shared;
        std::vector<HalfRun> runs;
        TensorMap inputs, variables;
        for (size_t i = 0; i < count; ++i) {
            runs.push_back(prepare(cases[first + i]));
            const std::string prefix = "case " + std::to_string(i) + "/";
            append_run(shared, runs.back().run, prefix);
            for (auto& [name, tensor] : narrow(runs.back().run.inputs)) inputs[prefix + name] = tensor;
            for (auto& [name, tensor] : narrow(runs.back().run.variables)) variables[prefix + name] = tensor;
        }
        REQUIRE_MESSAGE(shared.status().ok(), shared.status().error().message);
        CAPTURE(title(cases[first]));
        const std::array<const Graph*, 1> laid{&shared};
        const auto layout = lay_out_variables(laid, options.device.offset_alignment);
        REQUIRE(layout.ok());
        const auto plan = make_plan(shared, *layout, options);
        REQUIRE_MESSAGE(plan.ok(), (plan.ok() ? "" : plan.error().message));
        note(*plan, used);
        const auto outputs = run_on_device(device, shared, inputs, variables, &options);
        REQUIRE_MESSAGE(outputs.ok(), outputs.error().message);
        for (size_t i = 0; i < count; ++i)
            compare(cases[first + i], runs[i], "case " + std::to_string(i) + "/", *outputs);
    }
    return used;
}

const std::set<std::string> everywhere{"broadcast", "concat",  "contraction_direct", "fir2d",
                                       "gather",    "pad2d",   "pointwise",          "pooling",
                                       "reduce",    "reindex", "resample2d"};

}  // namespace

TEST_CASE("float16 operands: every case on the direct family, each op in kernels of its own") {
    const Used used = run_cases(test_device(Family::direct), all_cases(), false);
    CHECK(used.reading == everywhere);
    std::set<std::string> writing = everywhere;
    for (const char* read_only : {"reduce", "broadcast"}) writing.erase(read_only);
    CHECK(used.writing == writing);
}

TEST_CASE("float16 operands: every case on a minimum device, fused") {
    const Used used = run_cases(minimum_profile_device(), all_cases(), true);
    CHECK(used.reading.contains("pointwise"));
    CHECK(used.writing.contains("pointwise"));
}

TEST_CASE("float16 operands: every contraction in the shuffle and tile families") {
    for (const Family family : {Family::shuffle, Family::tile}) {
        for (const bool fuse : {false, true}) {
            const Used used = run_cases(test_device(family), contraction_cases(), fuse);
            for (const char* shader : {"conv2d", "conv2d_grad_weight", "pack"})
                CHECK_MESSAGE(used.reading.contains(shader), shader);
            for (const char* shader : {"conv2d", "pack"})
                CHECK_MESSAGE(used.writing.contains(shader), shader);
        }
    }
}

TEST_CASE("what float16 cannot hold becomes infinite, what it can is kept to the last bit") {
    Graph graph;
    const Value x = graph.input("x", {2, 4});
    graph.mark_output("y", op::neg(copied(x)));
    TensorMap variables;
    const std::vector<float> numbers{65504,        65536,        -0x1p-14f, 0x1p-24f,
                                     1 + 0x1p-10f, 1 + 0x1p-12f, -1e-9f,    0};
    const TensorMap inputs{{"x", {Shape{2, 4}, numbers}}};
    const std::vector<float> wanted{65504, INFINITY, -0x1p-14f, 0x1p-24f, 1 + 0x1p-10f, 1, 0, 0};
    for (const bool texel : {false, true}) {
        Device& device = test_device();
        PlanOptions options{.device = device.traits(),
                            .fuse = false,
                            .precision = Precision::mixed,
                            .smallest_half_quads = 1};
        if (texel && !options.device.texel_loads) continue;
        options.device.texel_loads = texel;
        if (!texel) options.device.family = Family::direct;
        const auto outputs = run_on_device(device, graph, inputs, variables, &options);
        REQUIRE_MESSAGE(outputs.ok(), outputs.error().message);
        for (size_t i = 0; i < wanted.size(); ++i) {
            CAPTURE(numbers[i]);
            CHECK(-outputs->at("y").values[i] == wanted[i]);
        }
    }
}

}  // namespace vkgan::test
