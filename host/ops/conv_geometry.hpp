// What the three convolution ops have in common: x [N, C, H, W], w [O, C / groups, kh, kw], y [N, O, h, w].
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/op.hpp"
#include "host/ops/ops.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace vkgan {

struct ConvGeometry {
    int64_t stride = 1, pad = 0, dilation = 1, groups = 1;
    Shape x, w, y;

    // Output positions o in [first, last) whose input o * stride - pad + k * dilation lies in [0, extent).
    struct Range {
        int64_t first, last;
    };
    Range outputs(int64_t k, int64_t extent, int64_t output_extent) const;
};

// Geometry from x's and w's shapes, with y's computed. `op` begins the messages.
Result<ConvGeometry> conv_geometry(std::string_view op, const Shape& x, const Shape& w,
                                   std::span<const int64_t> ints);

// The same with y given: its shape must be the computed one.
Result<ConvGeometry> conv_geometry(std::string_view op, const Shape& x, const Shape& w,
                                   std::span<const int64_t> ints, const Shape& y);

// Calls row(x, w, y, count) for all products of the convolution, one row of outputs at a time: x, w and y are
// offsets into the tensors' values, and for i < count x + i * stride, w and y + i belong together. Fixed
// order.
template <class Row>
void for_each_conv_row(const ConvGeometry& g, Row row) {
    const int64_t in = g.w[1], out = g.w[0] / g.groups, kh = g.w[2], kw = g.w[3];
    for (int64_t n = 0; n < g.x[0]; ++n)
        for (int64_t o = 0; o < g.w[0]; ++o)
            for (int64_t c = 0; c < in; ++c)
                for (int64_t ky = 0; ky < kh; ++ky)
                    for (int64_t kx = 0; kx < kw; ++kx) {
                        const auto rows = g.outputs(ky, g.x[2], g.y[2]);
                        const auto columns = g.outputs(kx, g.x[3], g.y[3]);
                        if (columns.first >= columns.last) continue;
                        const int64_t x_plane = (n * g.x[1] + o / out * in + c) * g.x[2];
                        const int64_t w_at = ((o * in + c) * kh + ky) * kw + kx;
                        for (int64_t h = rows.first; h < rows.last; ++h) {
                            const int64_t x_row = x_plane + h * g.stride - g.pad + ky * g.dilation;
                            const int64_t x_at =
                                x_row * g.x[3] + columns.first * g.stride - g.pad + kx * g.dilation;
                            const int64_t y_at = ((n * g.w[0] + o) * g.y[2] + h) * g.y[3] + columns.first;
                            row(x_at, w_at, y_at, columns.last - columns.first);
                        }
                    }
}

inline constexpr std::array<std::string_view, 4> conv_int_names{"stride", "pad", "dilation", "groups"};

// A node's options, and back to attributes.
op::ConvOptions conv_options(std::span<const int64_t> ints);
std::vector<int64_t> conv_ints(const op::ConvOptions& options);

}  // namespace vkgan
