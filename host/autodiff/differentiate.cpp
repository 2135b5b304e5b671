// Reverse mode over the node list, emitting the gradient as nodes of the same graph.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"

#include "host/graph/op.hpp"
#include "host/ops/ops.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>

namespace vkgan {

namespace {

// For every node up to `last`: does it depend on one of `wrt`?
std::vector<bool> dependents(const Graph& graph, std::span<const Value> wrt, int32_t last) {
    std::vector<bool> depends(size_t(last) + 1, false);
    for (const Value value : wrt) {
        if (value.index <= last) depends[size_t(value.index)] = true;
    }
    for (size_t i = 0; i <= size_t(last); ++i) {
        for (const int32_t input : graph.nodes()[i].inputs) {
            if (depends[size_t(input)]) depends[i] = true;
        }
    }
    return depends;
}

bool usable(const Graph& graph, Value value) {
    return value.graph == &graph && value.index >= 0 && graph.status().ok();
}

// Two parts of a gradient that came through slices, which together are all of it, are put together instead of
// added as two tensors that are half zeros. Invalid where they are something else.
Value joined_slices(const Graph& graph, Value a, Value b) {
    const Node &first = graph.node(a), &second = graph.node(b);
    if (first.op->name != "slice_grad" || second.op != first.op) return {};
    const auto &x = first.attributes.ints, &y = second.attributes.ints;  // axis, begin, step, extent
    const int axis = int(x[0]);
    if (y[0] != x[0] || x[2] != 1 || y[2] != 1 || first.shape != second.shape) return {};
    if (x[1] > y[1]) return joined_slices(graph, b, a);
    const auto part = [&](const Node& node) { return Value{a.graph, node.inputs[0]}; };
    const int64_t border = part(first).shape()[axis];
    if (x[1] != 0 || y[1] != border || border + part(second).shape()[axis] != first.shape[axis]) return {};
    return op::concat(std::array{part(first), part(second)}, axis);
}

Value sum_of(const Graph& graph, Value a, Value b) {
    const Value joined = joined_slices(graph, a, b);
    return joined.valid() ? joined : op::add(a, b);
}

// Adds a node's contributions to its inputs' gradients. False if the graph failed.
bool pull_back(Graph& graph, int32_t index, const std::vector<bool>& depends, std::vector<Value>& gradients) {
    const Node& node = graph.nodes()[size_t(index)];
    if (node.op->gradient == nullptr) return true;
    std::vector<Value> inputs;
    std::vector<char> wanted;  // not vector<bool>: GradientCall takes a span
    for (const int32_t input : node.inputs) {
        inputs.push_back(graph.value(input));
        wanted.push_back(depends[size_t(input)] && inputs.back().type() == DType::f32);
    }
    const auto flags = std::make_unique<bool[]>(wanted.size());
    std::copy(wanted.begin(), wanted.end(), flags.get());
    const std::vector<Value> contributions =
        node.op->gradient({graph, inputs, graph.value(index), gradients[size_t(index)], node.attributes,
                           std::span<const bool>(flags.get(), wanted.size())});
    for (size_t i = 0; i < contributions.size() && graph.status().ok(); ++i) {
        const Value contribution = contributions[i];
        if (!contribution.valid() || !wanted[i]) continue;
        if (contribution.shape() != inputs[i].shape()) {
            graph.fail({Code::internal,
                        fmt::format("{}: gradient of input {} has shape {} but the input {}", node.op->name,
                                    i, contribution.shape().to_string(), inputs[i].shape().to_string())});
            return false;
        }
        Value& sum = gradients[size_t(inputs[i].index)];
        sum = sum.valid() ? sum_of(graph, sum, contribution) : contribution;
    }
    return graph.status().ok();
}

}  // namespace

std::vector<Value> differentiate(Value target, std::span<const Value> wrt, Value seed) {
    Graph& graph = *target.graph;
    const std::vector<Value> poison(wrt.size(), Value{&graph, -1});
    if (!usable(graph, target)) return poison;
    for (const Value value : wrt) {
        if (usable(graph, value)) continue;
        graph.fail({Code::invalid_argument,
                    "differentiate: a value to differentiate by does not belong to the graph"});
        return poison;
    }
    if (!seed.valid()) seed = op::constant(graph, 1, target.shape());
    if (seed.shape() != target.shape()) {
        graph.fail({Code::shape_mismatch, fmt::format("differentiate: seed has shape {} but the target {}",
                                                      seed.shape().to_string(), target.shape().to_string())});
    }
    if (!usable(graph, seed)) return poison;

    const std::vector<bool> depends = dependents(graph, wrt, target.index);
    std::vector<Value> gradients(size_t(target.index) + 1);
    gradients[size_t(target.index)] = seed;
    // From the last node to the first, each node's inputs in order: the order of summation is fixed.
    for (int32_t index = target.index; index >= 0; --index) {
        if (!depends[size_t(index)] || !gradients[size_t(index)].valid()) continue;
        if (!pull_back(graph, index, depends, gradients)) return poison;
    }
    std::vector<Value> result;
    for (const Value value : wrt) {
        const Value found = value.index <= target.index ? gradients[size_t(value.index)] : Value{};
        const bool flows = found.valid() && depends[size_t(value.index)];
        result.push_back(flows ? found : op::constant(graph, 0, value.shape()));
    }
    return result;
}

}  // namespace vkgan
