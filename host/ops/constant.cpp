// constant: a tensor filled with one value.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/flat.hpp"
#include "host/ops/ops.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <array>
#include <bit>

namespace vkgan {
namespace {

// Attributes: the shape's extents; the value.
Result<Shape> constant_shape(const ShapeQuery& query) {
    if (query.attributes.ints.size() > max_rank)
        return Error{Code::invalid_argument, "constant: rank " +
                                                 std::to_string(query.attributes.ints.size()) +
                                                 " but tensors have at most " + std::to_string(max_rank)};
    return Shape(std::span<const int64_t>(query.attributes.ints));
}

void constant_reference(const ReferenceCall& call) {
    std::fill(call.output.values.begin(), call.output.values.end(), call.attributes.floats[0]);
}

Result<Emission> constant_kernels(const KernelQuery& query) {
    const Shape& shape = query.node.shape;
    const int axis = inner_axis(shape);
    Emission emission;
    for (const FlatPart& part : flat_parts(quad_count(shape), false, query.device)) {
        Operand result = write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0);
        result.offset_bytes = part.offset_bytes();
        result.bytes = part.bytes();
        const float value = static_cast<float>(query.node.attributes.floats[0]);
        emission.kernels.push_back({
            .shader = "constant:ssbo",
            .constants = {},
            .push = {static_cast<uint32_t>(part.first_quad), static_cast<uint32_t>(part.quads),
                     static_cast<uint32_t>(inner_quads(shape)),
                     static_cast<uint32_t>(axis < 0 ? 1 : shape[axis]), std::bit_cast<uint32_t>(value)},
            .operands = {result},
            .groups = groups_for(part.quads, 64, query.device),
            .label = "constant " + shape.to_string(),
        });
    }
    return emission;
}

constexpr std::array<std::string_view, 1> constant_ints{"shape"};
constexpr std::array<std::string_view, 1> constant_floats{"value"};

}  // namespace

namespace op_def {
extern const Op constant;
const Op constant = {.name = "constant",
                     .arity = 0,
                     .shape = constant_shape,
                     .reference = constant_reference,
                     .kernels = constant_kernels,
                     .int_names = constant_ints,
                     .float_names = constant_floats};
}  // namespace op_def

Value op::constant(Graph& graph, double value, const Shape& shape) {
    return graph.add(op_def::constant, {},
                     {.ints = {shape.begin(), shape.end()}, .floats = {value}, .name = {}});
}

}  // namespace vkgan
