// sgd: stochastic gradient descent with PyTorch's momentum, v = momentum v + g, p -= lr v.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "host/ops/update.hpp"

#include <array>

namespace vkgan {
namespace {

// Inputs: n gradients, [lr, momentum]. Variables: n parameters, n velocities.
void sgd_reference(const ReferenceCall& call) {
    const size_t n = call.inputs.size() - 1;
    const double lr = call.inputs[n]->values[0], momentum = call.inputs[n]->values[1];
    const double unscale = unscale_of(call, 2);
    if (unscale == 0) return;
    for (size_t i = 0; i < n; ++i) {
        for (size_t e = 0; e < call.inputs[i]->values.size(); ++e) {
            double& v = call.variables[n + i]->values[e];
            v = momentum * v + call.inputs[i]->values[e] * unscale;
            call.variables[i]->values[e] -= lr * v;
        }
    }
}

Result<Emission> sgd_kernels(const KernelQuery& query) {
    const size_t n = query.inputs.size() - 1;
    return emit_update(query, {.shader = "sgd",
                               .written = {0, static_cast<int>(n)},
                               .scalars = static_cast<int>(n),
                               .quads = gradient_quads(query, n),
                               .unscale = unscale_at(query.node.attributes, 2),
                               .flops_per_element = 4});
}

}  // namespace

namespace op_def {
extern const Op sgd;
const Op sgd = {.name = "sgd",
                .arity = -1,
                .shape = update_shape,
                .reference = sgd_reference,
                .kernels = sgd_kernels,
                .int_names = optimiser_ints,
                .updates = true};
}  // namespace op_def

Value op::sgd(Graph& graph, const Moments& moments, std::span<const Value> gradients, Value lr,
              Value momentum, Value unscale) {
    const UpdateLists lists{
        .op = "sgd", .variables = {moments.parameters, moments.first}, .gradients = gradients};
    return add_update(graph, op_def::sgd, lists, std::array{lr, momentum, unscale}, {});
}

}  // namespace vkgan
