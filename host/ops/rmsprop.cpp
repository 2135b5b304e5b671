// rmsprop: PyTorch's, without momentum: s = alpha s + (1 - alpha) g^2, p -= lr g / (sqrt(s) + eps).
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "host/ops/update.hpp"

#include <array>
#include <cmath>

namespace vkgan {
namespace {

// Inputs: n gradients, lr. Variables: n parameters, n square averages. Attributes: alpha, eps.
void rmsprop_reference(const ReferenceCall& call) {
    const size_t n = call.inputs.size() - 1;
    const double lr = call.inputs[n]->values[0];
    const double alpha = call.attributes.floats[0], eps = call.attributes.floats[1];
    const double unscale = unscale_of(call, 1);
    if (unscale == 0) return;
    for (size_t i = 0; i < n; ++i) {
        for (size_t e = 0; e < call.inputs[i]->values.size(); ++e) {
            const double g = call.inputs[i]->values[e] * unscale;
            double& s = call.variables[n + i]->values[e];
            s = alpha * s + (1 - alpha) * g * g;
            call.variables[i]->values[e] -= lr * g / (std::sqrt(s) + eps);
        }
    }
}

Result<Emission> rmsprop_kernels(const KernelQuery& query) {
    const size_t n = query.inputs.size() - 1;
    const double alpha = query.node.attributes.floats[0], eps = query.node.attributes.floats[1];
    return emit_update(query, {.shader = "rmsprop",
                               .written = {0, static_cast<int>(n)},
                               .scalars = static_cast<int>(n),
                               .quads = gradient_quads(query, n),
                               .push = {float(alpha), float(1 - alpha), float(eps)},
                               .unscale = unscale_at(query.node.attributes, 1),
                               .flops_per_element = 9});
}

constexpr std::array<std::string_view, 2> rmsprop_floats{"alpha", "eps"};

}  // namespace

namespace op_def {
extern const Op rmsprop;
const Op rmsprop = {.name = "rmsprop",
                    .arity = -1,
                    .shape = update_shape,
                    .reference = rmsprop_reference,
                    .kernels = rmsprop_kernels,
                    .int_names = optimiser_ints,
                    .float_names = rmsprop_floats,
                    .updates = true};
}  // namespace op_def

Value op::rmsprop(Graph& graph, const Moments& moments, std::span<const Value> gradients, Value lr,
                  double alpha, double eps, Value unscale) {
    check_divisor(graph, "rmsprop", eps);
    const UpdateLists lists{
        .op = "rmsprop", .variables = {moments.parameters, moments.second}, .gradients = gradients};
    return add_update(graph, op_def::rmsprop, lists, std::array{lr, unscale},
                      {.ints = {}, .floats = {alpha, eps}, .name = {}});
}

}  // namespace vkgan
