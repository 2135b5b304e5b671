// Checks and shape arithmetic of the convolution ops.
// SPDX-License-Identifier: MIT
#include "host/ops/conv_geometry.hpp"

#include <fmt/format.h>

namespace vkgan {

namespace {

Error wrong(std::string_view op, std::string text) {
    return {Code::invalid_argument, fmt::format("{}: {}", op, text)};
}

Error mismatch(std::string_view op, std::string text) {
    return {Code::shape_mismatch, fmt::format("{}: {}", op, text)};
}

constexpr int64_t max_option = 1 << 20;  // far above any use, far below overflow

Status check_options(std::string_view op, std::span<const int64_t> ints) {
    if (ints.size() < 4) return wrong(op, fmt::format("takes 4 attributes but got {}", ints.size()));
    for (size_t i = 0; i < 4; ++i) {
        const int64_t least = i == 1 ? 0 : 1;
        if (ints[i] < least || ints[i] > max_option) {
            return wrong(
                op, fmt::format("{} {} is outside {} .. {}", conv_int_names[i], ints[i], least, max_option));
        }
    }
    return {};
}

Result<int64_t> output_extent(std::string_view op, int64_t extent, int64_t kernel, const ConvGeometry& g) {
    const int64_t padded = extent + 2 * g.pad;
    const int64_t reach = g.dilation * (kernel - 1) + 1;
    if (reach > padded) {
        return mismatch(
            op, fmt::format(
                    "kernel of {} (dilation {}) reaches over {} pixels but the image with padding {} has {}",
                    kernel, g.dilation, reach, g.pad, padded));
    }
    return (padded - reach) / g.stride + 1;
}

}  // namespace

ConvGeometry::Range ConvGeometry::outputs(int64_t k, int64_t extent, int64_t output_extent) const {
    const int64_t shift = pad - k * dilation;  // input = o * stride - shift
    const int64_t first = shift > 0 ? (shift + stride - 1) / stride : 0;
    const int64_t last = extent + shift > 0 ? (extent + shift - 1) / stride + 1 : 0;
    return {first, std::min(last, output_extent)};
}

Result<ConvGeometry> conv_geometry(std::string_view op, const Shape& x, const Shape& w,
                                   std::span<const int64_t> ints) {
    VKGAN_TRY(check_options(op, ints));
    ConvGeometry g{
        .stride = ints[0], .pad = ints[1], .dilation = ints[2], .groups = ints[3], .x = x, .w = w, .y = {}};
    if (x.rank() != 4) return mismatch(op, fmt::format("images have rank 4 but x is {}", x.to_string()));
    if (w.rank() != 4) return mismatch(op, fmt::format("weights have rank 4 but w is {}", w.to_string()));
    if (x[1] != w[1] * g.groups) {
        return mismatch(op, fmt::format("weight {} has {} input channels in {} groups but x {} has {}",
                                        w.to_string(), w[1] * g.groups, g.groups, x.to_string(), x[1]));
    }
    if (w[0] % g.groups != 0) {
        return mismatch(op, fmt::format("weight {} has {} output channels, which {} groups do not divide",
                                        w.to_string(), w[0], g.groups));
    }
    VKGAN_ASSIGN(const int64_t height, output_extent(op, x[2], w[2], g));
    VKGAN_ASSIGN(const int64_t width, output_extent(op, x[3], w[3], g));
    g.y = Shape{x[0], w[0], height, width};
    return g;
}

Result<ConvGeometry> conv_geometry(std::string_view op, const Shape& x, const Shape& w,
                                   std::span<const int64_t> ints, const Shape& y) {
    VKGAN_ASSIGN(ConvGeometry g, conv_geometry(op, x, w, ints));
    if (g.y != y) {
        return mismatch(op, fmt::format("x {} and w {} give an output gradient {} but dy is {}",
                                        x.to_string(), w.to_string(), g.y.to_string(), y.to_string()));
    }
    return g;
}

op::ConvOptions conv_options(std::span<const int64_t> ints) {
    return {.stride = int(ints[0]), .pad = int(ints[1]), .dilation = int(ints[2]), .groups = int(ints[3])};
}

std::vector<int64_t> conv_ints(const op::ConvOptions& options) {
    return {options.stride, options.pad, options.dilation, options.groups};
}

}  // namespace vkgan
