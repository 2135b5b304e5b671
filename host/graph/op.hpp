// Op: what the engine knows of an operation. One constant of this type per operation, in host/ops.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/graph.hpp"
#include "host/graph/kernel.hpp"
#include "host/graph/tensor.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace vkgan {

struct ShapeQuery {
    std::span<const Shape> inputs;
    const Attributes& attributes;
};

// Reference execution in double. `inputs` in node order; `output` arrives with its shape, zero-filled.
// `variables` holds the current content of Node::variables, to be changed in place by update ops.
struct ReferenceCall {
    std::span<const DoubleTensor* const> inputs;
    const Attributes& attributes;
    DoubleTensor& output;
    std::span<DoubleTensor* const> variables;
};

struct GradientCall {
    Graph& graph;
    std::span<const Value> inputs;
    Value output;
    Value output_gradient;  // same shape as output
    const Attributes& attributes;
    std::span<const bool> wanted;  // which inputs' gradients are asked for; the others may be left out
};

// Which operands of an op's kernels may be float16 in memory (VKGAN_LOAD and VKGAN_STORE of
// shaders/lib/access.glsl). Pointwise ops take them everywhere.
enum class Halves : uint8_t { none, read, all };

struct Op {
    std::string_view name;
    int arity = 1;  // -1: any number of inputs
    Result<Shape> (*shape)(const ShapeQuery&) = nullptr;
    void (*reference)(const ReferenceCall&) = nullptr;
    // One value an input (an invalid Value where no gradient flows), built of graph ops only. Null: not
    // differentiable, gradient is zero.
    std::vector<Value> (*gradient)(const GradientCall&) = nullptr;
    // The dispatches that compute it on a device. Null for inputs, reads and pointwise ops (the planner makes
    // those).
    Result<Emission> (*kernels)(const KernelQuery&) = nullptr;
    std::span<const std::string_view> int_names =
        {};  // the same count of Attributes::ints, except a trailing list
    std::span<const std::string_view> float_names = {};
    int pointwise_code =
        0;                 // > 0: its row in host/ops/pointwise_rows.h; element by element, all shapes equal
    bool updates = false;  // writes its variables; a root of the graph
    bool takes_prologue = false;  // its kernel rule honours KernelQuery::prologue on input 0
    // How many such ops over inputs of one shape and with the same attributes one kernel can compute: the
    // prologue then has as many outputs.
    int most_twins = 1;
    bool takes_epilogue = false;  // its kernel rule honours KernelQuery::epilogue
    Halves halves = Halves::none;
    DType type = DType::f32;  // of its result
};

// The ops whose nodes Graph::input and Graph::read make; defined in host/ops/leaves.cpp.
namespace op_def {
extern const Op input;
extern const Op read;
}  // namespace op_def

}  // namespace vkgan
