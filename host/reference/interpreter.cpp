// Runs a graph's nodes in order on the CPU in double.
// SPDX-License-Identifier: MIT
#include "host/reference/interpreter.hpp"

#include "host/graph/op.hpp"

#include <fmt/format.h>

namespace vkgan {

namespace {

Error wrong_shape(std::string_view kind, std::string_view name, const Shape& wanted, const Shape& given) {
    return {Code::shape_mismatch,
            fmt::format("{} {}: the graph declares shape {} but the tensor given has {}", kind, name,
                        wanted.to_string(), given.to_string())};
}

Result<const DoubleTensor*> find_input(const Node& node, const DoubleTensorMap& inputs) {
    const auto it = inputs.find(node.attributes.name);
    if (it == inputs.end()) {
        return Error{Code::not_found,
                     fmt::format("input {}: no tensor of that name was given", node.attributes.name)};
    }
    if (it->second.shape != node.shape) {
        return wrong_shape("input", node.attributes.name, node.shape, it->second.shape);
    }
    return &it->second;
}

Result<std::vector<DoubleTensor*>> find_variables(const Graph& graph, DoubleTensorMap& variables) {
    std::vector<bool> used(graph.variables().size(), false);
    for (const Node& node : graph.nodes()) {
        for (const int32_t variable : node.variables) used[size_t(variable)] = true;
    }
    std::vector<DoubleTensor*> found(used.size(), nullptr);
    for (size_t i = 0; i < found.size(); ++i) {
        if (!used[i]) continue;
        const Variable& variable = graph.variables()[i];
        const auto it = variables.find(variable.name);
        if (it == variables.end()) {
            return Error{Code::not_found,
                         fmt::format("variable {}: no tensor of that name was given", variable.name)};
        }
        if (it->second.shape != variable.shape) {
            return wrong_shape("variable", variable.name, variable.shape, it->second.shape);
        }
        found[i] = &it->second;
    }
    return found;
}

// The index of the node that needs each node's result last; outputs are needed to the end.
std::vector<size_t> last_uses(const Graph& graph) {
    std::vector<size_t> last(graph.nodes().size(), 0);
    for (size_t i = 0; i < last.size(); ++i) {
        last[i] = i;
        for (const int32_t input : graph.nodes()[i].inputs) last[size_t(input)] = i;
    }
    for (const auto& [name, index] : graph.outputs()) last[size_t(index)] = last.size();
    return last;
}

}  // namespace

Result<ReferenceRun> run_reference(const Graph& graph, const DoubleTensorMap& inputs,
                                   DoubleTensorMap& variables) {
    VKGAN_TRY(graph.status());
    VKGAN_ASSIGN(const std::vector<DoubleTensor*> variable_tensors, find_variables(graph, variables));
    const std::vector<size_t> last = last_uses(graph);
    std::vector<DoubleTensor> results(graph.nodes().size());
    for (size_t i = 0; i < results.size(); ++i) {
        const Node& node = graph.nodes()[i];
        if (node.op == &op_def::input) {
            VKGAN_ASSIGN(const DoubleTensor* const tensor, find_input(node, inputs));
            results[i] = *tensor;
            continue;
        }
        results[i] = DoubleTensor(node.shape);
        std::vector<const DoubleTensor*> operands;
        for (const int32_t input : node.inputs) operands.push_back(&results[size_t(input)]);
        std::vector<DoubleTensor*> written;
        for (const int32_t variable : node.variables) written.push_back(variable_tensors[size_t(variable)]);
        node.op->reference({operands, node.attributes, results[i], written});
        for (const int32_t input : node.inputs) {
            if (last[size_t(input)] <= i) results[size_t(input)] = DoubleTensor();
        }
    }
    ReferenceRun run;
    for (const auto& [name, index] : graph.outputs()) run.outputs[name] = results[size_t(index)];
    return run;
}

}  // namespace vkgan
