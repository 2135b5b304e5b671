// assign: a variable takes a value.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/ops.hpp"
#include "host/ops/update.hpp"

#include <array>

namespace vkgan {
namespace {

void assign_reference(const ReferenceCall& call) { call.variables[0]->values = call.inputs[0]->values; }

Result<Emission> assign_kernels(const KernelQuery& query) {
    return emit_update(query, {.shader = "assign",
                               .written = {0},
                               .quads = quad_count(query.inputs[0]),
                               .reads_old = false,
                               .integers = true});
}

}  // namespace

namespace op_def {
extern const Op assign;
const Op assign = {.name = "assign",
                   .shape = update_shape,
                   .reference = assign_reference,
                   .kernels = assign_kernels,
                   .updates = true};
}  // namespace op_def

Value op::assign(Graph& graph, int32_t variable, Value value) {
    const std::array variables{variable};
    const std::array values{value};
    return add_update(graph, op_def::assign, {.op = "assign", .variables = {variables}, .gradients = values},
                      {}, {});
}

}  // namespace vkgan
