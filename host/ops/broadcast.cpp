// broadcast: repeats axes of extent 1 (and new axes in front) to a larger shape, by numpy's rule.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "host/ops/reduce_kernels.hpp"

#include <fmt/format.h>

#include <array>

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 1> int_names{"shape"};

Result<Shape> broadcast_shape(const ShapeQuery& query) {
    const Shape& x = query.inputs[0];
    const std::vector<int64_t>& extents = query.attributes.ints;
    if (extents.size() > size_t(max_rank)) {
        return Error{Code::invalid_argument,
                     fmt::format("broadcast: rank {} is above the largest, {}", extents.size(), max_rank)};
    }
    const Shape target{std::span<const int64_t>(extents)};
    Shape both;
    if (!broadcast_shapes(x, target, both) || both != target) {
        return Error{Code::shape_mismatch, fmt::format("broadcast: {} does not broadcast to {}",
                                                       x.to_string(), target.to_string())};
    }
    return target;
}

void broadcast_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    const Shape& shape = call.output.shape;
    const int front = shape.rank() - x.shape.rank();
    std::array<int64_t, max_rank> at{}, stride{};
    for (int axis = front; axis < shape.rank(); ++axis) {
        stride[size_t(axis)] = x.shape[axis - front] == 1 ? 0 : x.shape.stride(axis - front);
    }
    int64_t from = 0;
    for (double& value : call.output.values) {
        value = x.values[size_t(from)];
        for (int axis = shape.rank() - 1; axis >= 0; --axis) {
            const size_t i = size_t(axis);
            from += stride[i];
            if (++at[i] < shape[axis]) break;
            from -= stride[i] * shape[axis];
            at[i] = 0;
        }
    }
}

std::vector<Value> broadcast_gradient(const GradientCall& call) {
    const Shape &from = call.inputs[0].shape(), &to = call.output.shape();
    const int front = to.rank() - from.rank();
    std::vector<int> axes;
    for (int axis = 0; axis < to.rank(); ++axis) {
        if (axis < front || from[axis - front] != to[axis]) axes.push_back(axis);
    }
    const Value sum = op::reduce_sum(call.output_gradient, axes);
    return {front == 0 ? sum : op::reshape(sum, from)};
}

}  // namespace

namespace op_def {

extern const Op broadcast;
const Op broadcast = {.name = "broadcast",
                      .shape = broadcast_shape,
                      .reference = broadcast_reference,
                      .gradient = broadcast_gradient,
                      .kernels = broadcast_kernels,
                      .int_names = int_names,
                      .halves = Halves::read};

}  // namespace op_def

namespace op {

Value broadcast(Value x, const Shape& shape) {
    if (x.index >= 0 && x.shape() == shape) return x;
    if (x.index >= 0 &&
        x.shape().rank() < shape.rank()) {  // nodes keep the rank: kernels then see axis meet axis
        Shape grown = shape;
        const int front = shape.rank() - x.shape().rank();
        for (int axis = 0; axis < shape.rank(); ++axis)
            grown[axis] = axis < front ? 1 : x.shape()[axis - front];
        x = reshape(x, grown);
        if (grown == shape) return x;
    }
    return x.graph->add(op_def::broadcast, std::array{x},
                        {.ints = {shape.begin(), shape.end()}, .floats = {}, .name = {}});
}

}  // namespace op

}  // namespace vkgan
