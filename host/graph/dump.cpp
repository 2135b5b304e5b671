// Graph::dump(): the golden text of a graph, one line a node.
// SPDX-License-Identifier: MIT
#include "host/graph/graph.hpp"
#include "host/graph/op.hpp"

#include <fmt/format.h>

namespace vkgan {

namespace {

void append_field(std::string& text, std::string_view field) {
    text += text.empty() ? "" : ", ";
    text += field;
}

// "stride 2, pad 1": a name a position; values past the last name are a list under that name.
template <class Number>
void append_numbers(std::string& text, const std::vector<Number>& values,
                    std::span<const std::string_view> names) {
    if (names.empty()) {
        for (const Number value : values) append_field(text, fmt::format("{}", value));
        return;
    }
    const size_t single = values.size() == names.size() ? names.size() : names.size() - 1;
    for (size_t i = 0; i < single && i < values.size(); ++i)
        append_field(text, fmt::format("{} {}", names[i], values[i]));
    if (single == names.size()) return;
    std::string list;
    for (size_t i = single; i < values.size(); ++i) append_field(list, fmt::format("{}", values[i]));
    append_field(text, fmt::format("{} [{}]", names.back(), list));
}

std::string describe(const Graph& graph, const Node& node) {
    std::string operands;
    for (const int32_t input : node.inputs) append_field(operands, fmt::format("%{}", input));
    std::string attributes;
    append_numbers(attributes, node.attributes.ints, node.op->int_names);
    append_numbers(attributes, node.attributes.floats, node.op->float_names);
    std::string text(node.op->name);
    if (!node.inputs.empty()) text += "(" + operands + ")";
    if (!node.attributes.name.empty()) text += " \"" + node.attributes.name + "\"";
    if (!attributes.empty()) text += " {" + attributes + "}";
    for (const int32_t variable : node.variables) {
        const char* const arrow = node.op->updates ? " -> " : " ";
        text += fmt::format("{}\"{}\"", arrow, graph.variables()[size_t(variable)].name);
    }
    if (node.version > 0) text += fmt::format(" version {}", node.version);
    return text;
}

}  // namespace

std::string Graph::dump() const {
    std::string text;
    for (const Variable& variable : variables_) {
        text += fmt::format("variable \"{}\" in \"{}\" : {} {}\n", variable.name, variable.group,
                            variable.type == DType::f32 ? "f32" : "i32", variable.shape.to_string());
    }
    for (size_t i = 0; i < nodes_.size(); ++i) {
        const Node& node = nodes_[i];
        text += fmt::format("%{} = {} : {} {}\n", i, describe(*this, node),
                            node.type == DType::f32 ? "f32" : "i32", node.shape.to_string());
    }
    for (const auto& [name, index] : outputs_) text += fmt::format("output \"{}\" = %{}\n", name, index);
    if (!status_) text += "failed: " + status_.error().message + "\n";
    return text;
}

}  // namespace vkgan
