// Building a graph: checks, shapes, common subexpressions, versions of variables.
// SPDX-License-Identifier: MIT
#include "host/graph/graph.hpp"

#include "host/base/hash.hpp"
#include "host/graph/op.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

namespace vkgan {

namespace {

// Larger tensors are mistakes; the bound also keeps all later index arithmetic far from overflow.
constexpr int64_t max_elements = int64_t{1} << 40;

const Shape scalar_shape;

uint64_t hash_node(const Node& node) {
    uint64_t h = fnv1a64(node.op->name);
    const auto mix = [&h](uint64_t word) {
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    };
    for (const int32_t input : node.inputs) mix(uint64_t(uint32_t(input)));
    for (const int32_t variable : node.variables) mix(uint64_t(uint32_t(variable)) + 0x10000);
    for (const int64_t value : node.attributes.ints) mix(uint64_t(value));
    for (const double value : node.attributes.floats) mix(std::bit_cast<uint64_t>(value));
    mix(uint64_t(uint32_t(node.version)));
    return fnv1a64(node.attributes.name, h);
}

// Bit equality of attributes: 0.0 and -0.0 differ, a NaN equals itself.
bool same_floats(const std::vector<double>& a, const std::vector<double>& b) {
    return std::ranges::equal(
        a, b, [](double x, double y) { return std::bit_cast<uint64_t>(x) == std::bit_cast<uint64_t>(y); });
}

bool same_computation(const Node& a, const Node& b) {
    return a.op == b.op && a.inputs == b.inputs && a.variables == b.variables && a.version == b.version &&
           a.shape == b.shape && a.type == b.type && a.attributes.name == b.attributes.name &&
           a.attributes.ints == b.attributes.ints && same_floats(a.attributes.floats, b.attributes.floats);
}

Status check_extents(std::string_view what, const Shape& shape) {
    int64_t count = 1;
    for (const int64_t extent : shape) {
        if (extent < 1) {
            return Error{Code::invalid_argument, fmt::format("{}: extent {} in shape {} must be at least 1",
                                                             what, extent, shape.to_string())};
        }
        if (extent > max_elements / count) {
            return Error{Code::invalid_argument, fmt::format("{}: shape {} has more than {} elements", what,
                                                             shape.to_string(), max_elements)};
        }
        count *= extent;
    }
    return {};
}

}  // namespace

const Shape& Value::shape() const { return index < 0 ? scalar_shape : graph->node(*this).shape; }

DType Value::type() const { return index < 0 ? DType::f32 : graph->node(*this).type; }

Value Graph::add(const Op& op, std::span<const Value> inputs, Attributes attributes,
                 std::span<const int32_t> variables) {
    const Value poison{this, -1};
    if (!status_) return poison;
    Node node{.op = &op,
              .inputs = {},
              .variables = {variables.begin(), variables.end()},
              .attributes = std::move(attributes),
              .shape = {},
              .type = op.type};
    if (op.arity >= 0 && inputs.size() != size_t(op.arity)) {
        fail({Code::invalid_argument,
              fmt::format("{}: takes {} inputs but got {}", op.name, op.arity, inputs.size())});
        return poison;
    }
    std::vector<Shape> shapes;
    for (size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].graph != this || inputs[i].index < 0 || size_t(inputs[i].index) >= nodes_.size()) {
            const char* const why =
                inputs[i].valid() ? "belongs to another graph or a failed one" : "is no value";
            fail({Code::invalid_argument, fmt::format("{}: input {} {}", op.name, i, why)});
            return poison;
        }
        if (op.pointwise_code > 0 && inputs[i].type() != DType::f32) {
            fail({Code::invalid_argument, fmt::format("{}: input {} is i32 but must be f32", op.name, i)});
            return poison;
        }
        node.inputs.push_back(inputs[i].index);
        shapes.push_back(inputs[i].shape());
    }
    const Result<Shape> shape = op.shape({shapes, node.attributes});
    if (!shape) {
        fail(shape.error());
        return poison;
    }
    node.shape = *shape;
    return append(std::move(node));
}

Value Graph::append(Node node) {
    const Value poison{this, -1};
    if (!status_) return poison;
    if (const Status fine = check_extents(node.op->name, node.shape); !fine) {
        fail(fine.error());
        return poison;
    }
    for (const int32_t variable : node.variables) {
        if (variable < 0 || size_t(variable) >= variables_.size()) {
            fail({Code::invalid_argument, fmt::format("{}: variable {} is not one of the {} declared",
                                                      node.op->name, variable, variables_.size())});
            return poison;
        }
    }
    const int32_t index = int32_t(nodes_.size());
    if (node.op->updates) {
        for (const int32_t variable : node.variables) ++versions_[size_t(variable)];
    } else {
        const uint64_t hash = hash_node(node);
        const auto [first, last] = by_hash_.equal_range(hash);
        for (auto it = first; it != last; ++it) {
            if (same_computation(nodes_[size_t(it->second)], node)) return {this, it->second};
        }
        by_hash_.emplace(hash, index);
    }
    nodes_.push_back(std::move(node));
    return {this, index};
}

Value Graph::input(std::string_view name, const Shape& shape, DType type) {
    for (size_t i = 0; i < nodes_.size() && status_; ++i) {
        const Node& node = nodes_[i];
        if (node.op != &op_def::input || node.attributes.name != name) continue;
        if (node.shape != shape || node.type != type) {
            fail({Code::shape_mismatch, fmt::format("input {}: declared as {} before and as {} now", name,
                                                    node.shape.to_string(), shape.to_string())});
        }
    }
    return append({.op = &op_def::input,
                   .inputs = {},
                   .variables = {},
                   .attributes = {.ints = {}, .floats = {}, .name = std::string(name)},
                   .shape = shape,
                   .type = type});
}

int32_t Graph::declare_variable(Variable variable) {
    const int32_t earlier = find_variable(variable.name);
    if (earlier >= 0) {
        const Variable& first = variables_[size_t(earlier)];
        if (first.shape != variable.shape || first.type != variable.type || first.group != variable.group) {
            fail({Code::shape_mismatch,
                  fmt::format(
                      "variable {}: declared as {} in group \"{}\" before and as {} in group \"{}\" now",
                      variable.name, first.shape.to_string(), first.group, variable.shape.to_string(),
                      variable.group)});
        }
        return earlier;
    }
    if (const Status fine = check_extents("variable " + variable.name, variable.shape); !fine)
        fail(fine.error());
    variables_.push_back(std::move(variable));
    versions_.push_back(0);
    return int32_t(variables_.size()) - 1;
}

void Graph::keep_float32(Value value) {
    if (status_ && value.graph == this && value.index >= 0) nodes_[size_t(value.index)].float32 = true;
}

Value Graph::read(int32_t variable) {
    if (variable < 0 || size_t(variable) >= variables_.size()) {
        fail({Code::invalid_argument,
              fmt::format("read: variable {} is not one of the {} declared", variable, variables_.size())});
        return {this, -1};
    }
    const Variable& v = variables_[size_t(variable)];
    return append({.op = &op_def::read,
                   .inputs = {},
                   .variables = {variable},
                   .attributes = {},
                   .shape = v.shape,
                   .type = v.type,
                   .version = versions_[size_t(variable)]});
}

void Graph::mark_output(std::string_view name, Value value) {
    if (!status_) return;
    if (value.graph != this || value.index < 0 || size_t(value.index) >= nodes_.size()) {
        return fail({Code::invalid_argument,
                     fmt::format("output {}: the value does not belong to this graph", name)});
    }
    const auto same_name = [name](const auto& output) { return output.first == name; };
    const auto earlier = std::ranges::find_if(outputs_, same_name);
    if (earlier == outputs_.end()) {
        outputs_.emplace_back(name, value.index);
    } else if (earlier->second != value.index) {
        fail({Code::invalid_argument, fmt::format("output {}: names node %{} already and cannot name %{} too",
                                                  name, earlier->second, value.index)});
    }
}

void Graph::fail(Error error) {
    if (status_) status_ = std::move(error);
}

int32_t Graph::find_variable(std::string_view name) const {
    for (size_t i = 0; i < variables_.size(); ++i) {
        if (variables_[i].name == name) return int32_t(i);
    }
    return -1;
}

}  // namespace vkgan
