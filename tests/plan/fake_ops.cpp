// The fake op set: builders, shapes and kernel rules.
// SPDX-License-Identifier: MIT
#include "tests/plan/fake_ops.hpp"

#include "host/graph/layout.hpp"
#include "host/graph/op.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <array>

namespace fake {

using namespace vkgan;

namespace {

Result<Shape> first_shape(const ShapeQuery& query) { return query.inputs[0]; }
Result<Shape> scalar_shape(const ShapeQuery&) { return Shape{}; }
Result<Shape> row_shape(const ShapeQuery& query) { return Shape{1, query.inputs[0][1]}; }
Result<Shape> flat_shape(const ShapeQuery& query) { return Shape{query.inputs[0].element_count()}; }
Result<Shape> slice_shape(const ShapeQuery& query) {
    return Shape{query.attributes.ints[3], query.inputs[0][1]};
}
Result<Shape> wanted_shape(const ShapeQuery& query) { return Shape(query.attributes.ints); }

Operand reads(Operand::Kind kind, int index, int binding) {
    return {.kind = kind, .index = index, .binding = binding, .access = Access::read};
}
Operand writes(Operand::Kind kind, int index, int binding) {
    return {.kind = kind, .index = index, .binding = binding, .access = Access::write};
}
uint32_t quads_of(const Shape& shape) { return static_cast<uint32_t>(quad_count(shape)); }

Result<Emission> mix_kernels(const KernelQuery& query) {
    Emission emission;
    const Shape& w = query.inputs[1];
    emission.scratches = {{.bytes = byte_count(w), .key = "packed", .key_input = 1}};
    Kernel pack{.shader = "fake:pack", .push = {quads_of(w)}, .fills = 0};
    pack.operands = {reads(Operand::Kind::input, 1, VKGAN_BIND_A),
                     writes(Operand::Kind::scratch, 0, VKGAN_BIND_OUT0)};
    Kernel main{.shader = "fake:mix", .push = {quads_of(query.node.shape), quads_of(w)}};
    main.operands = {reads(Operand::Kind::input, 0, VKGAN_BIND_A),
                     reads(Operand::Kind::scratch, 0, VKGAN_BIND_B),
                     writes(Operand::Kind::output, 0, VKGAN_BIND_OUT0)};
    main.flops = 8.0 * static_cast<double>(quad_count(query.node.shape));
    if (!query.epilogue.empty()) attach_chain(main, query.epilogue, query.device);
    emission.kernels = {pack, main};
    return emission;
}

Result<Emission> total_kernels(const KernelQuery& query) {
    Kernel kernel{.shader = "fake:total", .push = {quads_of(query.inputs[0]), quads_of(query.node.shape)}};
    if (query.prologue.empty())
        kernel.operands = {reads(Operand::Kind::input, 0, VKGAN_BIND_A)};
    else
        attach_chain(kernel, query.prologue, query.device);
    const size_t results = std::max<size_t>(1, query.prologue.outputs.size());
    for (int i = 0; i < static_cast<int>(results); ++i)
        kernel.operands.push_back(writes(Operand::Kind::output, i, VKGAN_BIND_OUT0 + i));
    return Emission{{kernel}, {}, false};
}

Result<Emission> rows_kernels(const KernelQuery& query) {
    const int64_t begin = query.node.attributes.ints[1] * inner_quads(query.inputs[0]);
    Kernel kernel{.shader = "fake:rows", .push = {quads_of(query.node.shape), static_cast<uint32_t>(begin)}};
    kernel.operands = {reads(Operand::Kind::input, 0, VKGAN_BIND_A),
                       writes(Operand::Kind::output, 0, VKGAN_BIND_OUT0)};
    return Emission{{kernel}, {}, false};
}

Result<Emission> assign_kernels(const KernelQuery& query) {
    Kernel kernel{.shader = "fake:rows", .push = {quads_of(query.inputs[0]), 0}};
    kernel.operands = {reads(Operand::Kind::input, 0, VKGAN_BIND_A),
                       writes(Operand::Kind::variable, 0, VKGAN_BIND_OUT0)};
    return Emission{{kernel}, {}, false};
}

Result<Emission> broadcast_kernels(const KernelQuery& query) {
    const Shape& from = query.inputs[0];
    Kernel kernel{.shader = "fake:broadcast",
                  .push = {quads_of(query.node.shape), static_cast<uint32_t>(inner_quads(query.node.shape)),
                           static_cast<uint32_t>(query.node.shape[1] % 4), quads_of(from),
                           uint32_t{from.element_count() == 1}}};
    kernel.operands = {reads(Operand::Kind::input, 0, VKGAN_BIND_A),
                       writes(Operand::Kind::output, 0, VKGAN_BIND_OUT0)};
    return Emission{{kernel}, {}, false};
}

Result<Emission> flatten_kernels(const KernelQuery&) { return Emission{{}, {}, true}; }

Result<Emission> descend_kernels(const KernelQuery& query) {
    int64_t bytes = 0;
    for (const Shape& shape : query.inputs) bytes += byte_count(shape);
    Kernel kernel{.shader = "fake:descend", .push = {static_cast<uint32_t>(bytes / 16)}};
    kernel.operands = {
        {.kind = Operand::Kind::variable,
         .binding = VKGAN_BIND_OUT0,
         .access = Access::read_write,
         .bytes = bytes},
        {.kind = Operand::Kind::input, .binding = VKGAN_BIND_A, .access = Access::read, .bytes = bytes}};
    return Emission{{kernel}, {}, false};
}

const Op add_op{.name = "add", .arity = 2, .shape = first_shape, .pointwise_code = 1};
const Op mul_op{.name = "mul", .arity = 2, .shape = first_shape, .pointwise_code = 3};
const Op scale_op{.name = "scale", .shape = first_shape, .pointwise_code = 5};
const Op square_op{.name = "square", .shape = first_shape, .pointwise_code = 14};
const Op mix_op{
    .name = "mix", .arity = 2, .shape = first_shape, .kernels = mix_kernels, .takes_epilogue = true};
const Op total_op{
    .name = "total", .shape = row_shape, .kernels = total_kernels, .takes_prologue = true, .most_twins = 2};
const Op rows_op{.name = "slice", .shape = slice_shape, .kernels = rows_kernels};
const Op assign_op{.name = "assign", .shape = scalar_shape, .kernels = assign_kernels, .updates = true};
const Op broadcast_op{.name = "broadcast", .shape = wanted_shape, .kernels = broadcast_kernels};
const Op flatten_op{.name = "flatten", .shape = flat_shape, .kernels = flatten_kernels};
const Op descend_op{
    .name = "descend", .arity = -1, .shape = scalar_shape, .kernels = descend_kernels, .updates = true};

Value append(const Op& op, std::vector<Value> inputs, Attributes attributes = {}) {
    Graph& graph = *inputs[0].graph;
    return graph.add(op, inputs, std::move(attributes));
}

}  // namespace

Value add(Value a, Value b) { return append(add_op, {a, b}); }
Value mul(Value a, Value b) { return append(mul_op, {a, b}); }
Value scale(Value a, double factor) {
    return append(scale_op, {a}, {.ints = {}, .floats = {factor}, .name = {}});
}
Value square(Value a) { return append(square_op, {a}); }
Value mix(Value a, Value w) { return append(mix_op, {a, w}); }
Value total(Value a) { return append(total_op, {a}); }
Value flatten(Value a) { return append(flatten_op, {a}); }
Value broadcast(Value a, const Shape& shape) {
    return append(broadcast_op, {a}, {.ints = {shape.begin(), shape.end()}, .floats = {}, .name = {}});
}
Value rows_of(Value a, int64_t begin, int64_t count) {
    return append(rows_op, {a}, {.ints = {0, begin, 1, count}, .floats = {}, .name = {}});
}
Value assign(Graph& graph, int32_t variable, Value value) {
    return graph.add(assign_op, std::array{value}, {}, std::array{variable});
}
Value descend(Graph& graph, std::span<const int32_t> variables, std::span<const Value> gradients) {
    return graph.add(descend_op, gradients, {}, variables);
}

}  // namespace fake
