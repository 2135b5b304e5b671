// From pointwise nodes to registers, slots and addressed inputs.
// SPDX-License-Identifier: MIT
#include "host/plan/chains.hpp"

#include "host/graph/layout.hpp"
#include "host/plan/views.hpp"
#include "shaders/lib/limits.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

constexpr int local_size = 64, quads_per_invocation = 2;  // of shaders/ops/pointwise.comp

// The position of a node in the chain, or -1.
int slot_of(const ChainParts& parts, int32_t node) {
    const auto found = std::ranges::lower_bound(parts.nodes, node);
    return found != parts.nodes.end() && *found == node ? static_cast<int>(found - parts.nodes.begin()) : -1;
}

// All that the chain reads from memory; empty if one of its own values is read back in another shape.
std::optional<std::vector<ChainInput>> collect_inputs(const Analysis& analysis, const ChainParts& parts) {
    std::vector<ChainInput> inputs;
    for (const int32_t node : parts.nodes) {
        for (const ChainInput& operand : analysis.operands[static_cast<size_t>(node)]) {
            const bool inside = operand.node == parts.core || slot_of(parts, operand.node) >= 0;
            if (inside && !same_address(analysis, operand, node)) return std::nullopt;
            if (!inside && std::ranges::find(inputs, operand) == inputs.end()) inputs.push_back(operand);
        }
    }
    return inputs;
}

}  // namespace

bool same_address(const Analysis& analysis, const ChainInput& operand, int32_t user) {
    const Shape& shape = analysis.node(user).shape;
    const int64_t quads = quad_count(shape);
    return !operand.splat && operand.base == 0 && operand.span == quads && operand.inner == quads &&
           same_form(analysis.node(operand.node).shape, shape);
}

std::optional<Chain> build_chain(const Analysis& analysis, const ChainParts& parts) {
    const int most = std::min(VKGAN_CHAIN_SLOTS, analysis.options.device.max_chain_slots);
    if (static_cast<int>(parts.nodes.size()) > most || parts.results.size() > VKGAN_CHAIN_OUTPUTS)
        return std::nullopt;
    auto inputs = collect_inputs(analysis, parts);
    if (!inputs) return std::nullopt;
    for (const int32_t node : parts.results) {  // an input may be stored as it is
        const ChainInput own = whole(node, analysis.node(node).shape);
        if (slot_of(parts, node) < 0 && std::ranges::find(*inputs, own) == inputs->end())
            inputs->push_back(own);
    }
    if (inputs->size() > VKGAN_CHAIN_INPUTS) return std::nullopt;
    Chain chain;
    chain.inputs = std::move(*inputs);
    chain.shape = analysis.node(parts.nodes.back()).shape;
    const int first_input = parts.core < 0 ? 0 : 1;
    const int first_slot = first_input + static_cast<int>(chain.inputs.size());
    const auto register_of = [&](const ChainInput& operand) {
        if (operand.node == parts.core) return 0;
        if (const int slot = slot_of(parts, operand.node); slot >= 0) return first_slot + slot;
        const auto found = std::ranges::find(chain.inputs, operand);
        return first_input + static_cast<int>(found - chain.inputs.begin());
    };
    for (const int32_t node : parts.nodes) {
        const std::vector<ChainInput>& operands = analysis.operands[static_cast<size_t>(node)];
        const std::vector<double>& floats = analysis.node(node).attributes.floats;
        ChainSlot slot{.code = analysis.node(node).op->pointwise_code};
        if (!operands.empty()) slot.a = register_of(operands[0]);
        if (operands.size() > 1) slot.b = register_of(operands[1]);
        if (operands.size() > 2) slot.c = register_of(operands[2]);
        if (!floats.empty()) slot.immediate = static_cast<float>(floats[0]);
        chain.slots.push_back(slot);
    }
    for (const int32_t node : parts.results)
        chain.outputs.push_back(register_of(whole(node, analysis.node(node).shape)));
    return chain;
}

Chain copy_chain(int32_t node, const Shape& shape) {
    return {.inputs = {whole(node, shape)}, .slots = {}, .outputs = {0}, .shape = shape};
}

Kernel pointwise_kernel(const Chain& chain, const DeviceTraits& device, bool texel) {
    DeviceTraits used = device;
    used.texel_loads = texel;
    const int64_t quads = quad_count(chain.shape);
    const bool whole_pairs = quads % quads_per_invocation == 0;
    const char* kind = !texel ? "ssbo" : device.wide_stores && whole_pairs ? "texel_u64" : "texel";
    Kernel kernel;
    kernel.shader = fmt::format("pointwise:{}_out{}", kind, chain.outputs.size());
    kernel.push = {static_cast<uint32_t>(quads)};
    constexpr std::array slots{VKGAN_BIND_OUT0, VKGAN_BIND_OUT1, VKGAN_BIND_OUT2,
                               VKGAN_BIND_OUT3, VKGAN_BIND_OUT4, VKGAN_BIND_OUT5};
    static_assert(slots.size() == VKGAN_CHAIN_OUTPUTS);
    for (int i = 0; i < static_cast<int>(chain.outputs.size()); ++i) {
        kernel.operands.push_back({.kind = Operand::Kind::chain_output,
                                   .index = i,
                                   .binding = slots[static_cast<size_t>(i)],
                                   .access = Access::write});
    }
    attach_chain(kernel, chain, used);
    kernel.groups = groups_for((quads + quads_per_invocation - 1) / quads_per_invocation, local_size, device);
    kernel.flops = static_cast<double>(quads) * 4 * static_cast<double>(chain.slots.size());
    return kernel;
}

}  // namespace vkgan
