// reduce_sum and reduce_max over axes, which stay with extent 1; and what is composed of them.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "host/ops/reduce_kernels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 1> int_names{"axes"};

Result<Shape> reduce_shape(const ShapeQuery& query) {
    Shape shape = query.inputs[0];
    int64_t previous = -1;
    for (const int64_t axis : query.attributes.ints) {
        if (axis < 0 || axis >= shape.rank()) {
            return Error{Code::invalid_argument,
                         fmt::format("reduce: axis {} is outside the {} axes of {}", axis, shape.rank(),
                                     query.inputs[0].to_string())};
        }
        if (axis <= previous) {
            return Error{Code::invalid_argument,
                         fmt::format("reduce: axis {} is given after {}", axis, previous)};
        }
        previous = axis;
        shape[int(axis)] = 1;
    }
    return shape;
}

// Calls visit(output index, input index) for every element of the input in row-major order.
template <class Visit>
void for_each_term(const Shape& in, const Shape& out, Visit visit) {
    std::array<int64_t, max_rank> at{}, stride{};
    for (int axis = 0; axis < in.rank(); ++axis) stride[size_t(axis)] = out[axis] == 1 ? 0 : out.stride(axis);
    int64_t to = 0;
    const int64_t count = in.element_count();
    for (int64_t from = 0; from < count; ++from) {
        visit(size_t(to), size_t(from));
        for (int axis = in.rank() - 1; axis >= 0; --axis) {
            const size_t i = size_t(axis);
            to += stride[i];
            if (++at[i] < in[axis]) break;
            to -= stride[i] * in[axis];
            at[i] = 0;
        }
    }
}

void reduce_sum_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    for_each_term(x.shape, call.output.shape,
                  [&](size_t to, size_t from) { call.output.values[to] += x.values[from]; });
}

void reduce_max_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    std::ranges::fill(call.output.values, -std::numeric_limits<double>::infinity());
    for_each_term(x.shape, call.output.shape, [&](size_t to, size_t from) {
        call.output.values[to] = std::max(call.output.values[to], x.values[from]);
    });
}

std::vector<Value> reduce_sum_gradient(const GradientCall& call) {
    return {op::broadcast(call.output_gradient, call.inputs[0].shape())};
}

std::vector<Value> reduce_max_gradient(const GradientCall& call) {
    const Value x = call.inputs[0];
    // x never exceeds its maximum: 1 - [max > x] marks the maxima, which share the gradient equally.
    const Value is_maximum = op::offset(op::neg(op::greater(op::broadcast(call.output, x.shape()), x)), 1);
    const std::vector<int> axes(call.attributes.ints.begin(), call.attributes.ints.end());
    const Value share = call.output_gradient / op::reduce_sum(is_maximum, axes);
    return {is_maximum * op::broadcast(share, x.shape())};
}

Value reduce(const Op& op, Value x, std::span<const int> axes) {
    std::vector<int64_t> sorted(axes.begin(), axes.end());
    std::ranges::sort(sorted);
    const auto keeps = [&](int64_t axis) {
        return axis >= 0 && axis < x.shape().rank() && x.shape()[int(axis)] == 1;
    };
    if (x.index >= 0 && std::ranges::all_of(sorted, keeps)) return x;
    return x.graph->add(op, std::array{x}, {.ints = std::move(sorted), .floats = {}, .name = {}});
}

}  // namespace

namespace op_def {

extern const Op reduce_sum;
const Op reduce_sum = {.name = "reduce_sum",
                       .shape = reduce_shape,
                       .reference = reduce_sum_reference,
                       .gradient = reduce_sum_gradient,
                       .kernels = reduce_kernels,
                       .int_names = int_names,
                       .takes_prologue = true,
                       .most_twins = 2,
                       .halves = Halves::read};

extern const Op reduce_max;
const Op reduce_max = {.name = "reduce_max",
                       .shape = reduce_shape,
                       .reference = reduce_max_reference,
                       .gradient = reduce_max_gradient,
                       .kernels = reduce_kernels,
                       .int_names = int_names,
                       .halves = Halves::read};

}  // namespace op_def

namespace op {

Value reduce_sum(Value x, std::span<const int> axes) { return reduce(op_def::reduce_sum, x, axes); }

Value reduce_max(Value x, std::span<const int> axes) { return reduce(op_def::reduce_max, x, axes); }

Value reduce_mean(Value x, std::span<const int> axes) {
    const Value sum = reduce_sum(x, axes);
    if (sum.index < 0) return sum;
    const int64_t count = x.shape().element_count() / sum.shape().element_count();
    return scale(sum, 1.0 / double(count));
}

Value sum_all(Value x) {
    std::vector<int> axes(size_t(x.shape().rank()));
    std::iota(axes.begin(), axes.end(), 0);
    const Value sum = reduce_sum(x, axes);
    return sum.shape().rank() == 0 ? sum : reshape(sum, {});
}

Value mean_all(Value x) { return scale(sum_all(x), 1.0 / double(x.shape().element_count())); }

}  // namespace op

}  // namespace vkgan
