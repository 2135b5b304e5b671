// simplify(): the graph again, node by node, with each node replaced by something simpler that has the same
// value, up to the rounding of sums.
// SPDX-License-Identifier: MIT
#include "host/graph/graph.hpp"
#include "host/graph/op.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

namespace vkgan {

namespace {

// Nodes that an output or an update needs.
std::vector<bool> live_nodes(const Graph& graph) {
    std::vector<bool> live(graph.nodes().size(), false);
    for (const auto& [name, index] : graph.outputs()) live[size_t(index)] = true;
    for (size_t i = live.size(); i-- > 0;) {
        const Node& node = graph.nodes()[i];
        if (node.op->updates) live[i] = true;
        if (!live[i]) continue;
        for (const int32_t input : node.inputs) live[size_t(input)] = true;
    }
    return live;
}

bool is(Value value, std::string_view op) { return value.graph->node(value).op->name == op; }

Value operand(Value value, size_t i) { return value.graph->value(value.graph->node(value).inputs[i]); }

std::optional<double> fill(Value value) {
    if (!is(value, "constant")) return std::nullopt;
    return value.graph->node(value).attributes.floats[0];
}

// A constant of another shape or value: the op comes from a constant that is there already.
Value constant_like(Value constant, double value, const Shape& shape) {
    const Node& node = constant.graph->node(constant);
    return constant.graph->add(*node.op, {},
                               {.ints = {shape.begin(), shape.end()}, .floats = {value}, .name = {}});
}

// A pointwise op of constants alone is a constant: its reference on one element tells which.
Value fold_constants(const Node& node, std::span<const Value> inputs) {
    std::vector<DoubleTensor> operands;
    for (const Value input : inputs) {
        const std::optional<double> value = fill(input);
        if (!value) return {};
        operands.emplace_back(Shape{}, *value);
    }
    std::vector<const DoubleTensor*> pointers;
    for (const DoubleTensor& tensor : operands) pointers.push_back(&tensor);
    DoubleTensor result{Shape{}};
    node.op->reference({pointers, node.attributes, result, {}});
    return constant_like(inputs[0], result.values[0], node.shape);
}

// x * constant as one op with an immediate: no constant need lie in memory. The op comes from a node that is
// there already.
Value scaled(Value x, double factor) {
    const auto& nodes = x.graph->nodes();
    const auto scale = std::ranges::find(nodes, "scale", [](const Node& node) { return node.op->name; });
    if (scale == nodes.end()) return {};
    return x.graph->add(*scale->op, {&x, 1}, {.ints = {}, .floats = {factor}, .name = {}});
}

// x + 0, x * 1 and the like. Never x * 0: the x might be a NaN, which must be seen.
Value simpler_pointwise(const Node& node, std::span<const Value> inputs) {
    const std::string_view name = node.op->name;
    const double k = node.attributes.floats.empty() ? std::nan("") : node.attributes.floats[0];
    if ((name == "scale" && k == 1.0) || (name == "offset" && k == 0.0)) return inputs[0];
    if (name == "neg" && is(inputs[0], "neg")) return operand(inputs[0], 0);
    if (inputs.size() == 2) {
        const double a = fill(inputs[0]).value_or(std::nan("")), b = fill(inputs[1]).value_or(std::nan(""));
        if (name == "add" && a == 0.0) return inputs[1];
        if ((name == "add" || name == "sub") && b == 0.0) return inputs[0];
        if (name == "mul" && a == 1.0) return inputs[1];
        if ((name == "mul" || name == "div") && b == 1.0) return inputs[0];
        const bool a_fills = !std::isnan(a), b_fills = !std::isnan(b);
        if (name == "mul" && a_fills != b_fills) {
            const Value product = a_fills ? scaled(inputs[1], a) : scaled(inputs[0], b);
            if (product.valid()) return product;
        }
    }
    return fold_constants(node, inputs);
}

// permute after permute: result axis i is axis inner[outer[i]] of the first input.
Value merge_permutes(Graph& graph, const Node& node, Value input) {
    std::vector<int64_t> axes = node.attributes.ints;
    if (is(input, "permute")) {
        const std::vector<int64_t>& inner = graph.node(input).attributes.ints;
        for (int64_t& axis : axes) axis = inner[size_t(axis)];
        input = operand(input, 0);
    }
    if (std::ranges::is_sorted(axes)) return input;
    return graph.add(*node.op, {&input, 1}, {.ints = std::move(axes), .floats = {}, .name = {}});
}

// Whether the value repeats itself along every one of the axes.
bool repeats_along(Value value, std::span<const int64_t> axes) {
    if (!is(value, "broadcast")) return false;
    const Shape &from = operand(value, 0).shape(), &to = value.shape();
    return std::ranges::all_of(axes, [&](int64_t axis) {
        const int own = static_cast<int>(axis) - (to.rank() - from.rank());
        return own < 0 || from[own] == 1;
    });
}

// sum(-x) = -sum(x), sum(k x) = k sum(x), and sum(x b) = sum(x) b where b does not change along the axes: the
// sum is then often one that is there already, and what is left is small.
Value sum_of(Graph& graph, const Node& sum, Value x) {
    const auto again = [&](Value value, std::span<const Value> inputs) {
        const Node& node = graph.node(value);
        return graph.add(*node.op, inputs, Attributes(node.attributes));
    };
    if (is(x, "neg") || is(x, "scale")) {
        const Value inner = sum_of(graph, sum, operand(x, 0));
        return again(x, {&inner, 1});
    }
    for (size_t i = 0; is(x, "mul") && i < 2; ++i) {
        const Value factor = operand(x, i);
        if (!repeats_along(factor, sum.attributes.ints)) continue;
        const Value inner = sum_of(graph, sum, operand(x, 1 - i)), small = operand(factor, 0);
        const Shape& shape = sum.shape;
        const Value fitting =
            small.shape() == shape
                ? small
                : graph.add(*graph.node(factor).op, {&small, 1},
                            {.ints = {shape.begin(), shape.end()}, .floats = {}, .name = {}});
        return again(x, std::array{inner, fitting});
    }
    return graph.add(*sum.op, {&x, 1}, sum.attributes);
}

// An invalid value: nothing simpler is known.
Value simpler_movement(Graph& graph, const Node& node, Value input) {
    const std::string_view name = node.op->name;
    const bool reshapes = name == "reshape", broadcasts = name == "broadcast";
    if (reshapes || broadcasts) {
        if (fill(input)) return constant_like(input, *fill(input), node.shape);
        if (is(input, name)) input = operand(input, 0);
        if (input.shape() == node.shape) return input;
        return graph.add(*node.op, {&input, 1}, node.attributes);
    }
    if (name == "permute") {
        if (fill(input)) return constant_like(input, *fill(input), node.shape);
        return merge_permutes(graph, node, input);
    }
    if (name == "slice" && fill(input)) return constant_like(input, *fill(input), node.shape);
    const bool moves_nothing = name == "slice" || name == "reduce_sum" || name == "reduce_max";
    if (moves_nothing && node.shape == input.shape()) return input;
    if (name == "reduce_sum") return sum_of(graph, node, input);
    return {};
}

Value simpler_node(Graph& graph, const Node& node, std::span<const Value> inputs) {
    if (node.op->pointwise_code > 0) return simpler_pointwise(node, inputs);
    if (inputs.size() == 1 && !node.op->updates) return simpler_movement(graph, node, inputs[0]);
    return {};
}

Value copy_node(Graph& graph, const Node& node, std::span<const Value> inputs) {
    if (node.op == &op_def::input) return graph.input(node.attributes.name, node.shape, node.type);
    if (node.op == &op_def::read) return graph.read(node.variables[0]);
    return graph.add(*node.op, inputs, node.attributes, node.variables);
}

// The live part of the graph, each node replaced by what `simpler` makes of it, if anything.
template <class Simpler>
Graph rebuilt(const Graph& graph, Simpler simpler) {
    Graph result;
    for (const Variable& variable : graph.variables()) result.declare_variable(variable);
    const std::vector<bool> live = live_nodes(graph);
    std::vector<Value> values(graph.nodes().size());
    for (size_t i = 0; i < values.size() && result.status().ok(); ++i) {
        const Node& node = graph.nodes()[i];
        if (!live[i]) continue;
        std::vector<Value> inputs;
        for (const int32_t input : node.inputs) inputs.push_back(values[size_t(input)]);
        values[i] = simpler(result, node, inputs);
        if (!values[i].valid()) values[i] = copy_node(result, node, inputs);
        if (node.float32) result.keep_float32(values[i]);
    }
    for (const auto& [name, index] : graph.outputs()) result.mark_output(name, values[size_t(index)]);
    if (!graph.status()) result.fail(graph.status().error());
    return result;
}

// Axes of another sum of the same tensor over some of the axes of this one; empty if there is none.
std::vector<int64_t> shared_axes(const Graph& graph, const std::vector<bool>& live, const Node& sum) {
    std::vector<int64_t> best;
    for (size_t i = 0; i < live.size(); ++i) {
        const Node& other = graph.nodes()[i];
        if (!live[i] || other.op != sum.op || other.inputs != sum.inputs) continue;
        const std::vector<int64_t>& axes = other.attributes.ints;
        const bool fewer =
            axes.size() < sum.attributes.ints.size() && std::ranges::includes(sum.attributes.ints, axes);
        if (fewer && axes.size() > best.size()) best = axes;
    }
    return best;
}

// A sum over more axes of what is summed anyway: it goes on from there.
Value sum_of_sum(Graph& graph, const Node& sum, std::span<const Value> inputs, std::vector<int64_t> axes) {
    std::vector<int64_t> rest;
    std::ranges::set_difference(sum.attributes.ints, axes, std::back_inserter(rest));
    const Value inner = graph.add(*sum.op, inputs, {.ints = std::move(axes), .floats = {}, .name = {}});
    return graph.add(*sum.op, {&inner, 1}, {.ints = std::move(rest), .floats = {}, .name = {}});
}

Graph share_sums(const Graph& graph) {
    const std::vector<bool> live = live_nodes(graph);
    return rebuilt(graph, [&](Graph& result, const Node& node, std::span<const Value> inputs) -> Value {
        if (node.op->name != "reduce_sum") return {};
        std::vector<int64_t> axes = shared_axes(graph, live, node);
        return axes.empty() ? Value{} : sum_of_sum(result, node, inputs, std::move(axes));
    });
}

}  // namespace

// Once over is enough, for a node's inputs are simple when its turn comes; what that leaves without use goes
// with the next pass.
Graph simplify(const Graph& graph) {
    const Graph shared = share_sums(rebuilt(graph, simpler_node));
    return rebuilt(shared, [](Graph&, const Node&, std::span<const Value>) { return Value{}; });
}

}  // namespace vkgan
