// The op set: builders that read like mathematics. Closed under differentiation: every gradient is built of
// these.
// SPDX-License-Identifier: MIT
//
// A builder appends to its arguments' graph. Wrong arguments poison the graph (Graph::status()), they never
// crash. Binary pointwise builders broadcast under numpy's rule by inserting explicit `broadcast` nodes.
#pragma once

#include "host/graph/op.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace vkgan {

std::span<const Op* const> all_ops();      // every op defined in host/ops (list written by the build)
std::span<const Op> pointwise_ops();       // one per row of host/ops/pointwise_rows.h, by code - 1
const Op* find_op(std::string_view name);  // in both lists

enum class Pad : uint8_t { zero, reflect, replicate, circular };
enum class Resample : uint8_t { nearest, bilinear, bicubic, area };

namespace op {

// --- contraction ---
struct ConvOptions {
    int stride = 1;
    int pad = 0;
    int dilation = 1;
    int groups = 1;
    Pad pad_mode = Pad::zero;  // others insert a `pad` node and convolve without padding
};
// x [N, C, H, W], w [O, C / groups, kh, kw] -> [N, O, H', W'], H' = (H + 2 pad - dilation (kh - 1) - 1) /
// stride + 1.
Value conv2d(Value x, Value w, const ConvOptions& options = {});
// The gradient of conv2d by x: dy [N, O, H', W'], w as above -> [N, C, height, width]. Also transposed
// convolution.
Value conv2d_grad_input(Value dy, Value w, int64_t height, int64_t width, const ConvOptions& options = {});
// The gradient of conv2d by w: -> [O, C / groups, kernel_height, kernel_width].
Value conv2d_grad_weight(Value x, Value dy, int64_t kernel_height, int64_t kernel_width,
                         const ConvOptions& options = {});
// PyTorch's conv_transpose2d: x [N, I, H, W], w [I, O / groups, kh, kw] -> [N, O, (H-1) stride - 2 pad +
// dilation (kh-1) + output_padding + 1, ..].
Value conv2d_transposed(Value x, Value w, const ConvOptions& options = {}, int output_padding = 0);
// a [.., M, K] (or [.., K, M] if transpose_a), b [.., K, N] (or [.., N, K]) -> [.., M, N]; rank 2 or 3, equal
// batch.
Value matmul(Value a, Value b, bool transpose_a = false, bool transpose_b = false);

// --- reduce and broadcast: each the gradient of the other ---
// Sum over the given axes, which stay with extent 1. Fixed order of summation.
Value reduce_sum(Value x, std::span<const int> axes);
Value reduce_max(Value x, std::span<const int> axes);  // all maxima of a group share its gradient equally
Value broadcast(Value x, const Shape& shape);          // numpy's rule; rank may grow at the front
// Compositions: mean over axes (kept with extent 1), sum and mean of everything (rank 0).
Value reduce_mean(Value x, std::span<const int> axes);
Value sum_all(Value x);
Value mean_all(Value x);

// --- movement ---
Value reshape(Value x, const Shape& shape);
Value regroup(Value x,
              int64_t images);  // [N, C, H, W] -> [images, C, N H / images, W]: rows keep their order
Value detach(Value x);          // x, but a constant to gradients
Value permute(Value x, std::span<const int> axes);  // result axis i is axis axes[i] of x
Value slice(Value x, int axis, int64_t begin, int64_t count, int64_t step = 1);
Value slice_grad(Value dy, int axis, int64_t begin, int64_t step, int64_t extent);  // zeros but for the slice
Value concat(std::span<const Value> parts, int axis);
struct Padding {
    int64_t top = 0, bottom = 0, left = 0, right = 0;
};
Value pad2d(Value x, const Padding& padding, Pad mode = Pad::zero);  // rank 4
Value pad2d_grad(Value dy, const Padding& padding, Pad mode);        // the adjoint
Value gather(Value table, Value index);                              // table [R, C], index i32 [B] -> [B, C]
Value scatter_add(Value rows, Value index, int64_t row_count);  // rows [B, C] -> [R, C], summed in order of B
Value pixel_shuffle(Value x, int factor);                       // [N, C r r, H, W] -> [N, C, H r, W r]
Value pixel_unshuffle(Value x, int factor);
Value resample2d(Value x, int64_t height, int64_t width, Resample mode, bool align_corners = false);
// The exact adjoint; to the input's size.
Value resample2d_grad(Value dy, int64_t height, int64_t width, Resample mode, bool align_corners);
// Convolution of every channel with one separable filter (StyleGAN's FIR): upsample by up, pad, filter, keep
// every down-th.
Value fir2d(Value x, std::span<const double> taps, int up, int down, const Padding& padding);
struct PoolOptions {
    int kernel = 2, stride = 2, pad = 0;
};
Value max_pool2d_index(Value x, const PoolOptions& options);  // i32: y * W + x of each window's first maximum
Value pool_gather(Value x, Value index);                      // [N,C,H,W] by index [N,C,h,w] -> [N,C,h,w]
Value pool_scatter(Value dy, Value index, int64_t height, int64_t width);  // the adjoint: ordered sum
Value max_pool2d(Value x, const PoolOptions& options);                     // index, then gather
Value avg_pool2d(Value x, const PoolOptions& options);  // padding counts (PyTorch's default)
Value avg_pool2d_grad(Value dy, int64_t height, int64_t width, const PoolOptions& options);
Value one_hot(Value index, int64_t classes);  // i32 [B] -> [B, classes]
// x [N, C, H, W] moved down and right by offsets [N, 2], rounded to whole pixels: floor(offset + 0.5). What
// comes in is zero. No gradient flows to the offsets.
Value shift2d(Value x, Value offsets);

Value sum_squares(std::span<const Value> list);  // of all elements of all tensors: a scalar

// --- leaves ---
Value constant(Graph& graph, double value, const Shape& shape = {});
// Philox4x32-10 keyed by `key` (i32 [4]: seed low, seed high, step low, step high) and `stream`; element i
// uses counter i / 4.
Value random_uniform(Value key, int stream, const Shape& shape);  // [0, 1)
Value random_normal(Value key, int stream, const Shape& shape);   // N(0, 1), the same bits on every driver

// --- update: in place, roots of the graph ---
// All scalars are rank-0 values so
// that they may change from step to step. Each optimiser steps whole variable groups: variables (and moments)
// in the order of the group's declaration, one gradient each. Each tensor of such a list starts at a multiple
// of DeviceTraits::offset_alignment, so one dispatch spans the list: sum of align_up(byte_count,
// offset_alignment).
// `unscale`, rank 0, where it is given: every gradient is multiplied by it, and 0 changes nothing at all,
// even of gradients that are not finite: for loss scaling.
struct Moments {
    std::span<const int32_t> parameters, first, second;
};
Value assign(Graph& graph, int32_t variable, Value value);
Value sgd(Graph&, const Moments&, std::span<const Value> gradients, Value lr, Value momentum,
          Value unscale = {});  // PyTorch's; first = velocity
Value rmsprop(Graph&, const Moments&, std::span<const Value> gradients, Value lr, double alpha, double eps,
              Value unscale = {});  // second = square average
// Kingma & Ba 2015, Alg. 1 with c1 = 1 / (1 - b1^t), c2 = 1 / (1 - b2^t); decay > 0 gives AdamW (Loshchilov &
// Hutter 2019).
struct AdamOptions {
    double beta1 = 0.9, beta2 = 0.999, eps = 1e-8, decay = 0;
};
Value adam(Graph&, const Moments&, std::span<const Value> gradients, Value lr, Value c1, Value c2,
           const AdamOptions&, Value unscale = {});
Value ema(Graph&, std::span<const int32_t> averages, std::span<const int32_t> sources,
          Value decay);  // a += (1 - decay) (s - a); a decay of 1 changes nothing at all

// --- pointwise: one row each in pointwise_rows.h ---
Value pointwise(std::string_view name, std::span<const Value> operands, double immediate = 0);
Value neg(Value x);
Value abs(Value x);
Value sign(Value x);
Value exp(Value x);
Value log(Value x);
Value sqrt(Value x);
Value rsqrt(Value x);
Value square(Value x);
Value reciprocal(Value x);
Value tanh(Value x);
Value sigmoid(Value x);
Value softplus(Value x);
Value relu(Value x);
Value step(Value x);  // step: x > 0
Value floor(Value x);
Value erf(Value x);
Value sin(Value x);
Value cos(Value x);
Value gelu(Value x);  // gelu: composition, exact
Value log1p(Value x);
Value expm1(Value x);
Value leaky_relu(Value x, double slope);
Value elu(Value x, double alpha);
Value scale(Value x, double factor);
Value offset(Value x, double summand);  // immediates
Value clamp_min(Value x, double low);
Value clamp_max(Value x, double high);
Value clamp(Value x, double low, double high);
Value maximum(Value a, Value b);
Value minimum(Value a, Value b);
Value greater(Value a, Value b);                  // 1 or 0
Value pow(Value x, double exponent);              // x > 0
Value select(Value condition, Value a, Value b);  // condition > 0 ? a : b
Value add(Value a, Value b);
Value sub(Value a, Value b);
Value mul(Value a, Value b);
Value div(Value a, Value b);

}  // namespace op

inline Value operator+(Value a, Value b) { return op::add(a, b); }
inline Value operator-(Value a, Value b) { return op::sub(a, b); }
inline Value operator*(Value a, Value b) { return op::mul(a, b); }
inline Value operator/(Value a, Value b) { return op::div(a, b); }
inline Value operator+(Value a, double b) { return op::offset(a, b); }
inline Value operator-(Value a, double b) { return op::offset(a, -b); }
inline Value operator*(Value a, double b) { return op::scale(a, b); }
inline Value operator/(Value a, double b) { return op::scale(a, 1.0 / b); }
inline Value operator-(Value a) { return op::neg(a); }

}  // namespace vkgan
