// What tests of lowering share: variables of a lowered model filled by rule, and one run of a phase in the
// interpreter.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/op.hpp"
#include "host/lower/lower.hpp"
#include "host/reference/interpreter.hpp"

#include <doctest/doctest.h>

#include <cmath>

namespace vkgan {

// Parameters get small irregular numbers, the rest what their start says.
inline void fill_variables(const LoweredModel& model, DoubleTensorMap& variables) {
    double k = 0;
    for (const LoweredPhase& phase : model.phases) {
        for (const Variable& v : phase.graph.variables()) {
            if (variables.contains(v.name)) continue;
            DoubleTensor tensor(v.shape);
            for (const VariableStart& start : model.variables) {
                if (start.name != v.name) continue;
                for (double& x : tensor.values) x = start.parameter ? 0.3 * std::sin(k += 1.7) : start.fill;
                if (!start.copy_of.empty() && variables.contains(start.copy_of))
                    tensor = variables[start.copy_of];
            }
            variables[v.name] = std::move(tensor);
        }
    }
}

inline void set_scalars(const LoweredPhase& phase, int step, DoubleTensorMap& inputs) {
    for (const Scalar& scalar : phase.scalars) {
        double value = scalar.value;
        if (scalar.kind == "adam_c1") value = 1 / (1 - std::pow(0.5, step));
        if (scalar.kind == "adam_c2") value = 1 / (1 - std::pow(0.999, step));
        inputs[scalar.input] = DoubleTensor({}, std::vector<double>{value});
    }
    inputs["random_key"] = DoubleTensor(Shape{4}, std::vector<double>{1, 0, double(step), 0});
}

// Every input that the graph has and `inputs` lacks gets irregular numbers in [-1, 1].
inline void fill_inputs(const Graph& graph, DoubleTensorMap& inputs) {
    double k = 0;
    for (const Node& node : graph.nodes()) {
        if (node.op->name != "input" || inputs.contains(node.attributes.name)) continue;
        DoubleTensor tensor(node.shape);
        for (double& x : tensor.values) x = node.type == DType::i32 ? 0 : std::sin(k += 2.3);
        inputs[node.attributes.name] = std::move(tensor);
    }
}

inline DoubleTensorMap run_phase(const LoweredPhase& phase, int step, DoubleTensorMap inputs,
                                 DoubleTensorMap& variables) {
    set_scalars(phase, step, inputs);
    fill_inputs(phase.graph, inputs);
    auto run = run_reference(phase.graph, inputs, variables);
    REQUIRE_MESSAGE(run.ok(), (run.ok() ? "" : run.error().message));
    return std::move(run->outputs);
}

}  // namespace vkgan
