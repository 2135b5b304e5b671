// From clusters to kernels: kernel rules are asked here, with the chains fused around them.
// SPDX-License-Identifier: MIT
#include "host/plan/draft.hpp"

#include "host/graph/layout.hpp"
#include "host/plan/chains.hpp"
#include "host/plan/drafter.hpp"
#include "host/plan/place.hpp"
#include "shaders/lib/limits.h"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

Result<Draft> make_draft(const Analysis& analysis, const VariableLayout& layout,
                         std::span<const Cluster> clusters) {
    Drafter drafter(analysis, layout, clusters);
    for (const Cluster& cluster : clusters) VKGAN_TRY(drafter.place_assigned(cluster));
    for (const Cluster& cluster : clusters) VKGAN_TRY(drafter.add(cluster));
    VKGAN_TRY(drafter.finish());
    return drafter.take();
}

Status Drafter::add(const Cluster& cluster) {
    if (cluster.role == Cluster::Role::copy)
        return add_chain(cluster, copy_chain(cluster.core, analysis_.node(cluster.core).shape));
    if (cluster.role != Cluster::Role::chain) return add_core(cluster);
    VKGAN_ASSIGN(const Chain chain, chain_of(cluster));
    return add_chain(cluster, chain);
}

Status Drafter::finish() {
    for (size_t i = 0; i < analysis_.kept.size(); ++i)
        if (analysis_.kept[i]) VKGAN_TRY(locate_value(static_cast<int32_t>(i)));
    return {};
}

Result<Chain> Drafter::chain_of(const Cluster& cluster) const {
    const bool after = cluster.role == Cluster::Role::epilogue;
    std::vector<int32_t> results = cluster.results;
    if (cluster.role == Cluster::Role::prologue) {
        results = {input_root(analysis_, cluster.core)};
        for (const int32_t twin : cluster.twins) results.push_back(input_root(analysis_, twin));
    }
    auto chain = build_chain(analysis_, {cluster.nodes, results, after ? cluster.core : -1});
    if (!chain)
        return Error{Code::internal, "plan: the chain that ends in " +
                                         describe(analysis_.graph, cluster.nodes.back()) +
                                         " is too long for a kernel"};
    read_slices(*chain, cluster);
    return *chain;
}

Status Drafter::add_chain(const Cluster& cluster, const Chain& chain) {
    Kernel kernel = pointwise_kernel(chain, analysis_.options.device, texel_reaches(chain));
    return add_kernel(std::move(kernel), {cluster, chain, {}, {}});
}

// Texel buffers are short on some devices, and may flush small integers as denormals.
bool Drafter::texel_reaches(const Chain& chain) const {
    const DeviceTraits& device = analysis_.options.device;
    return device.texel_loads && std::ranges::all_of(chain.inputs, [&](const ChainInput& input) {
               const Node& node = analysis_.node(input.node);
               return node.type == DType::f32 && quad_count(node.shape) <= device.max_texel_quads;
           });
}

Status Drafter::add_core(const Cluster& cluster) {
    const Node& node = analysis_.node(cluster.core);
    Chain chain;
    if (!cluster.nodes.empty()) {
        VKGAN_ASSIGN(chain, chain_of(cluster));
    }
    std::vector<Shape> shapes;
    for (const int32_t input : node.inputs) shapes.push_back(analysis_.node(input).shape);
    const Chain none;
    const bool before = cluster.role == Cluster::Role::prologue;
    auto emission = node.op->kernels(
        {analysis_.options.device, node, shapes, before ? chain : none, before ? none : chain});
    if (!emission)
        return Error{emission.error().code,
                     describe(analysis_.graph, cluster.core) + ": " + emission.error().message};
    std::vector<char> filled;
    const std::vector<Location> scratches = find_scratches(*emission, cluster, filled);
    if (emission->slices > 1 && readers_join(cluster)) {
        leave_sliced(cluster, emission->slices, scratches);
        emission->kernels.pop_back();
    } else if (std::ranges::any_of(cluster.results, [&](int32_t sum) {
                   const auto joiner = joiners_.find(sum);
                   return joiner != joiners_.end() && joiner->second != &cluster;
               })) {
        return Error{Code::internal, "plan: " + describe(analysis_.graph, cluster.core) +
                                         " leaves no slices for the chain that was to add them"};
    }
    // A list that several kernels share the work on is as long as the last of them says.
    std::map<int, int64_t> input_ends;
    for (const Kernel& kernel : emission->kernels)
        for (const Operand& operand : kernel.operands)
            if (operand.kind == Operand::Kind::input && operand.bytes >= 0)
                input_ends[operand.index] =
                    std::max(input_ends[operand.index], operand.offset_bytes + operand.bytes);
    for (Kernel& kernel : emission->kernels) {
        if (kernel.fills >= 0 && filled[static_cast<size_t>(kernel.fills)]) continue;
        VKGAN_TRY(add_kernel(std::move(kernel), {cluster, chain, scratches, input_ends}));
    }
    return {};
}

// Buffers for an emission's scratches; `filled` where an earlier kernel of the plan has left the content
// wanted.
std::vector<Location> Drafter::find_scratches(const Emission& emission, const Cluster& cluster,
                                              std::vector<char>& filled) {
    std::vector<Location> places;
    const Node& node = analysis_.node(cluster.core);
    const auto in_workspace = [&](int64_t bytes) {
        const int buffer = add_buffer(bytes);
        return Location{buffer, {}, 0, draft_.buffers[static_cast<size_t>(buffer)].bytes};
    };
    for (const Scratch& scratch : emission.scratches) {
        const bool computed_inside = cluster.role == Cluster::Role::prologue && scratch.key_input == 0;
        const bool shared = !scratch.key.empty() && !computed_inside &&
                            scratch.key_input < static_cast<int>(node.inputs.size());
        filled.push_back(false);
        const bool half = scratch.halves && analysis_.options.precision == Precision::mixed;
        const int64_t bytes = half ? round_up(scratch.bytes / 2, 16) : scratch.bytes;
        if (!shared) {
            places.push_back(in_workspace(bytes));
            places.back().half = half;
            continue;
        }
        const int32_t source = node.inputs[static_cast<size_t>(scratch.key_input)];
        const auto [found, fresh] = keyed_.try_emplace({scratch.key, source, bytes}, Location{});
        if (fresh) {
            found->second = lasts(source) ? add_packed(bytes) : in_workspace(bytes);
            found->second.half = half;
        }
        filled.back() = !fresh;
        places.push_back(found->second);
    }
    return places;
}

// Whether the value is a variable that this plan only reads, and is asked to keep what is made of it.
bool Drafter::lasts(int32_t source) const {
    const int32_t root = analysis_.root[static_cast<size_t>(source)];
    if (!analysis_.options.keep_packed || !analysis_.is_read(root)) return false;
    const int32_t variable = analysis_.node(root).variables[0];
    return std::ranges::none_of(analysis_.graph.nodes(), [&](const Node& node) {
        return node.op->updates && std::ranges::find(node.variables, variable) != node.variables.end();
    });
}

Location Drafter::add_packed(int64_t bytes) {
    const Location place{-1, std::string(packed_region), draft_.packed_bytes, round_up(bytes, 16)};
    draft_.packed_bytes = round_up(draft_.packed_bytes + place.bytes, alignment());
    return place;
}

Status Drafter::add_kernel(Kernel kernel, const OperandContext& context) {
    const DeviceTraits& device = analysis_.options.device;
    kernel.label = label_of(context.cluster, kernel);
    if (static_cast<int>(kernel.operands.size()) > device.max_storage_bindings)
        return Error{Code::unsupported,
                     fmt::format("plan: {} binds {} buffers, but the device takes {} in one kernel",
                                 kernel.label, kernel.operands.size(), device.max_storage_bindings)};
    for (size_t axis = 0; axis < 3; ++axis) {
        if (kernel.groups[axis] <= device.max_groups[axis]) continue;
        return Error{Code::unsupported,
                     fmt::format("plan: {} needs {} workgroups along axis {}, but the device takes {}",
                                 kernel.label, kernel.groups[axis], axis, device.max_groups[axis])};
    }
    DraftKernel draft;
    for (const Operand& operand : kernel.operands) {
        VKGAN_ASSIGN(DraftBinding binding, bind(operand, context));
        draft.bindings.push_back(std::move(binding));
    }
    const auto outside = [](const DraftBinding& binding) { return binding.location.buffer < 0; };
    const auto packs = [](const DraftBinding& binding) {
        return binding.access != Access::read && binding.location.region == packed_region;
    };
    draft.setup = std::ranges::all_of(draft.bindings, outside) && std::ranges::any_of(draft.bindings, packs);
    draft.kernel = std::move(kernel);
    draft_.kernels.push_back(std::move(draft));
    return {};
}

std::string Drafter::label_of(const Cluster& cluster, const Kernel& kernel) const {
    const bool has_chain = std::ranges::any_of(
        kernel.constants, [](const auto& constant) { return constant.first == VKGAN_ID_CHAIN_SLOT_COUNT; });
    std::string fused;
    for (const int32_t node : cluster.nodes) {
        if (!fused.empty()) fused += '+';
        fused += analysis_.node(node).op->name;
    }
    if (cluster.role == Cluster::Role::chain) {
        const Shape& shape = analysis_.node(cluster.nodes.back()).shape;
        return fmt::format("%{} {} {}", cluster.nodes.back(), fused, shape.to_string());
    }
    const Node& core = analysis_.node(cluster.core);
    std::string own = kernel.label.empty() ? std::string(core.op->name) : kernel.label;
    if (cluster.role == Cluster::Role::copy) own = "copy";
    if (cluster.role == Cluster::Role::prologue && has_chain) own = fused + " > " + own;
    if (cluster.role == Cluster::Role::epilogue && has_chain) own += " > " + fused;
    return fmt::format("%{} {}", cluster.core, own);
}

}  // namespace vkgan
