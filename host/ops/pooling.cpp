// Pooling: maxima as an index with a gather by it (and its adjoint), averages as a filter with equal taps.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/checks.hpp"
#include "host/ops/coordinates.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/ops.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <array>
#include <limits>

namespace vkgan {
namespace op_def {
extern const Op max_pool2d_index, pool_gather, pool_scatter;
}  // namespace op_def

namespace {

// kernel, stride and pad of the windows that an index came from; kernel 0: unknown, any index may be
// anywhere.
using Windows = std::array<int64_t, 3>;

Status check_windows(std::string_view name, const Windows& windows) {
    const auto [kernel, stride, pad] = windows;
    if (kernel >= 1 && kernel < VKGAN_MAX_TRIPS && stride >= 1 && stride < VKGAN_MAX_TRIPS && pad >= 0 &&
        pad < kernel)
        return {};
    return Error{Code::invalid_argument,
                 std::string(name) + ": kernel " + std::to_string(kernel) + ", stride " +
                     std::to_string(stride) + " and pad " + std::to_string(pad) +
                     "; kernel and stride must be at least 1 and pad less than kernel"};
}

Result<Shape> max_pool2d_index_shape(const ShapeQuery& query) {
    Shape shape = query.inputs[0];
    const auto& ints = query.attributes.ints;
    VKGAN_TRY(check_image("max_pool2d", shape));
    VKGAN_TRY(check_windows("max_pool2d", {ints[0], ints[1], ints[2]}));
    for (int axis = 2; axis < 4; ++axis) {
        if (shape[axis] + 2 * ints[2] < ints[0])
            return Error{Code::shape_mismatch, "max_pool2d: kernel " + std::to_string(ints[0]) +
                                                   " is larger than the padded " +
                                                   std::to_string(shape[axis] + 2 * ints[2]) + " pixels"};
        shape[axis] = (shape[axis] + 2 * ints[2] - ints[0]) / ints[1] + 1;
    }
    return shape;
}

Status check_index(std::string_view name, const Shape& x, const Shape& index) {
    VKGAN_TRY(check_image(name, x));
    if (index.rank() == 4 && index[0] == x[0] && index[1] == x[1]) return {};
    return Error{Code::shape_mismatch, std::string(name) + ": the index is " + index.to_string() +
                                           " but the image is " + x.to_string() +
                                           "; images and channels must be as many"};
}

Result<Shape> pool_gather_shape(const ShapeQuery& query) {
    VKGAN_TRY(check_index("pool_gather", query.inputs[0], query.inputs[1]));
    return query.inputs[1];
}

Result<Shape> pool_scatter_shape(const ShapeQuery& query) {
    const Shape& dy = query.inputs[0];
    VKGAN_TRY(check_index("pool_scatter", dy, query.inputs[1]));
    if (dy != query.inputs[1])
        return Error{Code::shape_mismatch, "pool_scatter: dy is " + dy.to_string() + " but the index is " +
                                               query.inputs[1].to_string()};
    return Shape{dy[0], dy[1], query.attributes.ints[0], query.attributes.ints[1]};
}

void max_pool2d_index_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    const auto& ints = call.attributes.ints;
    const int64_t kernel = ints[0], stride = ints[1], pad = ints[2], height = x.shape[2], width = x.shape[3];
    for_each_coordinate(call.output.shape, [&](const Coordinate& at, size_t flat) {
        double largest = -std::numeric_limits<double>::infinity();
        int64_t best = -1;
        const int64_t top = at[2] * stride - pad, left = at[3] * stride - pad;
        for (int64_t y = std::max<int64_t>(0, top); y < std::min(height, top + kernel); ++y)
            for (int64_t column = std::max<int64_t>(0, left); column < std::min(width, left + kernel);
                 ++column) {
                const double value = x.values[flat_index(x.shape, {at[0], at[1], y, column})];
                if (best < 0 || value > largest) {
                    largest = value;
                    best = y * width + column;
                }
            }
        call.output.values[flat] = static_cast<double>(best);
    });
}

// visit(flat index of the pooled tensor, flat index of the image).
template <class Visit>
void for_each_window(const Shape& image, const DoubleTensor& index, Visit visit) {
    const auto pixels = static_cast<size_t>(image[2] * image[3]);
    const auto windows = static_cast<size_t>(index.shape[2] * index.shape[3]);
    for (size_t flat = 0; flat < index.values.size(); ++flat)
        if (index.values[flat] >= 0 && index.values[flat] < static_cast<double>(pixels))
            visit(flat, flat / windows * pixels + static_cast<size_t>(index.values[flat]));
}

void pool_gather_reference(const ReferenceCall& call) {
    const DoubleTensor& x = *call.inputs[0];
    for_each_window(x.shape, *call.inputs[1],
                    [&](size_t window, size_t pixel) { call.output.values[window] = x.values[pixel]; });
}

void pool_scatter_reference(const ReferenceCall& call) {
    const DoubleTensor& dy = *call.inputs[0];
    for_each_window(call.output.shape, *call.inputs[1],
                    [&](size_t window, size_t pixel) { call.output.values[pixel] += dy.values[window]; });
}

std::vector<Value> pool_gather_gradient(const GradientCall& call) {
    const Shape& x = call.inputs[0].shape();
    return {op::pool_scatter(call.output_gradient, call.inputs[1], x[2], x[3]), Value{}};
}

std::vector<Value> pool_scatter_gradient(const GradientCall& call) {
    return {op::pool_gather(call.output_gradient, call.inputs[1]), Value{}};
}

// What the three kernels share: sizes of the image and of its windows, then the windows themselves.
Kernel pooling_kernel(const KernelQuery& query, const Shape& image, const Shape& pooled,
                      const Windows& windows) {
    Kernel kernel;
    // clang-format off
    const std::array<int64_t, 9> numbers{
        quad_count(query.node.shape), inner_quads(image), image[2], image[3], pooled[2],
        pooled[3], windows[0], windows[1], windows[2]};
    // clang-format on
    for (uint32_t id = 0; id < numbers.size(); ++id)
        kernel.constants.emplace_back(id, static_cast<uint32_t>(numbers[id]));
    kernel.constants.emplace_back(9, static_cast<uint32_t>(image[1]));
    kernel.operands = {write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0)};
    kernel.groups = groups_for(quad_count(query.node.shape), 64, query.device);
    kernel.label = std::string(query.node.op->name) + " " + query.node.shape.to_string();
    return kernel;
}

// pass: index, gather or scatter. Input 0 is floats, input 1 (if any) an index.
Result<Emission> emit(const KernelQuery& query, std::string_view pass, Kernel kernel) {
    std::vector<Shape> shapes(query.inputs.begin(), query.inputs.end());
    shapes.push_back(query.node.shape);
    VKGAN_TRY(check_bindings(query.node.op->name, shapes, query.device));
    const bool texel = use_texels(query.device, std::span(shapes).first(1));
    kernel.shader = "pooling:" + std::string(pass) + (texel ? "_texel" : "_ssbo");
    kernel.operands.push_back(read_operand(Operand::Kind::input, 0, VKGAN_BIND_A, texel));
    if (query.inputs.size() > 1)
        kernel.operands.push_back(read_operand(Operand::Kind::input, 1, VKGAN_BIND_B, false));
    Emission emission;
    emission.kernels.push_back(std::move(kernel));
    return emission;
}

Result<Emission> max_pool2d_index_kernels(const KernelQuery& query) {
    const auto& ints = query.node.attributes.ints;
    return emit(query, "index",
                pooling_kernel(query, query.inputs[0], query.node.shape, {ints[0], ints[1], ints[2]}));
}

Result<Emission> pool_gather_kernels(const KernelQuery& query) {
    return emit(query, "gather", pooling_kernel(query, query.inputs[0], query.node.shape, {}));
}

Result<Emission> pool_scatter_kernels(const KernelQuery& query) {
    const auto& ints = query.node.attributes.ints;
    return emit(query, "scatter",
                pooling_kernel(query, query.node.shape, query.inputs[0], {ints[2], ints[3], ints[4]}));
}

constexpr std::array<std::string_view, 3> index_ints{"kernel", "stride", "pad"};
constexpr std::array<std::string_view, 5> scatter_ints{"height", "width", "kernel", "stride", "pad"};

Windows windows_of(Value index) {
    const Node& node = index.graph->node(index);
    if (node.op != &op_def::max_pool2d_index) return {};
    return {node.attributes.ints[0], node.attributes.ints[1], node.attributes.ints[2]};
}

bool accept_windows(Value x, const op::PoolOptions& options, std::string_view name) {
    const Status fine = check_windows(name, {options.kernel, options.stride, options.pad});
    if (!fine) x.graph->fail(fine.error());
    return fine.ok();
}

}  // namespace

namespace op_def {
const Op max_pool2d_index = {.name = "max_pool2d_index",
                             .shape = max_pool2d_index_shape,
                             .reference = max_pool2d_index_reference,
                             .kernels = max_pool2d_index_kernels,
                             .int_names = index_ints,
                             .halves = Halves::read,
                             .type = DType::i32};
const Op pool_gather = {.name = "pool_gather",
                        .arity = 2,
                        .shape = pool_gather_shape,
                        .reference = pool_gather_reference,
                        .gradient = pool_gather_gradient,
                        .kernels = pool_gather_kernels,
                        .halves = Halves::all};
const Op pool_scatter = {.name = "pool_scatter",
                         .arity = 2,
                         .shape = pool_scatter_shape,
                         .reference = pool_scatter_reference,
                         .gradient = pool_scatter_gradient,
                         .kernels = pool_scatter_kernels,
                         .int_names = scatter_ints,
                         .halves = Halves::all};
}  // namespace op_def

Value op::max_pool2d_index(Value x, const PoolOptions& options) {
    if (!x.valid()) return x;
    return x.graph->add(op_def::max_pool2d_index, std::array{x},
                        {.ints = {options.kernel, options.stride, options.pad}, .floats = {}, .name = {}});
}

Value op::pool_gather(Value x, Value index) {
    if (!accept_index("pool_gather", index)) return {index.graph, -1};
    return index.graph->add(op_def::pool_gather, std::array{x, index});
}

Value op::pool_scatter(Value dy, Value index, int64_t height, int64_t width) {
    if (!accept_index("pool_scatter", index)) return {index.graph, -1};
    const Windows windows = windows_of(index);
    return index.graph->add(
        op_def::pool_scatter, std::array{dy, index},
        {.ints = {height, width, windows[0], windows[1], windows[2]}, .floats = {}, .name = {}});
}

Value op::max_pool2d(Value x, const PoolOptions& options) {
    return pool_gather(x, max_pool2d_index(x, options));
}

Value op::avg_pool2d(Value x, const PoolOptions& options) {
    if (!x.valid() || !accept_windows(x, options, "avg_pool2d")) return {x.graph, -1};
    const std::vector<double> taps(static_cast<size_t>(options.kernel), 1.0 / options.kernel);
    return fir2d(x, taps, 1, options.stride, {options.pad, options.pad, options.pad, options.pad});
}

// The adjoint of that filter (host/ops/fir2d.cpp), to an image of height x width.
Value op::avg_pool2d_grad(Value dy, int64_t height, int64_t width, const PoolOptions& options) {
    if (!dy.valid() || !accept_windows(dy, options, "avg_pool2d_grad") || dy.index < 0) return {dy.graph, -1};
    if (dy.shape().rank() != 4) {
        dy.graph->fail(
            {Code::shape_mismatch, "avg_pool2d_grad: " + dy.shape().to_string() + " is not [N, C, H, W]"});
        return {dy.graph, -1};
    }
    const std::vector<double> taps(static_cast<size_t>(options.kernel), 1.0 / options.kernel);
    const int64_t before = options.kernel - 1 - options.pad;
    const int64_t below = height - 1 + options.kernel - dy.shape()[2] * options.stride - before;
    const int64_t right = width - 1 + options.kernel - dy.shape()[3] * options.stride - before;
    return fir2d(dy, taps, options.stride, 1, {before, below, before, right});
}

}  // namespace vkgan
