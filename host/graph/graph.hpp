// Graph: an append-only list of nodes in SSA form over variables that update nodes write in place.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/shape.hpp"

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace vkgan {

struct Op;
class Graph;

// i32 holds indices and random keys; everything that is computed with is f32.
enum class DType : uint8_t { f32, i32 };

// A node's result. Cheap to copy; valid as long as its graph. A default Value is "none" (an absent gradient).
struct Value {
    Graph* graph = nullptr;
    int32_t index = -1;

    bool valid() const { return graph != nullptr; }
    const Shape& shape() const;
    DType type() const;
    friend bool operator==(const Value&, const Value&) = default;
};

// An op's parameters by position; Op::int_names and Op::float_names say what each position is.
struct Attributes {
    std::vector<int64_t> ints;
    std::vector<double> floats;
    std::string name;  // of an input node; empty elsewhere
    friend bool operator==(const Attributes&, const Attributes&) = default;
};

// State that outlives a step: a parameter, a moment, a running statistic. Update nodes write it in place.
struct Variable {
    std::string name;   // unique in the graph: "G.main.0.weight", "adam_m/G.main.0.weight"
    std::string group;  // variables of one group lie in one flat region, in the order of their declaration:
                        // "G.parameters"
    Shape shape;
    DType type = DType::f32;
};

struct Node {
    const Op* op = nullptr;
    std::vector<int32_t> inputs;     // node indices, all smaller than this node's own
    std::vector<int32_t> variables;  // read: the one variable; update nodes: all that they write
    Attributes attributes;
    Shape shape;
    DType type = DType::f32;
    int32_t version = 0;   // of a variable read: how many updates of it precede the node in the list
    bool float32 = false;  // never stored as float16: Graph::keep_float32
};

// Nodes take effect in list order: a read sees the updates before it and none after it.
// Building never fails half-way: the first mistake is kept in status(), and everything built on it is poison.
class Graph {
public:
    // Appends a node, or returns an equal earlier one (common subexpressions; never across an update of what
    // it reads).
    Value add(const Op& op, std::span<const Value> inputs, Attributes attributes = {},
              std::span<const int32_t> variables = {});

    // A tensor that the host writes before each step. A name used twice returns the first node if shapes
    // agree.
    Value input(std::string_view name, const Shape& shape, DType type = DType::f32);
    // The value is stored as float32 in mixed precision, too: for what float16 cannot hold.
    void keep_float32(Value value);
    int32_t declare_variable(Variable variable);  // the same name again returns the first if it is identical
    Value read(int32_t variable);                 // its content at this point of the list
    void mark_output(std::string_view name, Value value);  // kept alive and readable by the host after a step

    const Status& status() const { return status_; }
    void fail(Error error);  // keeps the first

    const std::deque<Node>& nodes() const {
        return nodes_;
    }  // nodes, and references to them, stay where they are
    const Node& node(Value value) const { return nodes_[static_cast<size_t>(value.index)]; }
    const std::vector<Variable>& variables() const { return variables_; }
    const std::vector<std::pair<std::string, int32_t>>& outputs() const { return outputs_; }
    Value value(int32_t index) { return {this, index}; }
    int32_t find_variable(std::string_view name) const;  // -1 if there is none

    // One line a node: "%7 = conv2d(%3, %5) {stride 2, pad 1} : f32 [32, 64, 32, 32]".
    std::string dump() const;

private:
    Value append(Node node);

    std::deque<Node> nodes_;
    std::vector<Variable> variables_;
    std::vector<int32_t> versions_;  // of each variable, so far
    std::vector<std::pair<std::string, int32_t>> outputs_;
    std::unordered_multimap<uint64_t, int32_t> by_hash_;  // node hash -> node, for common subexpressions
    Status status_;
};

// The same computation without dead nodes, with constants folded and x*1, x+0, reshape-of-reshape and the
// like removed. Outputs and update nodes are the roots. Values of the old graph are not values of the new
// one.
Graph simplify(const Graph& graph);

}  // namespace vkgan
