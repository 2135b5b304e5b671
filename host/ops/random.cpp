// random_uniform and random_normal: numbers that depend on key, stream and place, on nothing else.
// SPDX-License-Identifier: MIT
#include "host/graph/random.hpp"

#include "host/graph/layout.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/flat.hpp"
#include "host/ops/ops.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <array>

namespace vkgan {
namespace {

constexpr int64_t max_elements = int64_t{1} << 32;  // shaders count them in 32 bits

// Attributes: stream, then the shape's extents.
Result<Shape> random_shape(const ShapeQuery& query) {
    const auto& ints = query.attributes.ints;
    if (query.inputs[0] != Shape{4})
        return Error{Code::shape_mismatch, "random: the key is " + query.inputs[0].to_string() +
                                               " but must be [4]: seed low, seed high, step low, step high"};
    if (ints.empty() || ints[0] < 0 || ints[0] > INT32_MAX)
        return Error{
            Code::invalid_argument,
            "random: stream " + (ints.empty() ? "" : std::to_string(ints[0])) + " is not in 0 .. 2147483647"};
    if (ints.size() - 1 > max_rank)
        return Error{Code::invalid_argument, "random: rank " + std::to_string(ints.size() - 1) +
                                                 " but tensors have at most " + std::to_string(max_rank)};
    const Shape shape(std::span<const int64_t>(ints).subspan(1));
    int64_t count = 1;
    for (const int64_t extent : shape) {
        if (extent > max_elements / std::max<int64_t>(count, 1))
            return Error{Code::unsupported,
                         "random: " + shape.to_string() + " has more than 4294967296 elements"};
        count *= extent;
    }
    return shape;
}

RandomKey key_of(const DoubleTensor& key) {
    const auto word = [&](size_t i) { return static_cast<uint32_t>(static_cast<int64_t>(key.values[i])); };
    return {.seed_low = word(0), .seed_high = word(1), .step_low = word(2), .step_high = word(3)};
}

template <void (*fill)(const RandomKey&, uint32_t, std::span<float>)>
void random_reference(const ReferenceCall& call) {
    std::vector<float> values(call.output.values.size());
    fill(key_of(*call.inputs[0]), static_cast<uint32_t>(call.attributes.ints[0]), values);
    std::copy(values.begin(), values.end(), call.output.values.begin());
}

Emission emit_random(const KernelQuery& query, const char* shader) {
    const Shape& shape = query.node.shape;
    const int axis = inner_axis(shape);
    Emission emission;
    for (const FlatPart& part : flat_parts(quad_count(shape), false, query.device)) {
        Operand result = write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0);
        result.offset_bytes = part.offset_bytes();
        result.bytes = part.bytes();
        emission.kernels.push_back({
            .shader = shader,
            .constants = {},
            .push = {static_cast<uint32_t>(part.first_quad), static_cast<uint32_t>(part.quads),
                     static_cast<uint32_t>(inner_quads(shape)),
                     static_cast<uint32_t>(axis < 0 ? 1 : shape[axis]),
                     static_cast<uint32_t>(axis < 0 ? 1 : shape.stride(axis)),
                     static_cast<uint32_t>(query.node.attributes.ints[0])},
            .operands = {read_operand(Operand::Kind::input, 0, VKGAN_BIND_A, false), result},
            .groups = groups_for(part.quads, 64, query.device),
            .label = std::string(query.node.op->name) + " " + shape.to_string(),
        });
    }
    return emission;
}

Result<Emission> uniform_kernels(const KernelQuery& query) { return emit_random(query, "random:uniform"); }
Result<Emission> normal_kernels(const KernelQuery& query) { return emit_random(query, "random:normal"); }

Value add_random(const Op& op, Value key, int stream, const Shape& shape) {
    if (!key.valid()) return key;
    if (key.type() != DType::i32)
        key.graph->fail({Code::invalid_argument, std::string(op.name) + ": the key is f32 but must be i32"});
    std::vector<int64_t> ints{stream};
    ints.insert(ints.end(), shape.begin(), shape.end());
    return key.graph->add(op, std::array{key}, {.ints = std::move(ints), .floats = {}, .name = {}});
}

constexpr std::array<std::string_view, 2> random_ints{"stream", "shape"};

}  // namespace

namespace op_def {
extern const Op random_uniform;
const Op random_uniform = {.name = "random_uniform",
                           .shape = random_shape,
                           .reference = random_reference<fill_uniform>,
                           .kernels = uniform_kernels,
                           .int_names = random_ints};
extern const Op random_normal;
const Op random_normal = {.name = "random_normal",
                          .shape = random_shape,
                          .reference = random_reference<fill_normal>,
                          .kernels = normal_kernels,
                          .int_names = random_ints};
}  // namespace op_def

Value op::random_uniform(Value key, int stream, const Shape& shape) {
    return add_random(op_def::random_uniform, key, stream, shape);
}

Value op::random_normal(Value key, int stream, const Shape& shape) {
    return add_random(op_def::random_normal, key, stream, shape);
}

}  // namespace vkgan
