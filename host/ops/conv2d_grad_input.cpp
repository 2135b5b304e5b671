// conv2d_grad_input: the gradient of conv2d by its images; run forwards it is the transposed convolution.
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_kernels.hpp"
#include "host/ops/conv_geometry.hpp"

#include <fmt/format.h>

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 6> int_names{"stride", "pad", "dilation", "groups", "height", "width"};

// Inputs dy [N, O, h, w] and w [O, C / groups, kh, kw].
Result<ConvGeometry> geometry(const Shape& dy, const Shape& w, std::span<const int64_t> ints) {
    const auto wrong = [](std::string text) {
        return Error{Code::shape_mismatch, "conv2d_grad_input: " + text};
    };
    if (ints.size() != 6) return wrong(fmt::format("takes 6 attributes but got {}", ints.size()));
    if (dy.rank() != 4) return wrong(fmt::format("images have rank 4 but dy is {}", dy.to_string()));
    if (w.rank() != 4) return wrong(fmt::format("weights have rank 4 but w is {}", w.to_string()));
    if (dy[1] != w[0]) {
        return wrong(fmt::format("weight {} is for {} channels but dy {} has {}", w.to_string(), w[0],
                                 dy.to_string(), dy[1]));
    }
    if (ints[4] < 1 || ints[5] < 1 || ints[4] > (1 << 24) || ints[5] > (1 << 24)) {
        return wrong(fmt::format("height {} and width {} must lie in 1 .. {}", ints[4], ints[5], 1 << 24));
    }
    const int64_t groups = std::clamp<int64_t>(ints[3], 1, 1 << 20);
    const Shape x{dy[0], w[1] * groups, ints[4], ints[5]};
    return conv_geometry("conv2d_grad_input", x, w, ints.first(4), dy);
}

Result<Shape> conv2d_grad_input_shape(const ShapeQuery& query) {
    VKGAN_ASSIGN(const ConvGeometry g, geometry(query.inputs[0], query.inputs[1], query.attributes.ints));
    return g.x;
}

void conv2d_grad_input_reference(const ReferenceCall& call) {
    const DoubleTensor &dy = *call.inputs[0], &w = *call.inputs[1];
    const ConvGeometry g = *geometry(dy.shape, w.shape, call.attributes.ints);
    for_each_conv_row(g, [&](int64_t xi, int64_t wi, int64_t yi, int64_t count) {
        const double weight = w.values[size_t(wi)];
        const double* const from = dy.values.data() + yi;
        double* const to = call.output.values.data() + xi;
        for (int64_t i = 0; i < count; ++i) to[i * g.stride] += weight * from[i];
    });
}

std::vector<Value> conv2d_grad_input_gradient(const GradientCall& call) {
    const Value dy = call.inputs[0], w = call.inputs[1], d = call.output_gradient;
    const op::ConvOptions options = conv_options(call.attributes.ints);
    std::vector<Value> gradients(2);
    if (call.wanted[0]) gradients[0] = op::conv2d(d, w, options);
    if (call.wanted[1]) gradients[1] = op::conv2d_grad_weight(d, dy, w.shape()[2], w.shape()[3], options);
    return gradients;
}

}  // namespace

namespace op_def {

extern const Op conv2d_grad_input;
const Op conv2d_grad_input = {.name = "conv2d_grad_input",
                              .arity = 2,
                              .shape = conv2d_grad_input_shape,
                              .reference = conv2d_grad_input_reference,
                              .gradient = conv2d_grad_input_gradient,
                              .kernels = conv2d_grad_input_kernels,
                              .int_names = int_names,
                              .takes_epilogue = true,
                              .halves = Halves::all};

}  // namespace op_def

namespace op {

Value conv2d_grad_input(Value dy, Value w, int64_t height, int64_t width, const ConvOptions& options) {
    if (options.pad_mode != Pad::zero && options.pad > 0) {
        ConvOptions inner = options;
        inner.pad_mode = Pad::zero;
        inner.pad = 0;
        const int64_t pad = options.pad;
        const Value padded = conv2d_grad_input(dy, w, height + 2 * pad, width + 2 * pad, inner);
        return pad2d_grad(padded, {pad, pad, pad, pad}, options.pad_mode);
    }
    std::vector<int64_t> ints = conv_ints(options);
    ints.insert(ints.end(), {height, width});
    return dy.graph->add(op_def::conv2d_grad_input, std::array{dy, w},
                         {.ints = std::move(ints), .floats = {}, .name = {}});
}

Value conv2d_transposed(Value x, Value w, const ConvOptions& options, int output_padding) {
    const Shape image = x.shape(), kernel = w.shape();
    if (x.index >= 0 && w.index >= 0 && (image.rank() != 4 || kernel.rank() != 4)) {
        x.graph->fail({Code::shape_mismatch, fmt::format("conv2d_transposed: x {} and w {} must have rank 4",
                                                         image.to_string(), kernel.to_string())});
    }
    if (output_padding < 0 || output_padding >= std::max(1, options.stride)) {
        x.graph->fail(
            {Code::invalid_argument,
             fmt::format("conv2d_transposed: output padding {} must be at least 0 and below the stride {}",
                         output_padding, options.stride)});
    }
    if (options.pad_mode != Pad::zero) {
        x.graph->fail({Code::invalid_argument,
                       "conv2d_transposed: pads with zeros only; pad its input with pad2d "
                       "for the mode reflect, replicate or circular"});
    }
    const auto extent = [&](int axis) {
        return (image[axis] - 1) * options.stride - 2 * int64_t{options.pad} +
               int64_t{options.dilation} * (kernel[axis] - 1) + output_padding + 1;
    };
    return conv2d_grad_input(x, w, extent(2), extent(3), options);
}

}  // namespace op

}  // namespace vkgan
