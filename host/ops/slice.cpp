// slice and slice_grad: every step-th element of one axis, and the tensor of zeros that holds them there.
// SPDX-License-Identifier: MIT
#include "host/ops/coordinates.hpp"
#include "host/ops/ops.hpp"
#include "host/ops/reindex.hpp"

#include <array>

namespace vkgan {
namespace {

Status check_range(std::string_view name, const Shape& x, const Attributes& attributes, int64_t count,
                   int64_t extent) {
    const int64_t axis = attributes.ints[0], begin = attributes.ints[1], step = attributes.ints[2];
    if (axis < 0 || axis >= x.rank())
        return Error{Code::invalid_argument,
                     std::string(name) + ": axis " + std::to_string(axis) + " of a tensor " + x.to_string()};
    if (begin < 0 || step < 1 || count < 1 || extent < 1 || begin >= extent ||
        (count - 1) > (extent - 1 - begin) / step)
        return Error{Code::invalid_argument, std::string(name) + ": " + std::to_string(count) +
                                                 " elements from " + std::to_string(begin) + " in steps of " +
                                                 std::to_string(step) + " do not lie within an extent of " +
                                                 std::to_string(extent)};
    return {};
}

// Attributes: axis, begin, step, count (slice) or extent (slice_grad).
Result<Shape> slice_shape(const ShapeQuery& query) {
    Shape shape = query.inputs[0];
    const auto& ints = query.attributes.ints;
    const bool has_axis = ints[0] >= 0 && ints[0] < shape.rank();
    const int64_t extent = has_axis ? shape[static_cast<int>(ints[0])] : 0;
    VKGAN_TRY(check_range("slice", shape, query.attributes, ints[3], extent));
    shape[static_cast<int>(ints[0])] = ints[3];
    return shape;
}

Result<Shape> slice_grad_shape(const ShapeQuery& query) {
    Shape shape = query.inputs[0];
    const auto& ints = query.attributes.ints;
    const bool has_axis = ints[0] >= 0 && ints[0] < shape.rank();
    const int64_t count = has_axis ? shape[static_cast<int>(ints[0])] : 0;
    VKGAN_TRY(check_range("slice_grad", shape, query.attributes, count, ints[3]));
    shape[static_cast<int>(ints[0])] = ints[3];
    return shape;
}

// Where an element of the slice lies in the tensor.
size_t place_in(const Shape& tensor, Coordinate at, const Attributes& attributes) {
    int64_t& moved = at[static_cast<size_t>(attributes.ints[0])];
    moved = attributes.ints[1] + moved * attributes.ints[2];
    return flat_index(tensor, at);
}

void slice_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    for_each_coordinate(call.output.shape, [&](const Coordinate& at, size_t flat) {
        call.output.values[flat] = x.values[place_in(x.shape, at, call.attributes)];
    });
}

void slice_grad_reference(const ReferenceCall& call) {
    const DoubleTensor& dy = *call.inputs[0];
    for_each_coordinate(dy.shape, [&](const Coordinate& at, size_t flat) {
        call.output.values[place_in(call.output.shape, at, call.attributes)] = dy.values[flat];
    });
}

std::vector<Value> slice_gradient(const GradientCall& call) {
    const auto& ints = call.attributes.ints;
    const int axis = static_cast<int>(ints[0]);
    return {op::slice_grad(call.output_gradient, axis, ints[1], ints[2], call.inputs[0].shape()[axis])};
}

std::vector<Value> slice_grad_gradient(const GradientCall& call) {
    const auto& ints = call.attributes.ints;
    const int axis = static_cast<int>(ints[0]);
    return {op::slice(call.output_gradient, axis, ints[1], call.inputs[0].shape()[axis], ints[2])};
}

Result<Emission> slice_kernels(const KernelQuery& query) {
    const auto& ints = query.node.attributes.ints;
    Reindex map = identity_reindex(query.node.shape, query.inputs[0]);
    Digit& digit = map.axes[static_cast<size_t>(ints[0])].front();
    map.base = digit.stride * ints[1];
    digit.stride *= ints[2];
    return emit_reindex(query, map);
}

Result<Emission> slice_grad_kernels(const KernelQuery& query) {
    const auto& ints = query.node.attributes.ints;
    Reindex map = identity_reindex(query.node.shape, query.inputs[0]);
    Digit& digit = map.axes[static_cast<size_t>(ints[0])].front();
    digit.low = ints[1];
    digit.step = ints[2];
    digit.count = query.inputs[0][static_cast<int>(ints[0])];
    return emit_reindex(query, map);
}

constexpr std::array<std::string_view, 4> slice_ints{"axis", "begin", "step", "count"};
constexpr std::array<std::string_view, 4> slice_grad_ints{"axis", "begin", "step", "extent"};

}  // namespace

namespace op_def {
extern const Op slice;
const Op slice = {.name = "slice",
                  .shape = slice_shape,
                  .reference = slice_reference,
                  .gradient = slice_gradient,
                  .kernels = slice_kernels,
                  .int_names = slice_ints,
                  .halves = Halves::all};
extern const Op slice_grad;
const Op slice_grad = {.name = "slice_grad",
                       .shape = slice_grad_shape,
                       .reference = slice_grad_reference,
                       .gradient = slice_grad_gradient,
                       .kernels = slice_grad_kernels,
                       .int_names = slice_grad_ints,
                       .halves = Halves::all};
}  // namespace op_def

Value op::slice(Value x, int axis, int64_t begin, int64_t count, int64_t step) {
    if (!x.valid()) return x;
    return x.graph->add(op_def::slice, std::array{x},
                        {.ints = {axis, begin, step, count}, .floats = {}, .name = {}});
}

Value op::slice_grad(Value dy, int axis, int64_t begin, int64_t step, int64_t extent) {
    if (!dy.valid()) return dy;
    return dy.graph->add(op_def::slice_grad, std::array{dy},
                         {.ints = {axis, begin, step, extent}, .floats = {}, .name = {}});
}

}  // namespace vkgan
