// resample2d and its exact adjoint: nearest, bilinear, bicubic and area scaling with PyTorch's conventions.
// SPDX-License-Identifier: MIT
//
// All coordinates are exact fractions of integers, here and in the shader, so both choose the same
// neighbours.
#include "host/graph/layout.hpp"
#include "host/ops/checks.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/ops.hpp"
#include "host/ops/reindex.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <array>
#include <optional>

namespace vkgan {
namespace {

constexpr int64_t max_extent = 16384;  // keeps 2 * input * output within the shader's 32 bits

// Attributes: height, width (of the result), mode, align_corners.
Resample mode_of(const Attributes& attributes) { return static_cast<Resample>(attributes.ints[2]); }

Result<Shape> scaled_shape(std::string_view name, const ShapeQuery& query) {
    Shape shape = query.inputs[0];
    VKGAN_TRY(check_image(name, shape));
    for (int axis = 2; axis < 4; ++axis) {
        const int64_t extent = query.attributes.ints[static_cast<size_t>(axis - 2)];
        if (extent < 1 || std::max(extent, shape[axis]) > max_extent)
            return Error{Code::invalid_argument, std::string(name) + ": scaling " +
                                                     std::to_string(shape[axis]) + " to " +
                                                     std::to_string(extent) + " pixels; 1 to " +
                                                     std::to_string(max_extent) + " are taken"};
        shape[axis] = extent;
    }
    if (query.attributes.ints[2] < 0 || query.attributes.ints[2] > static_cast<int64_t>(Resample::area))
        return Error{Code::invalid_argument,
                     std::string(name) + ": no mode " + std::to_string(query.attributes.ints[2])};
    return shape;
}

Result<Shape> resample2d_shape(const ShapeQuery& query) { return scaled_shape("resample2d", query); }
Result<Shape> resample2d_grad_shape(const ShapeQuery& query) {
    return scaled_shape("resample2d_grad", query);
}

struct Tap {
    size_t from;
    double weight;
};

// Keys' cubic with a = -0.75 at the distances 1 + t, t, 1 - t, 2 - t.
std::array<double, 4> cubic_weights(double t) {
    const double a = -0.75;
    const auto near = [a](double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
    const auto far = [a](double d) { return ((d - 5) * d + 8) * d * a - 4 * a; };
    return {far(1 + t), near(t), near(1 - t), far(2 - t)};
}

// What element `o` of a scaled axis is made of.
std::vector<Tap> taps_of(int64_t o, int64_t extent, int64_t result, const Attributes& attributes) {
    const Resample mode = mode_of(attributes);
    if (mode == Resample::nearest) return {{static_cast<size_t>(o * extent / result), 1.0}};
    if (mode == Resample::area) {
        const int64_t begin = o * extent / result, end = ((o + 1) * extent + result - 1) / result;
        std::vector<Tap> taps;
        for (int64_t i = begin; i < end; ++i)
            taps.push_back({static_cast<size_t>(i), 1.0 / static_cast<double>(end - begin)});
        return taps;
    }
    const bool align = attributes.ints[3] != 0;
    int64_t numerator = align ? o * (extent - 1) : (2 * o + 1) * extent - result;
    const int64_t denominator = align ? std::max<int64_t>(1, result - 1) : 2 * result;
    if (align && result == 1) numerator = 0;
    if (mode == Resample::bilinear) numerator = std::max<int64_t>(numerator, 0);
    const int64_t left = (numerator + denominator) / denominator - 1;  // the floor: numerator > -denominator
    const double t = static_cast<double>(numerator - left * denominator) / static_cast<double>(denominator);
    const auto inside = [&](int64_t i) { return static_cast<size_t>(std::clamp<int64_t>(i, 0, extent - 1)); };
    if (mode == Resample::bilinear) return {{inside(left), 1 - t}, {inside(left + 1), t}};
    const std::array<double, 4> w = cubic_weights(t);
    return {
        {inside(left - 1), w[0]}, {inside(left), w[1]}, {inside(left + 1), w[2]}, {inside(left + 2), w[3]}};
}

// y = x scaled along one axis or, if `adjoint`, the transposed map. `extent` and `result` are those of the
// scaling itself.
DoubleTensor scaled(const DoubleTensor& x, int axis, int64_t to_extent, const Attributes& attributes,
                    bool adjoint) {
    Shape shape = x.shape;
    shape[axis] = to_extent;
    DoubleTensor y(shape);
    const int64_t extent = adjoint ? to_extent : x.shape[axis], result = adjoint ? x.shape[axis] : to_extent;
    const auto inner = static_cast<size_t>(shape.stride(axis));
    const auto from = static_cast<size_t>(x.shape[axis]), to = static_cast<size_t>(to_extent);
    const size_t outer_count = x.values.size() / (inner * from);
    for (int64_t o = 0; o < result; ++o)
        for (const Tap& tap : taps_of(o, extent, result, attributes)) {
            const size_t read = adjoint ? static_cast<size_t>(o) : tap.from;
            const size_t write = adjoint ? tap.from : static_cast<size_t>(o);
            for (size_t outer = 0; outer < outer_count; ++outer)
                for (size_t i = 0; i < inner; ++i)
                    y.values[(outer * to + write) * inner + i] +=
                        tap.weight * x.values[(outer * from + read) * inner + i];
        }
    return y;
}

void run_reference(const ReferenceCall& call, bool adjoint) {
    const DoubleTensor rows = scaled(*call.inputs[0], 2, call.output.shape[2], call.attributes, adjoint);
    call.output.values = scaled(rows, 3, call.output.shape[3], call.attributes, adjoint).values;
}

void resample2d_reference(const ReferenceCall& call) { run_reference(call, false); }
void resample2d_grad_reference(const ReferenceCall& call) { run_reference(call, true); }

std::vector<Value> resample2d_gradient(const GradientCall& call) {
    const Shape& x = call.inputs[0].shape();
    return {op::resample2d_grad(call.output_gradient, x[2], x[3], mode_of(call.attributes),
                                call.attributes.ints[3] != 0)};
}

std::vector<Value> resample2d_grad_gradient(const GradientCall& call) {
    const Shape& dy = call.inputs[0].shape();
    return {op::resample2d(call.output_gradient, dy[2], dy[3], mode_of(call.attributes),
                           call.attributes.ints[3] != 0)};
}

// Nearest by whole factors only moves elements.
std::optional<Reindex> as_reindex(const KernelQuery& query) {
    Reindex map = identity_reindex(query.node.shape, query.inputs[0]);
    if (mode_of(query.node.attributes) != Resample::nearest) return std::nullopt;
    for (int axis = 2; axis < 4; ++axis) {
        const int64_t from = query.inputs[0][axis], to = query.node.shape[axis];
        auto& digits = map.axes[static_cast<size_t>(axis)];
        if (to % from == 0)
            digits = {{.extent = from, .stride = digits.front().stride}, {.extent = to / from, .stride = 0}};
        else if (from % to == 0)
            digits.front().stride *= from / to;
        else
            return std::nullopt;
    }
    return map;
}

struct Pass {
    Shape from, to;
    int axis = 2;
    Operand read, write;
};

Result<Kernel> axis_kernel(const KernelQuery& query, Pass pass, bool adjoint) {
    VKGAN_TRY(check_bindings(query.node.op->name, std::array{pass.from, pass.to}, query.device));
    const bool texel = use_texels(query.device, std::array{pass.from});
    const int64_t inner = inner_quads(pass.from) * (pass.axis == 2 ? pass.from[3] : 1);
    // clang-format off
    const std::array<int64_t, 7> numbers{
        quad_count(pass.to), inner, pass.from[pass.axis], pass.to[pass.axis],
        query.node.attributes.ints[2], query.node.attributes.ints[3], adjoint ? 1 : 0};
    // clang-format on
    Kernel kernel;
    kernel.shader = shader_variant("resample2d", texel);
    for (uint32_t id = 0; id < numbers.size(); ++id)
        kernel.constants.emplace_back(id, static_cast<uint32_t>(numbers[id]));
    pass.read.texel = texel;
    kernel.operands = {pass.read, pass.write};
    kernel.groups = groups_for(quad_count(pass.to), 64, query.device);
    kernel.label = std::string(query.node.op->name) + " " + pass.to.to_string();
    return kernel;
}

// One pass an axis that changes; first the one that leaves less between them.
Result<Emission> axis_kernels(const KernelQuery& query, bool adjoint) {
    const Shape &x = query.inputs[0], &y = query.node.shape;
    const Operand read = read_operand(Operand::Kind::input, 0, VKGAN_BIND_A, false);
    const Operand write = write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0);
    Emission emission;
    if (x[2] == y[2] || x[3] == y[3]) {
        VKGAN_ASSIGN(Kernel kernel, axis_kernel(query, {x, y, x[2] == y[2] ? 3 : 2, read, write}, adjoint));
        emission.kernels.push_back(std::move(kernel));
        return emission;
    }
    const int first = y[2] * x[3] <= x[2] * y[3] ? 2 : 3;
    Shape between = x;
    between[first] = y[first];
    const Operand store = write_operand(Operand::Kind::scratch, 0, VKGAN_BIND_OUT0);
    const Operand load = read_operand(Operand::Kind::scratch, 0, VKGAN_BIND_A, false);
    emission.scratches.push_back({.bytes = byte_count(between), .key = {}});
    VKGAN_ASSIGN(Kernel narrow, axis_kernel(query, {x, between, first, read, store}, adjoint));
    VKGAN_ASSIGN(Kernel wide, axis_kernel(query, {between, y, 5 - first, load, write}, adjoint));
    emission.kernels.push_back(std::move(narrow));
    emission.kernels.push_back(std::move(wide));
    return emission;
}

Result<Emission> resample2d_kernels(const KernelQuery& query) {
    const std::optional<Reindex> map = as_reindex(query);
    return map ? emit_reindex(query, *map) : axis_kernels(query, false);
}

Result<Emission> resample2d_grad_kernels(const KernelQuery& query) { return axis_kernels(query, true); }

constexpr std::array<std::string_view, 4> resample_ints{"height", "width", "mode", "align_corners"};

Attributes resample_attributes(std::array<int64_t, 2> size, Resample mode, bool align_corners) {
    const bool aligns = align_corners && (mode == Resample::bilinear || mode == Resample::bicubic);
    return {.ints = {size[0], size[1], static_cast<int64_t>(mode), aligns ? 1 : 0}, .floats = {}, .name = {}};
}

}  // namespace

namespace op_def {
extern const Op resample2d;
const Op resample2d = {.name = "resample2d",
                       .shape = resample2d_shape,
                       .reference = resample2d_reference,
                       .gradient = resample2d_gradient,
                       .kernels = resample2d_kernels,
                       .int_names = resample_ints,
                       .halves = Halves::all};
extern const Op resample2d_grad;
const Op resample2d_grad = {.name = "resample2d_grad",
                            .shape = resample2d_grad_shape,
                            .reference = resample2d_grad_reference,
                            .gradient = resample2d_grad_gradient,
                            .kernels = resample2d_grad_kernels,
                            .int_names = resample_ints,
                            .halves = Halves::all};
}  // namespace op_def

Value op::resample2d(Value x, int64_t height, int64_t width, Resample mode, bool align_corners) {
    if (!x.valid()) return x;
    return x.graph->add(op_def::resample2d, std::array{x},
                        resample_attributes({height, width}, mode, align_corners));
}

Value op::resample2d_grad(Value dy, int64_t height, int64_t width, Resample mode, bool align_corners) {
    if (!dy.valid()) return dy;
    return dy.graph->add(op_def::resample2d_grad, std::array{dy},
                         resample_attributes({height, width}, mode, align_corners));
}

}  // namespace vkgan
