// one_hot: row b of the result is one at index[b] and zero elsewhere; unknown classes give a row of zeros.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/checks.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/ops.hpp"
#include "shaders/lib/limits.h"

#include <array>

namespace vkgan {
namespace {

Result<Shape> one_hot_shape(const ShapeQuery& query) {
    if (query.inputs[0].rank() != 1)
        return Error{Code::shape_mismatch,
                     "one_hot: index is " + query.inputs[0].to_string() + " but must be [B]"};
    if (query.attributes.ints[0] < 1)
        return Error{
            Code::invalid_argument,
            "one_hot: classes is " + std::to_string(query.attributes.ints[0]) + " but must be at least 1"};
    return Shape{query.inputs[0][0], query.attributes.ints[0]};
}

void one_hot_reference(const ReferenceCall& call) {
    const auto classes = static_cast<size_t>(call.attributes.ints[0]);
    const auto& index = call.inputs[0]->values;
    for (size_t row = 0; row < index.size(); ++row)
        if (index[row] >= 0 && index[row] < static_cast<double>(classes))
            call.output.values[row * classes + static_cast<size_t>(index[row])] = 1;
}

Result<Emission> one_hot_kernels(const KernelQuery& query) {
    VKGAN_TRY(check_bindings("one_hot", std::array{query.inputs[0], query.node.shape}, query.device));
    Kernel kernel;
    kernel.shader = "one_hot:main";
    kernel.constants = {{0, static_cast<uint32_t>(quad_count(query.node.shape))},
                        {1, static_cast<uint32_t>(inner_quads(query.node.shape))},
                        {2, static_cast<uint32_t>(query.node.attributes.ints[0])}};
    kernel.operands = {read_operand(Operand::Kind::input, 0, VKGAN_BIND_A, false),
                       write_operand(Operand::Kind::output, 0, VKGAN_BIND_OUT0)};
    kernel.groups = groups_for(quad_count(query.node.shape), 64, query.device);
    kernel.label = "one_hot " + query.node.shape.to_string();
    Emission emission;
    emission.kernels.push_back(std::move(kernel));
    return emission;
}

constexpr std::array<std::string_view, 1> one_hot_ints{"classes"};

}  // namespace

namespace op_def {
extern const Op one_hot;
const Op one_hot = {.name = "one_hot",
                    .shape = one_hot_shape,
                    .reference = one_hot_reference,
                    .kernels = one_hot_kernels,
                    .int_names = one_hot_ints};
}  // namespace op_def

Value op::one_hot(Value index, int64_t classes) {
    if (!accept_index("one_hot", index)) return {index.graph, -1};
    return index.graph->add(op_def::one_hot, std::array{index},
                            {.ints = {classes}, .floats = {}, .name = {}});
}

}  // namespace vkgan
