// adam: Kingma & Ba 2015, Alg. 1; with decay > 0 AdamW (Loshchilov & Hutter 2019, Alg. 2).
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"
#include "host/ops/update.hpp"

#include <array>
#include <cmath>

namespace vkgan {
namespace {

// Inputs: n gradients, [lr, c1, c2]. Variables: n parameters, n first moments, n second. Attributes: as
// AdamOptions. eps stands where PyTorch has it.
void adam_reference(const ReferenceCall& call) {
    const size_t n = call.inputs.size() - 1;
    const std::vector<double>& scalars = call.inputs[n]->values;
    const double lr = scalars[0], c1 = scalars[1], c2 = scalars[2];
    const std::vector<double>& options = call.attributes.floats;
    const double b1 = options[0], b2 = options[1], eps = options[2], decay = options[3];
    const double unscale = unscale_of(call, 3);
    if (unscale == 0) return;
    for (size_t i = 0; i < n; ++i) {
        for (size_t e = 0; e < call.inputs[i]->values.size(); ++e) {
            const double g = call.inputs[i]->values[e] * unscale;
            double& p = call.variables[i]->values[e];
            double& m = call.variables[n + i]->values[e];
            double& v = call.variables[2 * n + i]->values[e];
            p -= lr * decay * p;
            m = b1 * m + (1 - b1) * g;
            v = b2 * v + (1 - b2) * g * g;
            p -= lr * c1 * m / (std::sqrt(c2 * v) + eps);
        }
    }
}

Result<Emission> adam_kernels(const KernelQuery& query) {
    const int n = static_cast<int>(query.inputs.size()) - 1;
    const std::vector<double>& options = query.node.attributes.floats;
    const double b1 = options[0], b2 = options[1], eps = options[2], decay = options[3];
    return emit_update(
        query, {.shader = "adam",
                .written = {0, n, 2 * n},
                .scalars = n,
                .quads = gradient_quads(query, static_cast<size_t>(n)),
                .push = {float(b1), float(1 - b1), float(b2), float(1 - b2), float(eps), float(decay)},
                .unscale = unscale_at(query.node.attributes, 3),
                .flops_per_element = decay > 0 ? 16.0 : 14.0});
}

constexpr std::array<std::string_view, 4> adam_floats{"beta1", "beta2", "eps", "decay"};

}  // namespace

namespace op_def {
extern const Op adam;
const Op adam = {.name = "adam",
                 .arity = -1,
                 .shape = update_shape,
                 .reference = adam_reference,
                 .kernels = adam_kernels,
                 .int_names = optimiser_ints,
                 .float_names = adam_floats,
                 .updates = true};
}  // namespace op_def

Value op::adam(Graph& graph, const Moments& moments, std::span<const Value> gradients, Value lr, Value c1,
               Value c2, const AdamOptions& options, Value unscale) {
    check_divisor(graph, "adam", options.eps);
    const UpdateLists lists{.op = "adam",
                            .variables = {moments.parameters, moments.first, moments.second},
                            .gradients = gradients};
    return add_update(
        graph, op_def::adam, lists, std::array{lr, c1, c2, unscale},
        {.ints = {}, .floats = {options.beta1, options.beta2, options.eps, options.decay}, .name = {}});
}

}  // namespace vkgan
