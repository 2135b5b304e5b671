// sum_squares: of all elements of a list of tensors, as for the norm of a gradient.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/flat.hpp"
#include "host/ops/ops.hpp"
#include "host/ops/reduce_kernels.hpp"
#include "host/ops/update.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>

namespace vkgan {
namespace {

using Kind = Operand::Kind;

constexpr size_t most_segments = 14;  // of shaders/ops/sum_squares.comp

// The quads of one tensor, or of a part of it; `first` counts from the start of the list.
struct Segment {
    int64_t first = 0, end = 0;
};

// What one dispatch reads: segments within a piece of the list that may be bound.
struct Piece {
    int64_t first = 0, end = 0;
    std::vector<Segment> segments;
};

Result<Shape> sum_squares_shape(const ShapeQuery& query) {
    if (query.inputs.empty()) return Error{Code::invalid_argument, "sum_squares: of no tensors"};
    return Shape{};
}

void sum_squares_reference(const ReferenceCall& call) {
    double sum = 0;
    for (const DoubleTensor* x : call.inputs)
        for (const double value : x->values) sum += value * value;
    call.output.values[0] = sum;
}

std::vector<Value> sum_squares_gradient(const GradientCall& call) {
    std::vector<Value> gradients;
    for (const Value x : call.inputs)
        gradients.push_back(x * 2.0 * op::broadcast(call.output_gradient, x.shape()));
    return gradients;
}

// The planner lays the inputs one after another, each from a multiple of the offset alignment on; what lies
// between them is not theirs.
std::vector<Segment> segments_of(const KernelQuery& query, int64_t most) {
    std::vector<Segment> segments;
    std::vector<int64_t> quads;
    for (const Shape& shape : query.inputs) {
        quads.push_back(quad_count(shape));
        const int64_t end = list_quads(quads, query.device), first = end - quads.back();
        for (const FlatPart& part : flat_parts(end, false, query.device))
            for (int64_t at = std::max(first, part.first_quad);
                 at < std::min(end, part.first_quad + part.quads); at += most)
                segments.push_back({at, std::min({at + most, end, part.first_quad + part.quads})});
    }
    return segments;
}

std::vector<Piece> pieces_of(const KernelQuery& query, bool texel, int64_t most) {
    std::vector<Piece> pieces;
    std::vector<int64_t> quads;
    for (const Shape& shape : query.inputs) quads.push_back(quad_count(shape));
    const std::vector<Segment> segments = segments_of(query, most);
    for (const FlatPart& part : flat_parts(list_quads(quads, query.device), texel, query.device)) {
        const int64_t end = part.first_quad + part.quads;
        Piece piece{part.first_quad, end, {}};
        for (const Segment& segment : segments) {
            const Segment inside{std::max(segment.first, part.first_quad), std::min(segment.end, end)};
            if (inside.first >= inside.end) continue;
            if (piece.segments.size() == most_segments) {
                pieces.push_back(piece);
                piece.segments.clear();
            }
            piece.segments.push_back(inside);
        }
        pieces.push_back(std::move(piece));
    }
    return pieces;
}

Kernel piece_kernel(const Piece& piece, int64_t lanes, int64_t partials, bool texel,
                    const DeviceTraits& device) {
    Kernel kernel{.shader = shader_variant("sum_squares", texel)};
    kernel.push = {uint32_t(lanes), uint32_t(partials), uint32_t(piece.segments.size()), 0};
    int64_t quads = 0;
    for (const Segment& segment : piece.segments) {
        kernel.push.push_back(uint32_t(segment.first - piece.first));
        kernel.push.push_back(uint32_t(segment.end - piece.first));
        quads += segment.end - segment.first;
    }
    kernel.push.resize(4 + 2 * most_segments);
    Operand list = read_operand(Kind::input, 0, VKGAN_BIND_A, texel);
    list.offset_bytes = piece.first * 16;
    list.bytes = (piece.end - piece.first) * 16;
    kernel.operands = {list, write_operand(Kind::scratch, 0, VKGAN_BIND_OUT0)};
    kernel.groups = groups_for(lanes, 64, device);
    kernel.flops = double(quads) * 8;
    kernel.label = "sum_squares of " + std::to_string(piece.segments.size()) + " tensors";
    return kernel;
}

Result<Emission> sum_squares_kernels(const KernelQuery& query) {
    const int64_t lanes = query.device.family == Family::tile ? 4096 : 1024;
    const bool texel = query.device.texel_loads;
    Emission emission;
    int64_t partials = 0;
    for (const Piece& piece : pieces_of(query, texel, lanes * VKGAN_MAX_TRIPS)) {
        emission.kernels.push_back(piece_kernel(piece, lanes, partials, texel, query.device));
        partials += lanes;
    }
    emission.scratches.push_back({.bytes = partials * 16, .key = {}, .key_input = 0});
    emission.kernels.push_back(sum_everything(0, partials, query.device));
    return emission;
}

}  // namespace

namespace op_def {
extern const Op sum_squares;
const Op sum_squares = {.name = "sum_squares",
                        .arity = -1,
                        .shape = sum_squares_shape,
                        .reference = sum_squares_reference,
                        .gradient = sum_squares_gradient,
                        .kernels = sum_squares_kernels};
}  // namespace op_def

Value op::sum_squares(std::span<const Value> list) {
    if (list.empty() || !list[0].valid()) return {};
    return list[0].graph->add(op_def::sum_squares, list, {});
}

}  // namespace vkgan
