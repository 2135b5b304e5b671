// ema: exponential moving averages of variables, a += (1 - decay) (s - a).
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/ops/ops.hpp"
#include "host/ops/update.hpp"

#include <array>

namespace vkgan {
namespace {

// Inputs: decay. Variables: n averages, n sources, which are only read. Attributes: the quads of each
// average.
void ema_reference(const ReferenceCall& call) {
    const size_t n = call.variables.size() / 2;
    const double decay = call.inputs[0]->values[0];
    for (size_t i = 0; i < n; ++i) {
        for (size_t e = 0; e < call.variables[i]->values.size(); ++e) {
            double& a = call.variables[i]->values[e];
            a += (1 - decay) * (call.variables[n + i]->values[e] - a);
        }
    }
}

Result<Emission> ema_kernels(const KernelQuery& query) {
    return emit_update(query, {.shader = "ema",
                               .written = {0},
                               .source_kind = Operand::Kind::variable,
                               .source = static_cast<int>(query.node.variables.size() / 2),
                               .scalars = 0,
                               .quads = list_quads(query.node.attributes.ints, query.device),
                               .flops_per_element = 3});
}

constexpr std::array<std::string_view, 1> ema_ints{"quads"};

}  // namespace

namespace op_def {
extern const Op ema;
const Op ema = {.name = "ema",
                .shape = update_shape,
                .reference = ema_reference,
                .kernels = ema_kernels,
                .int_names = ema_ints,
                .updates = true};
}  // namespace op_def

Value op::ema(Graph& graph, std::span<const int32_t> averages, std::span<const int32_t> sources,
              Value decay) {
    const UpdateLists lists{
        .op = "ema", .variables = {averages, sources}, .gradients = {}, .without_gradients = true};
    if (!check_update(graph, lists)) return {&graph, -1};
    std::vector<int64_t> quads;
    for (const int32_t variable : averages)
        quads.push_back(quad_count(graph.variables()[static_cast<size_t>(variable)].shape));
    return add_update(graph, op_def::ema, lists, std::array{decay},
                      {.ints = std::move(quads), .floats = {}, .name = {}});
}

}  // namespace vkgan
