// Where variables and inputs live, for all graphs that share them.
// SPDX-License-Identifier: MIT
#include "host/plan/plan.hpp"

#include "host/graph/layout.hpp"
#include "host/graph/op.hpp"
#include "host/plan/place.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr int64_t smallest_bytes = 16;

Status collect(std::span<const Graph* const> graphs, std::map<std::string_view, const Variable*>& known,
               std::vector<const Variable*>& in_order) {
    for (const Graph* graph : graphs) {
        for (const Variable& variable : graph->variables()) {
            const auto [found, fresh] = known.try_emplace(variable.name, &variable);
            if (fresh) in_order.push_back(&variable);
            const Variable& first = *found->second;
            if (first.shape == variable.shape && first.group == variable.group && first.type == variable.type)
                continue;
            return Error{Code::invalid_argument,
                         fmt::format("variable '{}' is declared as {} in group '{}' and as {} in group '{}'",
                                     variable.name, first.shape.to_string(), first.group,
                                     variable.shape.to_string(), variable.group)};
        }
    }
    return {};
}

}  // namespace

Result<VariableLayout> lay_out_variables(std::span<const Graph* const> graphs, int64_t alignment) {
    std::map<std::string_view, const Variable*> known;
    std::vector<const Variable*> in_order;
    VKGAN_TRY(collect(graphs, known, in_order));
    VariableLayout layout;
    for (const Variable* variable : in_order) {
        if (variable->group == "workspace" || variable->group == "inputs")
            return Error{Code::invalid_argument,
                         fmt::format("variable '{}' cannot be in group '{}': the name is taken",
                                     variable->name, variable->group)};
        int64_t& end = layout.region_bytes[variable->group];
        const int64_t bytes = std::max(smallest_bytes, byte_count(variable->shape));
        layout.variables[variable->name] = {variable->group, end, bytes};
        end = round_up(end + bytes, alignment);
    }
    for (const Graph* graph : graphs) {
        for (const Node& node : graph->nodes()) {
            const bool leaf = !node.op->kernels && node.op->pointwise_code == 0 && !node.op->updates;
            if (!leaf || !node.variables.empty()) continue;
            int64_t& bytes = layout.inputs.try_emplace(node.attributes.name, Placement{"inputs", 0, 0})
                                 .first->second.bytes;
            bytes = std::max({bytes, smallest_bytes, byte_count(node.shape)});
        }
    }
    int64_t end = 0;
    for (auto& [name, placement] : layout.inputs) {
        placement.offset_bytes = end;
        end = round_up(end + placement.bytes, alignment);
    }
    if (end > 0) layout.region_bytes["inputs"] = end;
    return layout;
}

}  // namespace vkgan
