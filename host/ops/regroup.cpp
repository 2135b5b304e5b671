// regroup: the rows of all images, in their order, as the rows of another number of images.
// SPDX-License-Identifier: MIT
#include "host/ops/checks.hpp"
#include "host/ops/ops.hpp"

#include <array>

namespace vkgan {
namespace {

Result<Shape> regroup_shape(const ShapeQuery& query) {
    VKGAN_TRY(check_image("regroup", query.inputs[0]));
    Shape shape = query.inputs[0];
    const int64_t rows = shape[0] * shape[2], images = query.attributes.ints[0];
    if (images < 1 || rows % images != 0)
        return Error{Code::invalid_argument, "regroup: the " + std::to_string(rows) + " rows of " +
                                                 shape.to_string() + " are not those of " +
                                                 std::to_string(images) + " equal images"};
    shape[0] = images;
    shape[2] = rows / images;
    return shape;
}

void regroup_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    const Shape &from = x.shape, &to = call.output.shape;
    const int64_t channels = from[1], width = from[3];
    for (int64_t row = 0; row < from[0] * from[2]; ++row)
        for (int64_t c = 0; c < channels; ++c)
            for (int64_t w = 0; w < width; ++w) {
                const int64_t source = ((row / from[2] * channels + c) * from[2] + row % from[2]) * width + w;
                const int64_t target = ((row / to[2] * channels + c) * to[2] + row % to[2]) * width + w;
                call.output.values[size_t(target)] = x.values[size_t(source)];
            }
}

std::vector<Value> regroup_gradient(const GradientCall& call) {
    return {op::regroup(call.output_gradient, call.inputs[0].shape()[0])};
}

// Images lie row by row, channels innermost: nothing moves.
Result<Emission> regroup_kernels(const KernelQuery&) {
    Emission emission;
    emission.alias = true;
    return emission;
}

constexpr std::array<std::string_view, 1> regroup_ints{"images"};

}  // namespace

namespace op_def {
extern const Op regroup;
const Op regroup = {.name = "regroup",
                    .shape = regroup_shape,
                    .reference = regroup_reference,
                    .gradient = regroup_gradient,
                    .kernels = regroup_kernels,
                    .int_names = regroup_ints,
                    .halves = Halves::all};
}  // namespace op_def

Value op::regroup(Value x, int64_t images) {
    if (!x.valid() || (x.shape().rank() == 4 && x.shape()[0] == images)) return x;
    return x.graph->add(op_def::regroup, std::array{x}, {.ints = {images}, .floats = {}, .name = {}});
}

}  // namespace vkgan
