// reshape: the same elements in row-major order under another shape; free where the physical order agrees.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/ops.hpp"
#include "host/ops/reindex.hpp"
#include "shaders/lib/limits.h"

#include <array>
#include <numeric>
#include <optional>

namespace vkgan {
namespace {

Result<Shape> reshape_shape(const ShapeQuery& query) {
    if (query.attributes.ints.size() > max_rank)
        return Error{Code::invalid_argument, "reshape: rank " + std::to_string(query.attributes.ints.size()) +
                                                 " is more than " + std::to_string(max_rank)};
    const Shape shape{std::span<const int64_t>(query.attributes.ints)};
    int64_t count = 1;
    for (const int64_t extent : shape)
        if (extent < 1 || __builtin_mul_overflow(count, extent, &count))
            return Error{Code::invalid_argument, "reshape: " + shape.to_string() + " is no shape"};
    if (count != query.inputs[0].element_count())
        return Error{Code::shape_mismatch, "reshape: " + query.inputs[0].to_string() + " has " +
                                               std::to_string(query.inputs[0].element_count()) +
                                               " elements but " + shape.to_string() + " has " +
                                               std::to_string(count)};
    return shape;
}

void reshape_reference(const ReferenceCall& call) { call.output.values = call.inputs[0]->values; }

std::vector<Value> reshape_gradient(const GradientCall& call) {
    return {op::reshape(call.output_gradient, call.inputs[0].shape())};
}

// Cuts every output axis into digits that each lie within one axis of the source; nothing if the extents do
// not nest.
std::optional<Reindex> common_refinement(const Shape& output, const Shape& source) {
    Reindex map;
    int from = source.rank() - 1;
    int64_t used = 1;  // of the source axis `from`, by digits so far
    for (int axis = output.rank() - 1; axis >= 0; --axis) {
        int64_t left = output[axis];
        auto& digits = map.axes[static_cast<size_t>(axis)];
        while (left > 1) {
            while (from >= 0 && used == source[from]) {
                --from;
                used = 1;
            }
            const int64_t free = source[from] / used;
            const int64_t extent = std::gcd(left, free);
            if (extent != left && extent != free) return std::nullopt;
            digits.insert(digits.begin(), {.extent = extent, .stride = physical_stride(source, from) * used});
            left /= extent;
            used *= extent;
        }
    }
    return map;
}

// Shapes that do not nest (6 x 4 and 8 x 3) both nest with a vector.
Result<Emission> reshape_through_vector(const KernelQuery& query) {
    const Shape vector{query.node.shape.element_count()};
    Emission emission;
    emission.scratches.push_back({.bytes = byte_count(vector), .key = {}});
    VKGAN_ASSIGN(Kernel first, reindex_kernel("reshape", *common_refinement(vector, query.inputs[0]), vector,
                                              query.inputs[0],
                                              {read_operand(Operand::Kind::input, 0, VKGAN_BIND_A, false),
                                               write_operand(Operand::Kind::scratch, 0, VKGAN_BIND_OUT0)},
                                              query.device));
    VKGAN_ASSIGN(Kernel second, reindex_kernel("reshape", *common_refinement(query.node.shape, vector),
                                               query.node.shape, vector,
                                               {read_operand(Operand::Kind::scratch, 0, VKGAN_BIND_A, false),
                                                write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0)},
                                               query.device));
    emission.kernels.push_back(std::move(first));
    emission.kernels.push_back(std::move(second));
    return emission;
}

Result<Emission> reshape_kernels(const KernelQuery& query) {
    if (same_physical_order(query.inputs[0], query.node.shape)) {
        Emission emission;
        emission.alias = true;
        return emission;
    }
    if (const std::optional<Reindex> map = common_refinement(query.node.shape, query.inputs[0]))
        return emit_reindex(query, *map);
    return reshape_through_vector(query);
}

constexpr std::array<std::string_view, 1> reshape_ints{"extents"};

}  // namespace

namespace op_def {
extern const Op reshape;
const Op reshape = {.name = "reshape",
                    .shape = reshape_shape,
                    .reference = reshape_reference,
                    .gradient = reshape_gradient,
                    .kernels = reshape_kernels,
                    .int_names = reshape_ints,
                    .halves = Halves::all};
}  // namespace op_def

Value op::reshape(Value x, const Shape& shape) {
    if (!x.valid() || x.shape() == shape) return x;
    return x.graph->add(op_def::reshape, std::array{x},
                        {.ints = {shape.begin(), shape.end()}, .floats = {}, .name = {}});
}

}  // namespace vkgan
