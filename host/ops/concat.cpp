// concat: tensors one after another along an axis.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/coordinates.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/ops.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <array>

namespace vkgan {
namespace {

constexpr size_t parts_per_kernel = 4;

Result<Shape> concat_shape(const ShapeQuery& query) {
    if (query.inputs.empty() || query.inputs.size() > parts_per_kernel)
        return Error{Code::invalid_argument,
                     "concat: " + std::to_string(query.inputs.size()) + " parts, but a node takes 1 to 4"};
    Shape shape = query.inputs[0];
    const int64_t axis = query.attributes.ints[0];
    if (axis < 0 || axis >= shape.rank())
        return Error{Code::invalid_argument,
                     "concat: axis " + std::to_string(axis) + " of a tensor " + shape.to_string()};
    const int along = static_cast<int>(axis);
    for (size_t part = 1; part < query.inputs.size(); ++part) {
        Shape aligned = query.inputs[part];
        if (aligned.rank() == shape.rank()) {
            const int64_t extent = aligned[along];
            aligned[along] = shape[along];
            if (aligned == shape) {
                shape[along] += extent;
                continue;
            }
        }
        return Error{Code::shape_mismatch, "concat: part " + std::to_string(part) + " is " +
                                               query.inputs[part].to_string() + " but part 0 is " +
                                               query.inputs[0].to_string() + "; only axis " +
                                               std::to_string(axis) + " may differ"};
    }
    return shape;
}

void concat_reference(const ReferenceCall& call) {
    const auto along = static_cast<size_t>(call.attributes.ints[0]);
    int64_t start = 0;
    for (const DoubleTensor* part : call.inputs) {
        for_each_coordinate(part->shape, [&](Coordinate at, size_t flat) {
            at[along] += start;
            call.output.values[flat_index(call.output.shape, at)] = part->values[flat];
        });
        start += part->shape[static_cast<int>(along)];
    }
}

std::vector<Value> concat_gradient(const GradientCall& call) {
    const int along = static_cast<int>(call.attributes.ints[0]);
    std::vector<Value> gradients(call.inputs.size());
    int64_t start = 0;
    for (size_t part = 0; part < call.inputs.size(); ++part) {
        const int64_t count = call.inputs[part].shape()[along];
        if (call.wanted[part]) gradients[part] = op::slice(call.output_gradient, along, start, count);
        start += count;
    }
    return gradients;
}

// Physically a result is rows of quads, each the parts' rows one after another: a row starts at every step of
// the axes that lie outside of `along`. Returns how long the row of a tensor is, in elements along the inner
// axis or in quads.
int64_t row_length(const Shape& shape, int along, bool inner) {
    if (inner) return shape[along];
    int64_t length = inner_quads(shape);
    for (int axis = along; axis < shape.rank(); ++axis)
        if (axis != inner_axis(shape)) length *= shape[axis];
    return length;
}

Result<Emission> concat_kernels(const KernelQuery& query) {
    std::vector<Shape> shapes(query.inputs.begin(), query.inputs.end());
    const bool texel = use_texels(query.device, shapes);
    shapes.push_back(query.node.shape);
    VKGAN_TRY(check_bindings("concat", shapes, query.device));
    const int along = static_cast<int>(query.node.attributes.ints[0]);
    const bool inner = along == inner_axis(query.node.shape);

    Kernel kernel;
    kernel.shader = shader_variant("concat", texel);
    kernel.groups = groups_for(quad_count(query.node.shape), 64, query.device);
    kernel.label = "concat " + query.node.shape.to_string();
    bool elements = false;  // a part's border inside a quad
    int64_t end = 0;
    for (size_t slot = 0; slot < parts_per_kernel; ++slot) {
        const size_t part = std::min(slot, query.inputs.size() - 1);
        if (slot == part) {
            elements = elements || (inner && end % 4 != 0);
            end += row_length(query.inputs[part], along, inner);
        }
        kernel.constants.emplace_back(static_cast<uint32_t>(3 + slot), static_cast<uint32_t>(end));
        kernel.operands.push_back(read_operand(Operand::Kind::input, static_cast<int>(part),
                                               VKGAN_BIND_A + static_cast<int>(slot), texel));
    }
    kernel.operands.push_back(write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0));
    if (inner && !elements)  // whole quads: the ends in quads
        for (auto& [id, value] : kernel.constants) value = (value + 3) / 4;
    const int64_t row_quads = inner ? (end + 3) / 4 : end;
    kernel.constants.emplace_back(0, static_cast<uint32_t>(quad_count(query.node.shape)));
    kernel.constants.emplace_back(1, static_cast<uint32_t>(row_quads));
    kernel.constants.emplace_back(2, elements ? 1u : 0u);
    Emission emission;
    emission.kernels.push_back(std::move(kernel));
    return emission;
}

constexpr std::array<std::string_view, 1> concat_ints{"axis"};

}  // namespace

namespace op_def {
extern const Op concat;
const Op concat = {.name = "concat",
                   .arity = -1,
                   .shape = concat_shape,
                   .reference = concat_reference,
                   .gradient = concat_gradient,
                   .kernels = concat_kernels,
                   .int_names = concat_ints,
                   .halves = Halves::all};
}  // namespace op_def

// More parts than a kernel binds become concats of concats.
Value op::concat(std::span<const Value> parts, int axis) {
    std::vector<Value> level(parts.begin(), parts.end());
    while (level.size() > 1) {
        std::vector<Value> next;
        for (size_t first = 0; first < level.size(); first += parts_per_kernel) {
            const std::span<const Value> group = std::span<const Value>(level).subspan(
                first, std::min(parts_per_kernel, level.size() - first));
            const bool alone = group.size() == 1 || !group[0].valid();
            next.push_back(alone ? group[0]
                                 : group[0].graph->add(op_def::concat, group,
                                                       {.ints = {axis}, .floats = {}, .name = {}}));
        }
        level = std::move(next);
    }
    return level.empty() ? Value{} : level.front();
}

}  // namespace vkgan
