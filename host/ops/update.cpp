// Checks, nodes and kernels of the ops that write variables in place.
// SPDX-License-Identifier: MIT
#include "host/ops/update.hpp"

#include "host/graph/layout.hpp"
#include "host/ops/dispatch.hpp"
#include "host/ops/flat.hpp"
#include "host/ops/ops.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string>

namespace vkgan {
namespace {

Error wrong_count(const UpdateLists& lists, size_t count, std::string_view what) {
    return {Code::invalid_argument, std::string(lists.op) + ": " + std::to_string(lists.variables[0].size()) +
                                        " parameters but " + std::to_string(count) + " " + std::string(what)};
}

Status check_variable(const Graph& graph, const UpdateLists& lists, size_t i, int32_t index) {
    const auto& variables = graph.variables();
    if (index < 0 || static_cast<size_t>(index) >= variables.size())
        return Error{Code::invalid_argument, std::string(lists.op) + ": variable " + std::to_string(index) +
                                                 " is not one of the " + std::to_string(variables.size()) +
                                                 " declared"};
    const Variable& variable = variables[static_cast<size_t>(index)];
    const Variable& parameter = variables[static_cast<size_t>(lists.variables[0][i])];
    if (variable.shape != parameter.shape || variable.type != parameter.type)
        return Error{Code::shape_mismatch, std::string(lists.op) + ": " + variable.name + " is " +
                                               variable.shape.to_string() + " but " + parameter.name +
                                               " is " + parameter.shape.to_string()};
    return {};
}

Status check_gradient(const Graph& graph, const UpdateLists& lists, size_t i) {
    const Value gradient = lists.gradients[i];
    const Variable& parameter = graph.variables()[static_cast<size_t>(lists.variables[0][i])];
    if (gradient.graph != &graph)
        return Error{Code::invalid_argument,
                     std::string(lists.op) + ": the value for " + parameter.name + " is not of this graph"};
    if (gradient.shape() != parameter.shape)
        return Error{Code::shape_mismatch, std::string(lists.op) + ": the value for " + parameter.name +
                                               " is " + gradient.shape().to_string() +
                                               " but the variable is " + parameter.shape.to_string()};
    if (gradient.type() != parameter.type)
        return Error{Code::invalid_argument, std::string(lists.op) + ": the value for " + parameter.name +
                                                 " and the variable have different types"};
    return {};
}

Status check_lists(const Graph& graph, const UpdateLists& lists) {
    if (lists.variables[0].empty())
        return Error{Code::invalid_argument, std::string(lists.op) + ": no variables to update"};
    for (const auto& list : lists.variables) {
        if (list.size() != lists.variables[0].size())
            return wrong_count(lists, list.size(), "variables beside them");
        for (size_t i = 0; i < list.size(); ++i) VKGAN_TRY(check_variable(graph, lists, i, list[i]));
    }
    if (lists.without_gradients) return {};
    if (lists.gradients.size() != lists.variables[0].size())
        return wrong_count(lists, lists.gradients.size(), "gradients");
    for (size_t i = 0; i < lists.gradients.size(); ++i) VKGAN_TRY(check_gradient(graph, lists, i));
    return {};
}

Value pack_scalars(std::span<const Value> scalars) {
    if (scalars.size() == 1) return scalars[0];
    std::vector<Value> parts;
    for (const Value& scalar : scalars) parts.push_back(op::reshape(scalar, {1}));
    return op::concat(parts, 0);
}

// The part of a list: from its first variable or input on.
Operand part_operand(Operand operand, const FlatPart& part) {
    operand.offset_bytes = part.offset_bytes();
    operand.bytes = part.bytes();
    return operand;
}

std::vector<Operand> operands_of(const UpdateKernel& update, const FlatPart& part, bool texel) {
    constexpr std::array out_slots{VKGAN_BIND_OUT0, VKGAN_BIND_OUT1, VKGAN_BIND_OUT2};
    constexpr std::array old_slots{VKGAN_BIND_A, VKGAN_BIND_C, VKGAN_BIND_D};
    std::vector<Operand> operands;
    for (size_t list = 0; list < update.written.size(); ++list) {
        Operand operand = write_operand(Operand::Kind::variable, update.written[list], out_slots[list]);
        if (update.reads_old && !texel) operand.access = Access::read_write;
        operands.push_back(part_operand(operand, part));
        if (update.reads_old && texel)
            operands.push_back(part_operand(
                read_operand(Operand::Kind::variable, update.written[list], old_slots[list], true), part));
    }
    operands.push_back(
        part_operand(read_operand(update.source_kind, update.source, VKGAN_BIND_B, texel), part));
    if (update.scalars >= 0)
        operands.push_back(read_operand(Operand::Kind::input, update.scalars, VKGAN_BIND_CHAIN0, texel));
    return operands;
}

}  // namespace

bool check_update(Graph& graph, const UpdateLists& lists) {
    if (!graph.status()) return false;
    if (const Status status = check_lists(graph, lists); !status) graph.fail(status.error());
    return graph.status().ok();
}

double unscale_of(const ReferenceCall& call, int count) {
    const int at = unscale_at(call.attributes, count);
    return at < 0 ? 1 : call.inputs.back()->values[static_cast<size_t>(at)];
}

Value add_update(Graph& graph, const Op& op, const UpdateLists& lists, std::span<const Value> scalars,
                 Attributes attributes) {
    if (!lists.without_gradients && scalars.size() > 1) {  // an optimiser: the last is `unscale`, or none
        if (scalars.back().valid())
            attributes.ints = {1};
        else
            scalars = scalars.first(scalars.size() - 1);
    }
    for (const Value& scalar : scalars)
        if (scalar.graph != &graph || scalar.shape().rank() != 0)
            graph.fail({Code::invalid_argument,
                        std::string(op.name) + ": a scalar must be a rank 0 value of this graph but is " +
                            (scalar.graph == &graph ? scalar.shape().to_string() : "of another")});
    if (!check_update(graph, lists)) return {&graph, -1};
    std::vector<Value> inputs(lists.gradients.begin(), lists.gradients.end());
    if (!scalars.empty()) inputs.push_back(pack_scalars(scalars));
    std::vector<int32_t> variables;
    for (const auto& list : lists.variables) variables.insert(variables.end(), list.begin(), list.end());
    return graph.add(op, inputs, std::move(attributes), variables);
}

void check_divisor(Graph& graph, std::string_view op, double eps) {
    if (eps >= 1e-30) return;
    graph.fail(
        {Code::invalid_argument, std::string(op) + ": eps is " + std::to_string(eps) +
                                     " but must be at least 1e-30, or weights without gradient become NaN"});
}

Emission emit_update(const KernelQuery& query, const UpdateKernel& update) {
    const bool texel = query.device.texel_loads && !update.integers;
    const bool pairs = texel && query.device.wide_stores;
    Emission emission;
    for (const FlatPart& part : flat_parts(update.quads, texel, query.device)) {
        Kernel kernel{
            .shader = std::string(update.shader) + (pairs   ? ":texel_u64"
                                                    : texel ? ":texel"
                                                            : ":ssbo"),
            .constants = {},
            .push = {static_cast<uint32_t>(part.quads)},
            .operands = operands_of(update, part, texel),
            .groups = groups_for(pairs ? (part.quads + 1) / 2 : part.quads, 64, query.device),
            .flops = update.flops_per_element * 4 * static_cast<double>(part.quads),
            .label =
                std::string(query.node.op->name) + " of " + std::to_string(update.quads * 4) + " elements",
        };
        if (update.unscale >= 0) kernel.constants = {{0, static_cast<uint32_t>(update.unscale)}};
        for (const float value : update.push) kernel.push.push_back(std::bit_cast<uint32_t>(value));
        emission.kernels.push_back(std::move(kernel));
    }
    return emission;
}

int64_t list_quads(std::span<const int64_t> quads_of_members, const DeviceTraits& device) {
    const int64_t unit = std::max<int64_t>(device.offset_alignment / 16, 1);
    int64_t end = 0;
    for (const int64_t quads : quads_of_members) end = (end + unit - 1) / unit * unit + quads;
    return end;
}

int64_t gradient_quads(const KernelQuery& query, size_t count) {
    std::vector<int64_t> quads;
    for (const Shape& shape : query.inputs.first(count)) quads.push_back(quad_count(shape));
    return list_quads(quads, query.device);
}

}  // namespace vkgan
