// conv2d: cross-correlation of images with a bank of filters, as PyTorch's conv2d without bias.
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_kernels.hpp"
#include "host/ops/conv_geometry.hpp"

namespace vkgan {

namespace {

Result<Shape> conv2d_shape(const ShapeQuery& query) {
    VKGAN_ASSIGN(const ConvGeometry g,
                 conv_geometry("conv2d", query.inputs[0], query.inputs[1], query.attributes.ints));
    return g.y;
}

void conv2d_reference(const ReferenceCall& call) {
    const DoubleTensor &x = *call.inputs[0], &w = *call.inputs[1];
    const ConvGeometry g = *conv_geometry("conv2d", x.shape, w.shape, call.attributes.ints);
    for_each_conv_row(g, [&](int64_t xi, int64_t wi, int64_t yi, int64_t count) {
        const double weight = w.values[size_t(wi)];
        const double* const from = x.values.data() + xi;
        double* const to = call.output.values.data() + yi;
        for (int64_t i = 0; i < count; ++i) to[i] += weight * from[i * g.stride];
    });
}

std::vector<Value> conv2d_gradient(const GradientCall& call) {
    const Value x = call.inputs[0], w = call.inputs[1], dy = call.output_gradient;
    const op::ConvOptions options = conv_options(call.attributes.ints);
    std::vector<Value> gradients(2);
    if (call.wanted[0]) gradients[0] = op::conv2d_grad_input(dy, w, x.shape()[2], x.shape()[3], options);
    if (call.wanted[1]) gradients[1] = op::conv2d_grad_weight(x, dy, w.shape()[2], w.shape()[3], options);
    return gradients;
}

}  // namespace

namespace op_def {

extern const Op conv2d;
const Op conv2d = {.name = "conv2d",
                   .arity = 2,
                   .shape = conv2d_shape,
                   .reference = conv2d_reference,
                   .gradient = conv2d_gradient,
                   .kernels = conv2d_kernels,
                   .int_names = conv_int_names,
                   .takes_epilogue = true,
                   .halves = Halves::all};

}  // namespace op_def

namespace op {

Value conv2d(Value x, Value w, const ConvOptions& options) {
    if (options.pad_mode != Pad::zero && options.pad > 0) {
        ConvOptions inner = options;
        inner.pad_mode = Pad::zero;
        inner.pad = 0;
        const int64_t pad = options.pad;
        return conv2d(pad2d(x, {pad, pad, pad, pad}, options.pad_mode), w, inner);
    }
    return x.graph->add(op_def::conv2d, std::array{x, w},
                        {.ints = conv_ints(options), .floats = {}, .name = {}});
}

}  // namespace op

}  // namespace vkgan
