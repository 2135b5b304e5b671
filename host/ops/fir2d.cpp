// fir2d: every channel upsampled by zeros, padded, filtered along both axes and subsampled (as upfirdn2d).
// SPDX-License-Identifier: MIT
//
// The adjoint is the same with up and down exchanged, taps reversed and another padding, so the op is closed
// under differentiation. Average pooling is the filter with equal taps (host/ops/pooling.cpp).
#include "host/graph/layout.hpp"
#include "host/ops/checks.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/ops.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <array>
#include <bit>

namespace vkgan {
namespace {

constexpr int64_t max_size = VKGAN_MAX_TRIPS - 1;  // of factors, padding and the number of taps
constexpr size_t max_pushed_taps = 32;

// One axis. Result o is the sum over k of taps[k] * padded[o * down + k], where padded[before + i * up] =
// x[i].
struct Filter {
    int64_t up = 1, down = 1, before = 0, after = 0;
    const std::vector<double>* taps = nullptr;

    int64_t tap_count() const { return static_cast<int64_t>(taps->size()); }
    int64_t padded(int64_t extent) const { return extent * up + before + after; }
    int64_t result(int64_t extent) const { return (padded(extent) - tap_count()) / down + 1; }
};

// Attributes: up, down, top, bottom, left, right; the taps in the order in which they meet the image.
Filter filter_of(const Attributes& attributes, int axis) {
    const auto& ints = attributes.ints;
    const auto side = static_cast<size_t>(axis == 2 ? 2 : 4);
    return {.up = ints[0],
            .down = ints[1],
            .before = ints[side],
            .after = ints[side + 1],
            .taps = &attributes.floats};
}

Result<Shape> fir2d_shape(const ShapeQuery& query) {
    Shape shape = query.inputs[0];
    VKGAN_TRY(check_image("fir2d", shape));
    const std::vector<double>& taps = query.attributes.floats;
    const bool equal = std::all_of(taps.begin(), taps.end(), [&](double tap) { return tap == taps.front(); });
    if (taps.empty() || static_cast<int64_t>(taps.size()) > max_size ||
        (!equal && taps.size() > max_pushed_taps))
        return Error{Code::invalid_argument, "fir2d: " + std::to_string(taps.size()) + " taps, but 1 to " +
                                                 std::to_string(max_pushed_taps) + " are taken"};
    for (size_t i = 0; i < query.attributes.ints.size(); ++i)
        if (const int64_t value = query.attributes.ints[i];
            std::abs(value) > max_size * 4 || (i < 2 && value < 1))
            return Error{Code::invalid_argument,
                         "fir2d: up, down or padding " + std::to_string(value) + " is out of range"};
    for (int axis = 2; axis < 4; ++axis) {
        const Filter filter = filter_of(query.attributes, axis);
        if (filter.padded(shape[axis]) < filter.tap_count())
            return Error{Code::shape_mismatch, "fir2d: " + std::to_string(taps.size()) + " taps on " +
                                                   std::to_string(filter.padded(shape[axis])) +
                                                   " padded elements"};
        shape[axis] = filter.result(shape[axis]);
    }
    return shape;
}

// A tensor as [outer, extent, inner] around one axis, in elements.
struct Axis {
    size_t outer, extent, inner;
};

Axis view_around(const Shape& shape, int axis) {
    const auto inner = static_cast<size_t>(shape.stride(axis)), extent = static_cast<size_t>(shape[axis]);
    return {static_cast<size_t>(shape.element_count()) / (inner * extent), extent, inner};
}

DoubleTensor filtered(const DoubleTensor& x, int axis, const Filter& filter) {
    Shape shape = x.shape;
    shape[axis] = filter.result(shape[axis]);
    DoubleTensor y(shape);
    const Axis from = view_around(x.shape, axis), to = view_around(shape, axis);
    for (size_t o = 0; o < to.extent; ++o)
        for (int64_t k = 0; k < filter.tap_count(); ++k) {
            const int64_t place = static_cast<int64_t>(o) * filter.down + k - filter.before;
            if (place < 0 || place % filter.up != 0 || place / filter.up >= x.shape[axis]) continue;
            const auto i = static_cast<size_t>(place / filter.up);
            const double tap = (*filter.taps)[static_cast<size_t>(k)];
            for (size_t outer = 0; outer < to.outer; ++outer)
                for (size_t inner = 0; inner < to.inner; ++inner)
                    y.values[(outer * to.extent + o) * to.inner + inner] +=
                        tap * x.values[(outer * from.extent + i) * from.inner + inner];
        }
    return y;
}

void fir2d_reference(const ReferenceCall& call) {
    const DoubleTensor rows = filtered(*call.inputs[0], 2, filter_of(call.attributes, 2));
    call.output.values = filtered(rows, 3, filter_of(call.attributes, 3)).values;
}

// The padding with which the adjoint of an axis, up and down exchanged, gives back `extent` elements.
std::array<int64_t, 2> adjoint_padding(const Filter& filter, int64_t extent, int64_t result) {
    const int64_t before = filter.tap_count() - 1 - filter.before;
    return {before, (extent - 1) * filter.up + filter.tap_count() - result * filter.down - before};
}

std::vector<Value> fir2d_gradient(const GradientCall& call) {
    const Shape &x = call.inputs[0].shape(), &y = call.output.shape();
    const auto [top, bottom] = adjoint_padding(filter_of(call.attributes, 2), x[2], y[2]);
    const auto [left, right] = adjoint_padding(filter_of(call.attributes, 3), x[3], y[3]);
    // The builder reverses, as a convolution does: these are the taps in their own order.
    return {op::fir2d(call.output_gradient, call.attributes.floats, static_cast<int>(call.attributes.ints[1]),
                      static_cast<int>(call.attributes.ints[0]), {top, bottom, left, right})};
}

Result<Kernel> axis_kernel(const KernelQuery& query, const Shape& from, int axis,
                           std::pair<Operand, Operand> from_to) {
    const Filter filter = filter_of(query.node.attributes, axis);
    Shape to = from;
    to[axis] = filter.result(from[axis]);
    VKGAN_TRY(check_bindings("fir2d", std::array{from, to}, query.device));
    const bool texel = use_texels(query.device, std::array{from});
    const std::vector<double>& taps = *filter.taps;
    const bool equal = taps.size() > max_pushed_taps;  // then the shape rule has seen that they are equal

    Kernel kernel;
    kernel.shader = shader_variant("fir2d", texel);
    const int64_t inner = inner_quads(from) * (axis == 2 ? from[3] : 1);
    // clang-format off
    const std::array<int64_t, 9> numbers{
        quad_count(to), inner, from[axis], to[axis], filter.up,
        filter.down, filter.before, filter.tap_count(), equal ? 1 : 0};
    // clang-format on
    for (uint32_t id = 0; id < numbers.size(); ++id)
        kernel.constants.emplace_back(id, static_cast<uint32_t>(static_cast<int32_t>(numbers[id])));
    for (size_t k = 0; k < (equal ? 1 : taps.size()); ++k)
        kernel.push.push_back(std::bit_cast<uint32_t>(static_cast<float>(taps[k])));
    kernel.push.resize(max_pushed_taps);
    from_to.first.texel = texel;
    kernel.operands = {from_to.first, from_to.second};
    kernel.groups = groups_for(quad_count(to), 64, query.device);
    kernel.flops = 2.0 * static_cast<double>(quad_count(to)) * 4 * static_cast<double>(taps.size()) /
                   static_cast<double>(filter.up);
    kernel.label = "fir2d " + to.to_string();
    return kernel;
}

// Two passes; first the axis that leaves less between them.
Result<Emission> fir2d_kernels(const KernelQuery& query) {
    const Shape &x = query.inputs[0], &y = query.node.shape;
    const Shape rows_first{x[0], x[1], y[2], x[3]}, columns_first{x[0], x[1], x[2], y[3]};
    const int first = rows_first.element_count() <= columns_first.element_count() ? 2 : 3;
    const Shape& between = first == 2 ? rows_first : columns_first;
    Emission emission;
    emission.scratches.push_back({.bytes = byte_count(between), .key = {}});
    VKGAN_ASSIGN(Kernel narrow, axis_kernel(query, x, first,
                                            {read_operand(Operand::Kind::input, 0, VKGAN_BIND_A, false),
                                             write_operand(Operand::Kind::scratch, 0, VKGAN_BIND_OUT0)}));
    VKGAN_ASSIGN(Kernel wide, axis_kernel(query, between, 5 - first,
                                          {read_operand(Operand::Kind::scratch, 0, VKGAN_BIND_A, false),
                                           write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0)}));
    emission.kernels.push_back(std::move(narrow));
    emission.kernels.push_back(std::move(wide));
    return emission;
}

constexpr std::array<std::string_view, 6> fir2d_ints{"up", "down", "top", "bottom", "left", "right"};
constexpr std::array<std::string_view, 1> fir2d_floats{"taps"};

}  // namespace

namespace op_def {
extern const Op fir2d;
const Op fir2d = {.name = "fir2d",
                  .shape = fir2d_shape,
                  .reference = fir2d_reference,
                  .gradient = fir2d_gradient,
                  .kernels = fir2d_kernels,
                  .int_names = fir2d_ints,
                  .float_names = fir2d_floats,
                  .halves = Halves::all};
}  // namespace op_def

Value op::fir2d(Value x, std::span<const double> taps, int up, int down, const Padding& padding) {
    if (!x.valid()) return x;
    return x.graph->add(op_def::fir2d, std::array{x},
                        {.ints = {up, down, padding.top, padding.bottom, padding.left, padding.right},
                         .floats = {taps.rbegin(), taps.rend()},
                         .name = {}});
}

}  // namespace vkgan
