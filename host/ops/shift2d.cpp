// shift2d: every image of a batch moved by its own whole number of pixels; what comes in from outside is
// zero.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/checks.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/ops.hpp"
#include "shaders/lib/limits.h"

#include <array>
#include <cmath>

namespace vkgan {
namespace {

Result<Shape> shift2d_shape(const ShapeQuery& query) {
    VKGAN_TRY(check_image("shift2d", query.inputs[0]));
    const Shape wanted{query.inputs[0][0], 2};
    if (query.inputs[1] != wanted)
        return Error{Code::shape_mismatch, "shift2d: offsets are " + query.inputs[1].to_string() +
                                               " but must be " + wanted.to_string() + ", down and right"};
    return query.inputs[0];
}

void shift2d_reference(const ReferenceCall& call) {
    const Shape& shape = call.output.shape;
    const auto whole = [&](int64_t n, int64_t axis) {
        return int64_t(std::floor(call.inputs[1]->values[size_t(n * 2 + axis)] + 0.5));
    };
    size_t i = 0;
    for (int64_t n = 0; n < shape[0]; ++n) {
        for (int64_t c = 0; c < shape[1]; ++c) {
            for (int64_t y = 0; y < shape[2]; ++y) {
                for (int64_t x = 0; x < shape[3]; ++x, ++i) {
                    const int64_t row = y - whole(n, 0), column = x - whole(n, 1);
                    const bool inside = row >= 0 && row < shape[2] && column >= 0 && column < shape[3];
                    if (!inside) continue;
                    const int64_t from = ((n * shape[1] + c) * shape[2] + row) * shape[3] + column;
                    call.output.values[i] = call.inputs[0]->values[size_t(from)];
                }
            }
        }
    }
}

// A step function of the offsets: they get no gradient.
std::vector<Value> shift2d_gradient(const GradientCall& call) {
    return {op::shift2d(call.output_gradient, op::neg(op::floor(call.inputs[1] + 0.5))), Value{}};
}

Result<Emission> shift2d_kernels(const KernelQuery& query) {
    const Shape& shape = query.node.shape;
    VKGAN_TRY(check_bindings("shift2d", std::array{shape, query.inputs[1]}, query.device));
    const bool texel = use_texels(query.device, std::span(query.inputs).first(1));
    const int64_t quads = quad_count(shape);
    Emission emission;
    emission.kernels.push_back({
        .shader = shader_variant("shift2d", texel),
        .constants = {},
        .push = {static_cast<uint32_t>(quads), static_cast<uint32_t>(inner_quads(shape)),
                 static_cast<uint32_t>(shape[2]), static_cast<uint32_t>(shape[3])},
        .operands = {read_operand(Operand::Kind::input, 0, VKGAN_BIND_A, texel),
                     read_operand(Operand::Kind::input, 1, VKGAN_BIND_B, false),
                     write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0)},
        .groups = groups_for(quads, 64, query.device),
        .label = "shift2d " + shape.to_string(),
    });
    return emission;
}

}  // namespace

namespace op_def {
extern const Op shift2d;
const Op shift2d = {.name = "shift2d",
                    .arity = 2,
                    .shape = shift2d_shape,
                    .reference = shift2d_reference,
                    .gradient = shift2d_gradient,
                    .kernels = shift2d_kernels};
}  // namespace op_def

Value op::shift2d(Value x, Value offsets) {
    if (!x.valid() || !offsets.valid()) return x.valid() ? offsets : x;
    return x.graph->add(op_def::shift2d, std::array{x, offsets});
}

}  // namespace vkgan
