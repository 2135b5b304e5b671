// A small op set with kernels that a simulator runs on the CPU: plans are tested without a device.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/graph.hpp"
#include "host/plan/plan.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace fake {

using vkgan::Graph;
using vkgan::Shape;
using vkgan::Value;

// Shapes are [rows, channels]. Pointwise:
Value add(Value a, Value b);
Value mul(Value a, Value b);
Value scale(Value a, double factor);
Value square(Value a);
// Quad q is a[q] * w[q % its row] + a[next quad]: takes an epilogue, packs w [1, channels] into a shared
// scratch.
Value mix(Value a, Value w);
// Sum of the rows, [1, channels]: takes a prologue; two at once.
Value total(Value a);
Value broadcast(Value a, const Shape& shape);
Value flatten(
    Value a);  // an alias: [rows * channels] of channels that are a multiple of four, else nothing moves
Value rows_of(Value a, int64_t begin, int64_t count);  // a slice
Value assign(Graph& graph, int32_t variable, Value value);
// v -= 0.5 g for a list of variables of one group and as many gradients.
Value descend(Graph& graph, std::span<const int32_t> variables, std::span<const Value> gradients);

using Floats = std::vector<float>;
using Memory = std::map<std::string, Floats>;  // by region

// Runs the plan's kernels one after another. Variables and inputs must be in memory; the workspace begins as
// NaN.
void run_plan(const vkgan::Plan& plan, Memory& memory);
// The content of an output after run_plan.
Floats read_output(const vkgan::Plan& plan, const Memory& memory, const std::string& name);
// The same results by walking the graph: physical floats of every output; variables change in `memory`.
std::map<std::string, Floats> run_graph(const Graph& graph, const vkgan::VariableLayout& layout,
                                        Memory& memory);

}  // namespace fake
