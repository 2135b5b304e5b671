// permute: axes in another order.
// SPDX-License-Identifier: MIT
#include "host/ops/coordinates.hpp"
#include "host/ops/ops.hpp"
#include "host/ops/reindex.hpp"

#include <array>

namespace vkgan {
namespace {

Result<Shape> permute_shape(const ShapeQuery& query) {
    const Shape& x = query.inputs[0];
    const auto& axes = query.attributes.ints;
    if (static_cast<int>(axes.size()) != x.rank())
        return Error{Code::invalid_argument, "permute: " + std::to_string(axes.size()) +
                                                 " axes for a tensor " + x.to_string() + " of rank " +
                                                 std::to_string(x.rank())};
    Shape shape = x;
    unsigned seen = 0;
    for (int axis = 0; axis < x.rank(); ++axis) {
        const int64_t from = axes[static_cast<size_t>(axis)];
        if (from < 0 || from >= x.rank() || (seen >> from & 1u) != 0)
            return Error{Code::invalid_argument, "permute: axis " + std::to_string(from) +
                                                     " is repeated or not one of the axes of " +
                                                     x.to_string()};
        seen |= 1u << from;
        shape[axis] = x[static_cast<int>(from)];
    }
    return shape;
}

void permute_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    for_each_coordinate(call.output.shape, [&](const Coordinate& at, size_t flat) {
        Coordinate from{};
        for (size_t axis = 0; axis < call.attributes.ints.size(); ++axis)
            from[static_cast<size_t>(call.attributes.ints[axis])] = at[axis];
        call.output.values[flat] = x.values[flat_index(x.shape, from)];
    });
}

std::vector<Value> permute_gradient(const GradientCall& call) {
    std::vector<int> inverse(call.attributes.ints.size());
    for (size_t axis = 0; axis < inverse.size(); ++axis)
        inverse[static_cast<size_t>(call.attributes.ints[axis])] = static_cast<int>(axis);
    return {op::permute(call.output_gradient, inverse)};
}

Result<Emission> permute_kernels(const KernelQuery& query) {
    const Shape& shape = query.node.shape;
    Reindex map;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const int from = static_cast<int>(query.node.attributes.ints[static_cast<size_t>(axis)]);
        map.axes[static_cast<size_t>(axis)] = {
            {.extent = shape[axis], .stride = physical_stride(query.inputs[0], from)}};
    }
    return emit_reindex(query, map);
}

constexpr std::array<std::string_view, 1> permute_ints{"axes"};

}  // namespace

namespace op_def {
extern const Op permute;
const Op permute = {.name = "permute",
                    .shape = permute_shape,
                    .reference = permute_reference,
                    .gradient = permute_gradient,
                    .kernels = permute_kernels,
                    .int_names = permute_ints,
                    .halves = Halves::all};
}  // namespace op_def

Value op::permute(Value x, std::span<const int> axes) {
    if (!x.valid()) return x;
    return x.graph->add(op_def::permute, std::array{x},
                        {.ints = {axes.begin(), axes.end()}, .floats = {}, .name = {}});
}

}  // namespace vkgan
