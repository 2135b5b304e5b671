// Cases made runnable.
// SPDX-License-Identifier: MIT
#include "tests/ops/case_runs.hpp"

#include "host/autodiff/autodiff.hpp"
#include "host/base/hash.hpp"
#include "host/graph/op.hpp"

#include <cmath>

namespace vkgan::test {

namespace {

// <a, b>, a rank-0 value.
Value contract(Value a, Value b) { return op::sum_all(a * b); }

void add_gradients(CaseRun& run, Value y, const std::vector<Value>& inputs) {
    Graph& g = *run.graph;
    std::vector<Value> wrt = inputs;
    const Value v = g.input("v", y.shape());
    const Value s = contract(y, v);
    g.mark_output("s", s);
    const std::vector<Value> first = differentiate(s, wrt);
    Value s2 = op::constant(g, 0);
    for (size_t i = 0; i < first.size(); ++i) {
        g.mark_output("g:" + run.wrt[i], first[i]);
        s2 = s2 + contract(first[i], g.input("w:" + run.wrt[i], wrt[i].shape()));
    }
    g.mark_output("s2", s2);
    wrt.push_back(v);
    run.wrt.push_back("v");
    const std::vector<Value> second = differentiate(s2, wrt);
    for (size_t i = 0; i < second.size(); ++i) g.mark_output("h:" + run.wrt[i], second[i]);
}

}  // namespace

Numbers::Numbers(std::string_view seed) : state_(fnv1a64(seed)) {}

double Numbers::next(double low, double high) {
    state_ += 0x9e3779b97f4a7c15u;  // splitmix64
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return low + (high - low) * (double((z ^ (z >> 31)) >> 11) * 0x1p-53);
}

DoubleTensor Numbers::tensor(const Shape& shape, double low, double high) {
    DoubleTensor result(shape);
    for (double& value : result.values) value = double(float(next(low, high)));
    return result;
}

DoubleTensor Numbers::integers(const Shape& shape, int64_t count) {
    DoubleTensor result(shape);
    for (double& value : result.values) value = std::floor(next(0, double(count)));
    return result;
}

CaseRun prepare_case(const OpCase& c) {
    CaseRun run;
    run.graph = std::make_unique<Graph>();
    Graph& g = *run.graph;
    const Value y = c.build(g);
    if (!g.status()) return run;
    std::vector<Value> inputs;
    Numbers numbers(title(c));
    for (size_t i = 0; i < g.nodes().size(); ++i) {
        const Node& node = g.nodes()[i];
        run.updates = run.updates || node.op->updates;
        if (node.op != &op_def::input) continue;
        const bool indices = node.type == DType::i32;
        run.inputs[node.attributes.name] = indices ? numbers.integers(node.shape, c.index_count)
                                                   : numbers.tensor(node.shape, c.input_low, c.input_high);
        if (indices) continue;
        inputs.push_back(g.value(int32_t(i)));
        run.wrt.push_back(node.attributes.name);
    }
    for (const Variable& variable : g.variables()) {
        run.variables[variable.name] = numbers.tensor(variable.shape, c.input_low, c.input_high);
    }
    if (!g.node(y).op->updates) g.mark_output("y", y);  // no kernel writes an update's own result
    if (run.updates || y.type() != DType::f32) {
        run.wrt.clear();
        return run;
    }
    add_gradients(run, y, inputs);
    for (const Node& node : g.nodes()) {
        const std::string& name = node.attributes.name;
        if (node.op != &op_def::input || run.inputs.contains(name)) continue;
        run.inputs[name] = numbers.tensor(node.shape, -1, 1);
    }
    return run;
}

void append_run(Graph& shared, const CaseRun& run, const std::string& prefix) {
    const Graph& graph = *run.graph;
    std::vector<int32_t> variables;
    for (Variable variable : graph.variables()) {
        variable.name = prefix + variable.name;
        variable.group = prefix + variable.group;
        variables.push_back(shared.declare_variable(std::move(variable)));
    }
    std::vector<Value> values;
    for (const Node& node : graph.nodes()) {
        std::vector<Value> inputs;
        std::vector<int32_t> written;
        for (const int32_t input : node.inputs) inputs.push_back(values[size_t(input)]);
        for (const int32_t variable : node.variables) written.push_back(variables[size_t(variable)]);
        if (node.op == &op_def::input)
            values.push_back(shared.input(prefix + node.attributes.name, node.shape, node.type));
        else if (node.op == &op_def::read)
            values.push_back(shared.read(written[0]));
        else
            values.push_back(shared.add(*node.op, inputs, node.attributes, written));
    }
    for (const auto& [name, index] : graph.outputs())
        shared.mark_output(prefix + name, values[size_t(index)]);
}

std::string title(const OpCase& c) { return c.op + ": " + c.label; }

}  // namespace vkgan::test
