// Fusion across branches: reductions that share a pass, small chains that share a dispatch, and assigns that
// need no kernel.
// SPDX-License-Identifier: MIT
#include "host/plan/chains.hpp"
#include "host/plan/fuser.hpp"

#include <algorithm>

namespace vkgan {

namespace {

using Role = Cluster::Role;

bool is_reduction(const Analysis& analysis, const Cluster& cluster) {
    const bool alone = cluster.role == Role::plain || cluster.role == Role::prologue;
    return alone && cluster.twins.empty() && analysis.node(cluster.core).op->most_twins > 1;
}

bool alike(const Node& a, const Node& b, const Analysis& analysis) {
    return a.op == b.op && a.attributes.ints == b.attributes.ints &&
           analysis.node(a.inputs[0]).shape == analysis.node(b.inputs[0]).shape;
}

// Whether they both read some tensor as large as what they reduce: else one pass saves nothing.
bool share_a_read(const Analysis& analysis, const Cluster& a, const Cluster& b) {
    const Shape& shape = analysis.node(analysis.node(a.core).inputs[0]).shape;
    const std::vector<int32_t> theirs = reads_of(analysis, b);
    return std::ranges::any_of(reads_of(analysis, a), [&](int32_t node) {
        return analysis.node(node).shape.element_count() == shape.element_count() &&
               std::ranges::find(theirs, node) != theirs.end();
    });
}

}  // namespace

void Fuser::pair_reductions() {
    std::vector<int> reductions;
    for (size_t i = 0; i < groups_.size(); ++i)
        if (!dead_[i] && is_reduction(analysis_, groups_[i])) reductions.push_back(static_cast<int>(i));
    std::ranges::sort(reductions, {}, [&](int group) { return groups_[static_cast<size_t>(group)].core; });
    for (size_t i = 0; i < reductions.size(); ++i) {
        for (size_t j = i + 1; j < reductions.size(); ++j) {
            const auto paired = [&](int group) {
                return dead_[static_cast<size_t>(group)] ||
                       !groups_[static_cast<size_t>(group)].twins.empty();
            };
            if (paired(reductions[i])) break;
            if (!paired(reductions[j])) pair(reductions[i], reductions[j]);
        }
    }
}

bool Fuser::pair(int first, int second) {
    const Cluster &a = groups_[static_cast<size_t>(first)], &b = groups_[static_cast<size_t>(second)];
    const bool pays = share_a_read(analysis_, a, b) || is_small(input_root(analysis_, a.core));
    if (!pays || !alike(analysis_.node(a.core), analysis_.node(b.core), analysis_)) return false;
    Cluster merged{.role = Role::prologue, .core = a.core, .nodes = {}, .results = {a.core, b.core}};
    merged.twins = {b.core};
    std::ranges::set_union(a.nodes, b.nodes, std::back_inserter(merged.nodes));
    if (merged.nodes.empty()) return false;
    const std::vector<int32_t> feeds{input_root(analysis_, a.core), input_root(analysis_, b.core)};
    const auto chain = build_chain(analysis_, {merged.nodes, feeds, -1});
    const auto most = static_cast<size_t>(analysis_.options.device.max_storage_bindings);
    if (!chain || chain->inputs.size() + feeds.size() > most || makes_circle({first, second}, -1))
        return false;
    for (const int32_t member : b.nodes) move_to(member, second, first);
    home_[static_cast<size_t>(b.core)] = first;
    dead_[static_cast<size_t>(second)] = true;
    groups_[static_cast<size_t>(first)] = std::move(merged);
    return true;
}

void Fuser::join_small_chains() {
    std::vector<int> chains;
    for (size_t i = 0; i < groups_.size(); ++i)
        if (!dead_[i] && groups_[i].role == Role::chain && is_small(groups_[i].nodes.back()))
            chains.push_back(static_cast<int>(i));
    std::ranges::sort(chains, {},
                      [&](int group) { return groups_[static_cast<size_t>(group)].nodes.back(); });
    for (size_t i = 0; i < chains.size(); ++i)
        for (size_t j = i + 1; j < chains.size() && !dead_[static_cast<size_t>(chains[i])]; ++j)
            if (!dead_[static_cast<size_t>(chains[j])]) join_chains(chains[i], chains[j]);
}

bool Fuser::join_chains(int first, int second) {
    Cluster merged = groups_[static_cast<size_t>(first)];
    const std::vector<int32_t>& more = groups_[static_cast<size_t>(second)].nodes;
    std::vector<int32_t> nodes;
    std::ranges::set_union(merged.nodes, more, std::back_inserter(nodes));
    merged.nodes = std::move(nodes);
    if (!complete(merged, {first, second}) || makes_circle({first, second}, -1)) return false;
    for (const int32_t member : more) move_to(member, second, first);
    dead_[static_cast<size_t>(second)] = true;
    groups_[static_cast<size_t>(first)] = std::move(merged);
    return true;
}

// A kernel may write over what it reads only where each invocation reads what it then writes: a chain, quad
// by quad, whose stored value needs the old one.
bool Fuser::may_store_into(const Cluster& cluster, int32_t assign) const {
    const int32_t variable = analysis_.node(assign).variables[0], value = input_root(analysis_, assign);
    std::vector<int32_t> needs_old;  // nodes of the cluster whose value depends on the variable's
    for (const int32_t node : members(cluster)) {
        bool depends = false;
        for (const ChainInput& operand : analysis_.operands[static_cast<size_t>(node)]) {
            depends = depends || std::ranges::find(needs_old, operand.node) != needs_old.end();
            const Node& read = analysis_.node(operand.node);
            const bool reads = analysis_.is_read(operand.node) && read.variables[0] == variable &&
                               !analysis_.copied[static_cast<size_t>(operand.node)];
            if (!reads) continue;
            if (cluster.role != Role::chain || operand.node > assign ||
                !same_address(analysis_, operand, node))
                return false;
            depends = true;
        }
        if (depends) needs_old.push_back(node);
    }
    return needs_old.empty() || std::ranges::find(needs_old, value) != needs_old.end();
}

void Fuser::try_assign(int32_t node) {
    const auto at = static_cast<size_t>(node);
    if (!analysis_.live[at] || analysis_.node(node).op->name != "assign") return;
    const int32_t value = input_root(analysis_, node);
    const auto from = static_cast<size_t>(value);
    const bool only_here =
        analysis_.users[from].size() == 1 && !analysis_.kept[from] && clones_[from].empty();
    if (!only_here || home_[from] < 0 || analysis_.is_read(value)) return;
    const int own = home_[at], target = home_[from];
    Cluster& cluster = groups_[static_cast<size_t>(target)];
    if (!may_store_into(cluster, node) || makes_circle({own, target}, -1)) return;
    cluster.assigns.push_back(node);
    dead_[static_cast<size_t>(own)] = true;
    home_[at] = target;
}

}  // namespace vkgan
