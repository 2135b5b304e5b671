// pad2d and its adjoint: zeros, reflection, the border or the other side; negative zero padding crops.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/checks.hpp"
#include "host/ops/coordinates.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/ops.hpp"
#include "host/ops/reindex.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <array>

namespace vkgan {
namespace {

constexpr int64_t max_padding = VKGAN_MAX_TRIPS - 1;

// Attributes: top, bottom, left, right, mode.
Pad mode_of(const Attributes& attributes) { return static_cast<Pad>(attributes.ints[4]); }

Status check_padding(std::string_view name, const Shape& x, const Attributes& attributes) {
    VKGAN_TRY(check_image(name, x));
    if (attributes.ints[4] < 0 || attributes.ints[4] > static_cast<int64_t>(Pad::circular))
        return Error{Code::invalid_argument,
                     std::string(name) + ": no padding mode " + std::to_string(attributes.ints[4])};
    for (size_t side = 0; side < 4; ++side)
        if (std::abs(attributes.ints[side]) > max_padding)
            return Error{Code::invalid_argument, std::string(name) + ": padding " +
                                                     std::to_string(attributes.ints[side]) + " is too large"};
    return {};
}

// Reflection and wrapping reach at most once around: PyTorch's bounds.
Status check_reach(std::string_view name, int64_t extent, const Attributes& attributes, size_t side) {
    const Pad mode = mode_of(attributes);
    const int64_t most = mode == Pad::reflect ? extent - 1 : mode == Pad::circular ? extent : max_padding;
    for (size_t end = side; end < side + 2; ++end)
        if (attributes.ints[end] > most || (mode != Pad::zero && attributes.ints[end] < 0))
            return Error{Code::invalid_argument,
                         std::string(name) + ": padding " + std::to_string(attributes.ints[end]) +
                             " of an extent of " + std::to_string(extent) + " must be within 0 to " +
                             std::to_string(most) + " in this mode"};
    return {};
}

Result<Shape> pad2d_shape(const ShapeQuery& query) {
    VKGAN_TRY(check_padding("pad2d", query.inputs[0], query.attributes));
    Shape shape = query.inputs[0];
    for (int axis = 2; axis < 4; ++axis) {
        const auto side = static_cast<size_t>(2 * (axis - 2));
        VKGAN_TRY(check_reach("pad2d", shape[axis], query.attributes, side));
        shape[axis] += query.attributes.ints[side] + query.attributes.ints[side + 1];
        if (shape[axis] < 1)
            return Error{Code::invalid_argument, "pad2d: nothing is left of " + query.inputs[0].to_string()};
    }
    return shape;
}

Result<Shape> pad2d_grad_shape(const ShapeQuery& query) {
    VKGAN_TRY(check_padding("pad2d_grad", query.inputs[0], query.attributes));
    if (mode_of(query.attributes) == Pad::zero)
        return Error{Code::invalid_argument, "pad2d_grad: zero padding has pad2d as its adjoint"};
    Shape shape = query.inputs[0];
    for (int axis = 2; axis < 4; ++axis) {
        const auto side = static_cast<size_t>(2 * (axis - 2));
        shape[axis] -= query.attributes.ints[side] + query.attributes.ints[side + 1];
        if (shape[axis] < 1)
            return Error{Code::invalid_argument,
                         "pad2d_grad: nothing is left of " + query.inputs[0].to_string()};
        VKGAN_TRY(check_reach("pad2d_grad", shape[axis], query.attributes, side));
    }
    return shape;
}

// Which element of an axis of `extent` a padded position shows; -1: none.
int64_t source_of(int64_t at, int64_t before, int64_t extent, Pad mode) {
    const int64_t place = at - before;
    switch (mode) {
        case Pad::zero: return place < 0 || place >= extent ? -1 : place;
        case Pad::reflect: return place < 0 ? -place : place >= extent ? 2 * (extent - 1) - place : place;
        case Pad::replicate: return std::clamp<int64_t>(place, 0, extent - 1);
        case Pad::circular: return (place + extent) % extent;
    }
    return -1;
}

// Visits (flat index of the padded tensor, flat index of the image) wherever the padded tensor shows the
// image.
template <class Visit>
void for_each_shown(const Shape& padded, const Shape& image, const Attributes& attributes, Visit visit) {
    for_each_coordinate(padded, [&](Coordinate at, size_t flat) {
        at[2] = source_of(at[2], attributes.ints[0], image[2], mode_of(attributes));
        at[3] = source_of(at[3], attributes.ints[2], image[3], mode_of(attributes));
        if (at[2] >= 0 && at[3] >= 0) visit(flat, flat_index(image, at));
    });
}

void pad2d_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    for_each_shown(call.output.shape, x.shape, call.attributes,
                   [&](size_t padded, size_t image) { call.output.values[padded] = x.values[image]; });
}

void pad2d_grad_reference(const ReferenceCall& call) {
    const DoubleTensor& dy = *call.inputs[0];
    for_each_shown(dy.shape, call.output.shape, call.attributes,
                   [&](size_t padded, size_t image) { call.output.values[image] += dy.values[padded]; });
}

op::Padding padding_of(const Attributes& attributes) {
    const auto& ints = attributes.ints;
    return {.top = ints[0], .bottom = ints[1], .left = ints[2], .right = ints[3]};
}

std::vector<Value> pad2d_gradient(const GradientCall& call) {
    return {op::pad2d_grad(call.output_gradient, padding_of(call.attributes), mode_of(call.attributes))};
}

std::vector<Value> pad2d_grad_gradient(const GradientCall& call) {
    return {op::pad2d(call.output_gradient, padding_of(call.attributes), mode_of(call.attributes))};
}

// Zero padding of an axis reads the source at a shift, within bounds.
Result<Emission> zero_kernels(const KernelQuery& query) {
    Reindex map = identity_reindex(query.node.shape, query.inputs[0]);
    for (int axis = 2; axis < 4; ++axis) {
        Digit& digit = map.axes[static_cast<size_t>(axis)].front();
        digit.low = query.node.attributes.ints[static_cast<size_t>(2 * (axis - 2))];
        digit.count = query.inputs[0][axis];
    }
    return emit_reindex(query, map);
}

Result<Emission> mirrored_kernels(const KernelQuery& query, bool adjoint) {
    const std::array shapes{query.inputs[0], query.node.shape};
    VKGAN_TRY(check_bindings(query.node.op->name, shapes, query.device));
    const bool texel = use_texels(query.device, std::span(shapes).first(1));
    const Shape& image = adjoint ? query.node.shape : query.inputs[0];
    const Shape& padded = adjoint ? query.inputs[0] : query.node.shape;
    const auto& ints = query.node.attributes.ints;
    // clang-format off
    const std::array<int64_t, 9> numbers{
        quad_count(query.node.shape), inner_quads(image), image[2], image[3], padded[2],
        padded[3], ints[0], ints[2], ints[4]};
    // clang-format on
    Kernel kernel;
    kernel.shader = shader_variant("pad2d", texel);
    for (uint32_t id = 0; id < numbers.size(); ++id)
        kernel.constants.emplace_back(id, static_cast<uint32_t>(numbers[id]));
    kernel.constants.emplace_back(9, adjoint ? 1u : 0u);
    kernel.operands = {read_operand(Operand::Kind::input, 0, VKGAN_BIND_A, texel),
                       write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0)};
    kernel.groups = groups_for(quad_count(query.node.shape), 64, query.device);
    kernel.label = std::string(query.node.op->name) + " " + query.node.shape.to_string();
    Emission emission;
    emission.kernels.push_back(std::move(kernel));
    return emission;
}

Result<Emission> pad2d_kernels(const KernelQuery& query) {
    return mode_of(query.node.attributes) == Pad::zero ? zero_kernels(query) : mirrored_kernels(query, false);
}

Result<Emission> pad2d_grad_kernels(const KernelQuery& query) { return mirrored_kernels(query, true); }

constexpr std::array<std::string_view, 5> pad_ints{"top", "bottom", "left", "right", "mode"};

Attributes pad_attributes(const op::Padding& padding, Pad mode) {
    return {.ints = {padding.top, padding.bottom, padding.left, padding.right, static_cast<int64_t>(mode)},
            .floats = {},
            .name = {}};
}

}  // namespace

namespace op_def {
extern const Op pad2d;
const Op pad2d = {.name = "pad2d",
                  .shape = pad2d_shape,
                  .reference = pad2d_reference,
                  .gradient = pad2d_gradient,
                  .kernels = pad2d_kernels,
                  .int_names = pad_ints,
                  .halves = Halves::all};
extern const Op pad2d_grad;
const Op pad2d_grad = {.name = "pad2d_grad",
                       .shape = pad2d_grad_shape,
                       .reference = pad2d_grad_reference,
                       .gradient = pad2d_grad_gradient,
                       .kernels = pad2d_grad_kernels,
                       .int_names = pad_ints,
                       .halves = Halves::all};
}  // namespace op_def

Value op::pad2d(Value x, const Padding& padding, Pad mode) {
    const bool nothing = padding.top == 0 && padding.bottom == 0 && padding.left == 0 && padding.right == 0;
    if (!x.valid() || (nothing && x.shape().rank() == 4)) return x;
    return x.graph->add(op_def::pad2d, std::array{x}, pad_attributes(padding, mode));
}

// The adjoint of zero padding is a crop.
Value op::pad2d_grad(Value dy, const Padding& padding, Pad mode) {
    if (mode == Pad::zero)
        return op::pad2d(dy, {-padding.top, -padding.bottom, -padding.left, -padding.right}, mode);
    if (!dy.valid()) return dy;
    return dy.graph->add(op_def::pad2d_grad, std::array{dy}, pad_attributes(padding, mode));
}

}  // namespace vkgan
