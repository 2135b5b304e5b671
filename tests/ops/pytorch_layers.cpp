// PyTorch's layers: convolutions, products, norms, movement, pooling.
// SPDX-License-Identifier: MIT
#include "tests/ops/pytorch_ops.hpp"

#include <algorithm>
#include <array>

namespace vkgan::test {

namespace {

Pad pad_mode(std::string_view name) {
    if (name.find("reflect") != name.npos) return Pad::reflect;
    if (name.find("replicate") != name.npos || name.find("edge") != name.npos) return Pad::replicate;
    if (name.find("circular") != name.npos || name.find("wrap") != name.npos) return Pad::circular;
    return Pad::zero;
}

Value with_bias(Value y, Value bias) { return bias.valid() ? y + along_channels(y, bias) : y; }

Value with_affine(const PytorchCall& c, Value y) {
    const Value w = c.in("w|weight|gamma"), b = c.in("b|bias|beta");
    if (w.valid()) y = y * along_channels(y, w);
    return with_bias(y, b);
}

op::ConvOptions conv_options_of(const PytorchCall& c) {
    const std::string mode = c.word("padding_mode", c.word("pad_mode", c.word("mode", "zeros")));
    return {.stride = int(c.number("stride|s", 1)),
            .pad = int(c.number("pad|padding|p", 0)),
            .dilation = int(c.number("dilation|d", 1)),
            .groups = int(c.number("groups|g", 1)),
            .pad_mode = pad_mode(mode)};
}

Value conv2d(const PytorchCall& c) {
    return with_bias(op::conv2d(c.in("x"), c.in("w|weight"), conv_options_of(c)), c.in("b|bias"));
}

Value conv_transpose2d(const PytorchCall& c) {
    const int output_padding = int(c.number("output_padding|op_pad|output_pad", 0));
    const Value y = op::conv2d_transposed(c.in("x"), c.in("w|weight"), conv_options_of(c), output_padding);
    return with_bias(y, c.in("b|bias"));
}

Value linear(const PytorchCall& c) {
    const Value x = c.in("x"), w = c.in("w|weight"), b = c.in("b|bias");
    Shape shape = x.shape();
    const int64_t features = shape[shape.rank() - 1];
    const Value y = op::matmul(op::reshape(x, {shape.element_count() / features, features}), w, false, true);
    shape[shape.rank() - 1] = w.shape()[0];
    return op::reshape(b.valid() ? y + b : y, shape);
}

Value batch_norm(const PytorchCall& c) {
    const Value x = c.in("x");
    const double eps = c.number("eps", 1e-5);
    const Value mean = c.in("running_mean|rm|mean"), variance = c.in("running_var|rv|var");
    if (!c.flag("training", true) && mean.valid() && variance.valid()) {
        return with_affine(c, (x - along_channels(x, mean)) * op::rsqrt(along_channels(x, variance) + eps));
    }
    std::vector<int> axes = axes_from(x.shape(), 2);
    axes.insert(axes.begin(), 0);
    return with_affine(c, normalised(x, axes, eps));
}

Value instance_norm(const PytorchCall& c) {
    const Value x = c.in("x");
    return with_affine(c, normalised(x, axes_from(x.shape(), 2), c.number("eps", 1e-5)));
}

Value group_norm(const PytorchCall& c) {
    const Value x = c.in("x");
    const int64_t groups = int64_t(c.number("groups|num_groups|g", 1)), n = x.shape()[0];
    const Value rows = op::reshape(x, {n, groups, x.shape().element_count() / (n * groups)});
    return with_affine(c, op::reshape(normalised(rows, std::array{2}, c.number("eps", 1e-5)), x.shape()));
}

// Over the last axes, as many as the weight has (all but the batch without one).
Value layer_norm(const PytorchCall& c) {
    const Value x = c.in("x"), w = c.in("w|weight"), b = c.in("b|bias");
    const int first = w.valid() ? x.shape().rank() - w.shape().rank() : 1;
    Value y = normalised(x, axes_from(x.shape(), first), c.number("eps", 1e-5));
    if (w.valid()) y = y * w;
    return b.valid() ? y + b : y;
}

Value pixel_norm(const PytorchCall& c) {
    const Value x = c.in("x");
    return x * op::rsqrt(op::reduce_mean(op::square(x), std::array{1}) + c.number("eps", 1e-8));
}

Value matmul(const PytorchCall& c) {
    return op::matmul(c.in("a|x"), c.in("b|y|w"), c.flag("transpose_a", false), c.flag("transpose_b", false));
}

// "pad W(2,1) H(3,2)": left, right, top, bottom; or an attribute pad = (left, right, top, bottom).
Value pad(const PytorchCall& c) {
    std::vector<int64_t> n = c.numbers_in(c.text());
    for (const char* const name : {"pad", "padding"}) {
        const auto it = c.attributes.find(name);
        if (n.size() != 4 && it != c.attributes.end()) n = c.numbers_in(it->second);
    }
    if (n.size() == 1) n.assign(4, n[0]);
    if (n.size() != 4) return {};
    return op::pad2d(c.in("x"), {.top = n[2], .bottom = n[3], .left = n[0], .right = n[1]},
                     pad_mode(c.word("mode", "constant")));
}

Value interpolate(const PytorchCall& c) {
    const Value x = c.in("x");
    const std::string mode = c.word("mode", "nearest");
    const Resample resample = mode == "bilinear"  ? Resample::bilinear
                              : mode == "bicubic" ? Resample::bicubic
                              : mode == "area"    ? Resample::area
                                                  : Resample::nearest;
    const double factor = c.number("scale_factor|scale|factor", 1);
    int64_t height = int64_t(double(x.shape()[2]) * factor), width = int64_t(double(x.shape()[3]) * factor);
    for (const char* const name : {"size", "output_size"}) {
        const auto it = c.attributes.find(name);
        if (it == c.attributes.end()) continue;
        const std::vector<int64_t> size = c.numbers_in(it->second);
        if (size.empty()) continue;
        height = size.front();
        width = size.back();
    }
    return op::resample2d(x, height, width, resample, c.flag("align_corners", false));
}

Value adaptive_avg_pool2d(const PytorchCall& c) {
    std::vector<int64_t> size = {1};
    for (const char* const name : {"size", "output_size"}) {
        if (const auto it = c.attributes.find(name); it != c.attributes.end())
            size = c.numbers_in(it->second);
    }
    return op::resample2d(c.in("x"), size.front(), size.back(), Resample::area);
}

op::PoolOptions pool_options(const PytorchCall& c) {
    const int kernel = int(c.number("k|kernel|kernel_size", 2));
    return {.kernel = kernel,
            .stride = int(c.number("s|stride", kernel)),
            .pad = int(c.number("p|pad|padding", 0))};
}

Value max_pool2d(const PytorchCall& c) { return op::max_pool2d(c.in("x"), pool_options(c)); }

Value avg_pool2d(const PytorchCall& c) {
    const op::PoolOptions options = pool_options(c);
    const Value x = c.in("x"), y = op::avg_pool2d(x, options);
    if (c.flag("count_include_pad", true)) return y;
    return y / op::avg_pool2d(op::constant(c.graph, 1, x.shape()), options);
}

Value pixel_shuffle(const PytorchCall& c) {
    return op::pixel_shuffle(c.in("x"), int(c.number("r|factor|upscale_factor", 2)));
}

Value pixel_unshuffle(const PytorchCall& c) {
    return op::pixel_unshuffle(c.in("x"), int(c.number("r|factor|downscale_factor", 2)));
}

// Karras et al. 2020: weights scaled by style, then by the inverse norm of each output filter.
Value modulated_conv(const PytorchCall& c) {
    const Value x = c.in("x"), w = c.in("w"), s = c.in("s");
    const Shape xs = x.shape(), ws = w.shape();
    const int64_t n = xs[0], kernel = ws[2];
    Value weights = op::reshape(w, {1, ws[0], ws[1] * kernel * kernel});
    const Value style = op::broadcast(op::reshape(s, {n, 1, ws[1], 1}), {n, 1, ws[1], kernel * kernel});
    weights = weights * op::reshape(style, {n, 1, ws[1] * kernel * kernel});
    if (c.text().find("without demod") == std::string::npos && c.flag("demodulate", true)) {
        weights =
            weights * op::rsqrt(op::reduce_sum(op::square(weights), std::array{2}) + c.number("eps", 1e-8));
    }
    const Value y = op::conv2d(op::reshape(x, {1, n * xs[1], xs[2], xs[3]}),
                               op::reshape(weights, {n * ws[0], ws[1], kernel, kernel}),
                               {.pad = int(c.number("pad|padding", double(kernel / 2))), .groups = int(n)});
    return op::reshape(y, {n, ws[0], y.shape()[2], y.shape()[3]});
}

// Karras et al. 2018, §3: the standard deviation over a group, averaged over all its features, as one more
// channel.
Value minibatch_stddev(const PytorchCall& c) {
    const Value x = c.in("x");
    const Shape shape = x.shape();
    const std::vector<int64_t> numbers = c.numbers_in(c.text());
    const int64_t size = numbers.empty() ? int64_t(c.number("group|group_size", 4)) : numbers[0];
    const int64_t group = std::min(size, shape[0]), groups = shape[0] / group;
    const Value rows = op::reshape(x, {groups, group, shape.element_count() / shape[0]});
    const Value centred = rows - op::reduce_mean(rows, std::array{1});
    const Value deviation =
        op::sqrt(op::reduce_mean(op::square(centred), std::array{1}) + c.number("eps", 1e-8));
    const Value one = op::reshape(op::reduce_mean(deviation, std::array{2}), {groups, 1, 1, 1, 1});
    const Value all = op::broadcast(one, {groups, group, 1, shape[2], shape[3]});
    return op::concat(std::array{x, op::reshape(all, {shape[0], 1, shape[2], shape[3]})}, 1);
}

Value embedding(const PytorchCall& c) {
    return op::gather(c.in("w|weight|table"), c.in("x|i|index|indices"));
}

}  // namespace

PytorchTable pytorch_layers() {
    return {
        {"conv2d", conv2d},
        {"conv_transpose2d", conv_transpose2d},
        {"linear", linear},
        {"matmul", matmul},
        {"bmm", matmul},
        {"batch_norm", batch_norm},
        {"instance_norm", instance_norm},
        {"group_norm", group_norm},
        {"layer_norm", layer_norm},
        {"pixel_norm", pixel_norm},
        {"x*rsqrt(mean(x^2,dim=1)+1e-8)", pixel_norm},
        {"pad", pad},
        {"interpolate", interpolate},
        {"upsample", interpolate},
        {"resize", interpolate},
        {"adaptive_avg_pool2d", adaptive_avg_pool2d},
        {"adaptive_avg_pool", adaptive_avg_pool2d},
        {"max_pool2d", max_pool2d},
        {"avg_pool2d", avg_pool2d},
        {"pixel_shuffle", pixel_shuffle},
        {"pixel_unshuffle", pixel_unshuffle},
        {"stylegan2", modulated_conv},
        {"minibatch", minibatch_stddev},
        {"embedding", embedding},
    };
}

}  // namespace vkgan::test
