// pixel_shuffle and pixel_unshuffle: channels to space and back, each the other's gradient.
// SPDX-License-Identifier: MIT
#include "host/ops/checks.hpp"
#include "host/ops/coordinates.hpp"
#include "host/ops/ops.hpp"
#include "host/ops/reindex.hpp"

#include <array>

namespace vkgan {
namespace {

constexpr int64_t max_factor = 4096;

Status check_factor(std::string_view name, const Shape& x, int64_t factor) {
    VKGAN_TRY(check_image(name, x));
    if (factor < 1 || factor > max_factor)
        return Error{Code::invalid_argument, std::string(name) + ": factor " + std::to_string(factor) +
                                                 " is not within 1 to " + std::to_string(max_factor)};
    return {};
}

Result<Shape> pixel_shuffle_shape(const ShapeQuery& query) {
    const Shape& x = query.inputs[0];
    const int64_t r = query.attributes.ints[0];
    VKGAN_TRY(check_factor("pixel_shuffle", x, r));
    if (x[1] % (r * r) != 0)
        return Error{Code::shape_mismatch, "pixel_shuffle: " + std::to_string(x[1]) +
                                               " channels are not a multiple of " + std::to_string(r * r)};
    return Shape{x[0], x[1] / (r * r), x[2] * r, x[3] * r};
}

Result<Shape> pixel_unshuffle_shape(const ShapeQuery& query) {
    const Shape& x = query.inputs[0];
    const int64_t r = query.attributes.ints[0];
    VKGAN_TRY(check_factor("pixel_unshuffle", x, r));
    if (x[2] % r != 0 || x[3] % r != 0)
        return Error{Code::shape_mismatch, "pixel_unshuffle: " + std::to_string(x[2]) + " x " +
                                               std::to_string(x[3]) + " pixels are not multiples of " +
                                               std::to_string(r)};
    return Shape{x[0], x[1] * r * r, x[2] / r, x[3] / r};
}

// The coordinate among many channels of an element with few channels and many pixels.
Coordinate gathered(const Coordinate& at, int64_t r) {
    return {at[0], (at[1] * r + at[2] % r) * r + at[3] % r, at[2] / r, at[3] / r};
}

void pixel_shuffle_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    for_each_coordinate(call.output.shape, [&](const Coordinate& at, size_t flat) {
        call.output.values[flat] = x.values[flat_index(x.shape, gathered(at, call.attributes.ints[0]))];
    });
}

void pixel_unshuffle_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    for_each_coordinate(x.shape, [&](const Coordinate& at, size_t flat) {
        call.output.values[flat_index(call.output.shape, gathered(at, call.attributes.ints[0]))] =
            x.values[flat];
    });
}

std::vector<Value> pixel_shuffle_gradient(const GradientCall& call) {
    return {op::pixel_unshuffle(call.output_gradient, static_cast<int>(call.attributes.ints[0]))};
}

std::vector<Value> pixel_unshuffle_gradient(const GradientCall& call) {
    return {op::pixel_shuffle(call.output_gradient, static_cast<int>(call.attributes.ints[0]))};
}

Result<Emission> pixel_shuffle_kernels(const KernelQuery& query) {
    const Shape& x = query.inputs[0];
    const int64_t r = query.node.attributes.ints[0];
    Reindex map = identity_reindex(query.node.shape, x);
    map.axes[1].front().stride = r * r;
    map.axes[2] = {{.extent = x[2], .stride = physical_stride(x, 2)}, {.extent = r, .stride = r}};
    map.axes[3] = {{.extent = x[3], .stride = physical_stride(x, 3)}, {.extent = r, .stride = 1}};
    return emit_reindex(query, map);
}

Result<Emission> pixel_unshuffle_kernels(const KernelQuery& query) {
    const Shape& x = query.inputs[0];
    const int64_t r = query.node.attributes.ints[0];
    const int64_t row = physical_stride(x, 2), pixel = physical_stride(x, 3);
    Reindex map = identity_reindex(query.node.shape, x);
    map.axes[1] = {
        {.extent = x[1], .stride = 1}, {.extent = r, .stride = row}, {.extent = r, .stride = pixel}};
    map.axes[2].front().stride = row * r;
    map.axes[3].front().stride = pixel * r;
    return emit_reindex(query, map);
}

constexpr std::array<std::string_view, 1> shuffle_ints{"factor"};

}  // namespace

namespace op_def {
extern const Op pixel_shuffle;
const Op pixel_shuffle = {.name = "pixel_shuffle",
                          .shape = pixel_shuffle_shape,
                          .reference = pixel_shuffle_reference,
                          .gradient = pixel_shuffle_gradient,
                          .kernels = pixel_shuffle_kernels,
                          .int_names = shuffle_ints,
                          .halves = Halves::all};
extern const Op pixel_unshuffle;
const Op pixel_unshuffle = {.name = "pixel_unshuffle",
                            .shape = pixel_unshuffle_shape,
                            .reference = pixel_unshuffle_reference,
                            .gradient = pixel_unshuffle_gradient,
                            .kernels = pixel_unshuffle_kernels,
                            .int_names = shuffle_ints,
                            .halves = Halves::all};
}  // namespace op_def

Value op::pixel_shuffle(Value x, int factor) {
    if (!x.valid()) return x;
    return x.graph->add(op_def::pixel_shuffle, std::array{x}, {.ints = {factor}, .floats = {}, .name = {}});
}

Value op::pixel_unshuffle(Value x, int factor) {
    if (!x.valid()) return x;
    return x.graph->add(op_def::pixel_unshuffle, std::array{x}, {.ints = {factor}, .floats = {}, .name = {}});
}

}  // namespace vkgan
