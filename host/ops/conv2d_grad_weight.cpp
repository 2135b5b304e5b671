// conv2d_grad_weight: the gradient of conv2d by its filters: correlation of images with output gradients.
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_kernels.hpp"
#include "host/ops/conv_geometry.hpp"

#include <fmt/format.h>

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 6> int_names{"stride", "pad",           "dilation",
                                                    "groups", "kernel_height", "kernel_width"};

// Inputs x [N, C, H, W] and dy [N, O, h, w].
Result<ConvGeometry> geometry(const Shape& x, const Shape& dy, std::span<const int64_t> ints) {
    const auto wrong = [](std::string text) {
        return Error{Code::shape_mismatch, "conv2d_grad_weight: " + text};
    };
    if (ints.size() != 6) return wrong(fmt::format("takes 6 attributes but got {}", ints.size()));
    if (x.rank() != 4 || dy.rank() != 4) {
        return wrong(fmt::format("images have rank 4 but x is {} and dy {}", x.to_string(), dy.to_string()));
    }
    if (ints[4] < 1 || ints[5] < 1 || ints[4] > (1 << 20) || ints[5] > (1 << 20)) {
        return wrong(
            fmt::format("kernel height {} and width {} must lie in 1 .. {}", ints[4], ints[5], 1 << 20));
    }
    const int64_t groups = ints[3];
    if (groups < 1 || x[1] % groups != 0) {
        return wrong(
            fmt::format("{} groups do not divide the {} channels of x {}", groups, x[1], x.to_string()));
    }
    const Shape w{dy[1], x[1] / groups, ints[4], ints[5]};
    return conv_geometry("conv2d_grad_weight", x, w, ints.first(4), dy);
}

Result<Shape> conv2d_grad_weight_shape(const ShapeQuery& query) {
    VKGAN_ASSIGN(const ConvGeometry g, geometry(query.inputs[0], query.inputs[1], query.attributes.ints));
    return g.w;
}

void conv2d_grad_weight_reference(const ReferenceCall& call) {
    const DoubleTensor &x = *call.inputs[0], &dy = *call.inputs[1];
    const ConvGeometry g = *geometry(x.shape, dy.shape, call.attributes.ints);
    for_each_conv_row(g, [&](int64_t xi, int64_t wi, int64_t yi, int64_t count) {
        const double* const image = x.values.data() + xi;
        const double* const gradient = dy.values.data() + yi;
        double sum = 0;
        for (int64_t i = 0; i < count; ++i) sum += image[i * g.stride] * gradient[i];
        call.output.values[size_t(wi)] += sum;
    });
}

std::vector<Value> conv2d_grad_weight_gradient(const GradientCall& call) {
    const Value x = call.inputs[0], dy = call.inputs[1], d = call.output_gradient;
    const op::ConvOptions options = conv_options(call.attributes.ints);
    std::vector<Value> gradients(2);
    if (call.wanted[0]) gradients[0] = op::conv2d_grad_input(dy, d, x.shape()[2], x.shape()[3], options);
    if (call.wanted[1]) gradients[1] = op::conv2d(x, d, options);
    return gradients;
}

}  // namespace

namespace op_def {

extern const Op conv2d_grad_weight;
const Op conv2d_grad_weight = {.name = "conv2d_grad_weight",
                               .arity = 2,
                               .shape = conv2d_grad_weight_shape,
                               .reference = conv2d_grad_weight_reference,
                               .gradient = conv2d_grad_weight_gradient,
                               .kernels = conv2d_grad_weight_kernels,
                               .int_names = int_names,
                               .halves = Halves::read};

}  // namespace op_def

namespace op {

Value conv2d_grad_weight(Value x, Value dy, int64_t kernel_height, int64_t kernel_width,
                         const ConvOptions& options) {
    if (options.pad_mode != Pad::zero && options.pad > 0) {
        ConvOptions inner = options;
        inner.pad_mode = Pad::zero;
        inner.pad = 0;
        const int64_t pad = options.pad;
        const Value padded = pad2d(x, {pad, pad, pad, pad}, options.pad_mode);
        return conv2d_grad_weight(padded, dy, kernel_height, kernel_width, inner);
    }
    std::vector<int64_t> ints = conv_ints(options);
    ints.insert(ints.end(), {kernel_height, kernel_width});
    return x.graph->add(op_def::conv2d_grad_weight, std::array{x, dy},
                        {.ints = std::move(ints), .floats = {}, .name = {}});
}

}  // namespace op

}  // namespace vkgan
