// gather and scatter_add: rows of a table by index, and the adjoint, which sums in the order of the list.
// SPDX-License-Identifier: MIT
//
// An index outside of the table reads zeros and adds nothing.
#include "host/graph/layout.hpp"
#include "host/ops/checks.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/ops.hpp"
#include "shaders/lib/limits.h"

#include <array>

namespace vkgan {
namespace {

Status check_ranks(std::string_view name, const Shape& rows, const Shape& index) {
    if (rows.rank() == 2 && index.rank() == 1) return {};
    return Error{Code::shape_mismatch, std::string(name) + ": rows are " + rows.to_string() +
                                           " and the index is " + index.to_string() +
                                           " but [R, C] and [B] are taken"};
}

Result<Shape> gather_shape(const ShapeQuery& query) {
    VKGAN_TRY(check_ranks("gather", query.inputs[0], query.inputs[1]));
    return Shape{query.inputs[1][0], query.inputs[0][1]};
}

Result<Shape> scatter_add_shape(const ShapeQuery& query) {
    const Shape &rows = query.inputs[0], &index = query.inputs[1];
    VKGAN_TRY(check_ranks("scatter_add", rows, index));
    if (rows[0] != index[0])
        return Error{Code::shape_mismatch, "scatter_add: " + std::to_string(rows[0]) + " rows but " +
                                               std::to_string(index[0]) + " indices"};
    if (query.attributes.ints[0] < 1)
        return Error{Code::invalid_argument, "scatter_add: row_count is " +
                                                 std::to_string(query.attributes.ints[0]) +
                                                 " but must be at least 1"};
    return Shape{query.attributes.ints[0], rows[1]};
}

// visit(row of the list, row of the table) in the order of the list.
template <class Visit>
void for_each_row(const DoubleTensor& index, int64_t row_count, Visit visit) {
    for (size_t row = 0; row < index.values.size(); ++row)
        if (index.values[row] >= 0 && index.values[row] < static_cast<double>(row_count))
            visit(row, static_cast<size_t>(index.values[row]));
}

void gather_reference(const ReferenceCall& call) {
    const DoubleTensor& table = *call.inputs[0];
    const auto columns = static_cast<size_t>(table.shape[1]);
    for_each_row(*call.inputs[1], table.shape[0], [&](size_t row, size_t from) {
        for (size_t c = 0; c < columns; ++c)
            call.output.values[row * columns + c] = table.values[from * columns + c];
    });
}

void scatter_add_reference(const ReferenceCall& call) {
    const DoubleTensor& rows = *call.inputs[0];
    const auto columns = static_cast<size_t>(rows.shape[1]);
    for_each_row(*call.inputs[1], call.attributes.ints[0], [&](size_t row, size_t to) {
        for (size_t c = 0; c < columns; ++c)
            call.output.values[to * columns + c] += rows.values[row * columns + c];
    });
}

std::vector<Value> gather_gradient(const GradientCall& call) {
    return {op::scatter_add(call.output_gradient, call.inputs[1], call.inputs[0].shape()[0]), Value{}};
}

std::vector<Value> scatter_add_gradient(const GradientCall& call) {
    return {op::gather(call.output_gradient, call.inputs[1]), Value{}};
}

Result<Emission> row_kernels(const KernelQuery& query, bool scatter) {
    const std::array shapes{query.inputs[0], query.inputs[1], query.node.shape};
    VKGAN_TRY(check_bindings(query.node.op->name, shapes, query.device));
    const bool texel = use_texels(query.device, std::span(shapes).first(1));
    Kernel kernel;
    kernel.shader = shader_variant("gather", texel);
    kernel.constants = {{0, static_cast<uint32_t>(quad_count(query.node.shape))},
                        {1, static_cast<uint32_t>(inner_quads(query.node.shape))},
                        {2, static_cast<uint32_t>(query.inputs[0][0])},
                        {3, scatter ? 1u : 0u}};
    kernel.operands = {read_operand(Operand::Kind::input, 0, VKGAN_BIND_A, texel),
                       read_operand(Operand::Kind::input, 1, VKGAN_BIND_B, false),
                       write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0)};
    kernel.groups = groups_for(quad_count(query.node.shape), 64, query.device);
    kernel.label = std::string(query.node.op->name) + " " + query.node.shape.to_string();
    Emission emission;
    emission.kernels.push_back(std::move(kernel));
    return emission;
}

Result<Emission> gather_kernels(const KernelQuery& query) { return row_kernels(query, false); }
Result<Emission> scatter_add_kernels(const KernelQuery& query) { return row_kernels(query, true); }

constexpr std::array<std::string_view, 1> scatter_add_ints{"row_count"};

}  // namespace

namespace op_def {
extern const Op gather;
const Op gather = {.name = "gather",
                   .arity = 2,
                   .shape = gather_shape,
                   .reference = gather_reference,
                   .gradient = gather_gradient,
                   .kernels = gather_kernels,
                   .halves = Halves::all};
extern const Op scatter_add;
const Op scatter_add = {.name = "scatter_add",
                        .arity = 2,
                        .shape = scatter_add_shape,
                        .reference = scatter_add_reference,
                        .gradient = scatter_add_gradient,
                        .kernels = scatter_add_kernels,
                        .int_names = scatter_add_ints,
                        .halves = Halves::all};
}  // namespace op_def

Value op::gather(Value table, Value index) {
    if (!accept_index("gather", index)) return {index.graph, -1};
    return index.graph->add(op_def::gather, std::array{table, index});
}

Value op::scatter_add(Value rows, Value index, int64_t row_count) {
    if (!accept_index("scatter_add", index)) return {index.graph, -1};
    return index.graph->add(op_def::scatter_add, std::array{rows, index},
                            {.ints = {row_count}, .floats = {}, .name = {}});
}

}  // namespace vkgan
