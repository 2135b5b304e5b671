// Fusion: which nodes share a kernel. Pointwise nodes join the kernels that use their values, last node
// first.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/plan/chains.hpp"
#include "host/plan/fuser.hpp"

#include <algorithm>

namespace vkgan {

namespace {

using Role = Cluster::Role;

std::vector<Cluster> one_cluster_a_node(const Analysis& analysis) {
    std::vector<Cluster> clusters;
    for (size_t i = 0; i < analysis.live.size(); ++i) {
        const auto index = static_cast<int32_t>(i);
        if (!analysis.is_computed(index)) continue;
        Cluster cluster{.role = Role::plain, .core = index, .nodes = {}, .results = {index}};
        if (analysis.copied[i]) cluster.role = Role::copy;
        if (analysis.is_pointwise(index))
            cluster = {.role = Role::chain, .core = -1, .nodes = {index}, .results = {index}};
        clusters.push_back(std::move(cluster));
    }
    return clusters;
}

}  // namespace

std::vector<Cluster> form_clusters(const Analysis& analysis) {
    if (!analysis.options.fuse) return one_cluster_a_node(analysis);
    Fuser fuser(analysis);
    for (size_t i = analysis.live.size(); i-- > 0;) {
        const auto index = static_cast<int32_t>(i);
        if (analysis.is_computed(index) && analysis.is_pointwise(index)) fuser.settle(index);
    }
    for (size_t i = 0; i < analysis.live.size(); ++i) fuser.try_epilogue(static_cast<int32_t>(i));
    fuser.pair_reductions();
    fuser.join_small_chains();
    fuser.join_slices();
    for (size_t i = 0; i < analysis.live.size(); ++i) fuser.try_assign(static_cast<int32_t>(i));
    return fuser.take();
}

Fuser::Fuser(const Analysis& analysis)
    : analysis_(analysis), home_(analysis.live.size(), -1), clones_(analysis.live.size()) {
    for (Cluster& cluster : one_cluster_a_node(analysis)) {
        if (cluster.role == Role::chain) continue;
        home_[static_cast<size_t>(cluster.core)] = static_cast<int>(groups_.size());
        groups_.push_back(std::move(cluster));
    }
    dead_.resize(groups_.size());
}

// Decides where a pointwise node is computed. All nodes after it in the list are settled.
void Fuser::settle(int32_t node) {
    const Consumers consumers = consumers_of(node);
    const bool only_fusable = !consumers.outside && !analysis_.kept[static_cast<size_t>(node)];
    if (only_fusable && consumers.prologues.empty() && join(node, consumers.chains)) return;
    if (only_fusable && consumers.chains.empty() && consumers.prologues.size() == 1 &&
        join(node, consumers.prologues))
        return;
    const bool seed = is_epilogue_seed(node);
    if (!seed && is_small(node) && join_most(node, consumers.chains)) return;
    if (only_fusable && !seed && is_cheap(node) && clone(node, consumers)) return;
    if (!seed && join_most(node, consumers.chains)) return;
    home_[static_cast<size_t>(node)] = static_cast<int>(groups_.size());
    groups_.push_back({.role = Role::chain, .core = -1, .nodes = {node}, .results = {}});
    dead_.push_back(false);
}

// A contraction whose result only one chain uses takes that chain as its epilogue.
void Fuser::try_epilogue(int32_t node) {
    const auto at = static_cast<size_t>(node);
    if (!analysis_.takes_epilogue(node) || analysis_.kept[at]) return;
    const Consumers consumers = consumers_of(node);
    if (consumers.outside || !consumers.prologues.empty() || consumers.chains.size() != 1) return;
    const int own = home_[at], target = consumers.chains[0];
    Cluster merged = groups_[static_cast<size_t>(target)];
    merged.role = Role::epilogue;
    merged.core = node;
    const std::vector<int> both{own, target};
    if (groups_[static_cast<size_t>(own)].role != Role::plain || !complete(merged, both) ||
        makes_circle(both, -1))
        return;
    groups_[static_cast<size_t>(target)] = std::move(merged);
    dead_[static_cast<size_t>(own)] = true;
    home_[at] = target;
}

std::vector<Cluster> Fuser::take() {
    std::vector<Cluster> result;
    for (size_t i = 0; i < groups_.size(); ++i) {
        if (dead_[i]) continue;
        Cluster& group = groups_[i];
        if (group.role == Role::chain) group.results = stored(group, std::vector<int>{static_cast<int>(i)});
        group.results.insert(group.results.begin(), group.joins.begin(), group.joins.end());
        result.push_back(std::move(group));
    }
    return result;
}

Fuser::Consumers Fuser::consumers_of(int32_t node) const {
    Consumers result;
    std::vector<int> all;
    for (const int32_t user : analysis_.users[static_cast<size_t>(node)]) {
        for (const int group : groups_of(user)) all.push_back(group);
    }
    std::ranges::sort(all);
    all.erase(std::ranges::unique(all).begin(), all.end());
    for (const int group : all) {
        const Cluster& cluster = groups_[static_cast<size_t>(group)];
        if (!can_hold(cluster, node))
            result.outside = true;
        else
            (cluster.role == Role::chain ? result.chains : result.prologues).push_back(group);
    }
    std::ranges::sort(result.chains, {},
                      [&](int group) { return groups_[static_cast<size_t>(group)].nodes.front(); });
    return result;
}

// Whether all reads of the node's value in the cluster are at the place where it would be computed.
bool Fuser::can_hold(const Cluster& cluster, int32_t node) const {
    const auto reads = [&](int32_t user) {
        return std::ranges::any_of(analysis_.operands[static_cast<size_t>(user)],
                                   [&](const ChainInput& operand) { return operand.node == node; });
    };
    for (const int32_t user : cluster.nodes)
        for (const ChainInput& operand : analysis_.operands[static_cast<size_t>(user)])
            if (operand.node == node && !same_address(analysis_, operand, user)) return false;
    if (cluster.role == Role::chain) return true;
    const bool takes_more = cluster.role == Role::plain || cluster.role == Role::prologue;
    if (!takes_more || !analysis_.node(cluster.core).op->takes_prologue) return false;
    if (cluster.role == Role::prologue) return !reads(cluster.core);
    const std::vector<ChainInput>& operands = analysis_.operands[static_cast<size_t>(cluster.core)];
    return input_root(analysis_, cluster.core) == node && same_address(analysis_, operands[0], node) &&
           std::ranges::count(operands, node, &ChainInput::node) == 1;
}

bool Fuser::is_cheap(int32_t node) const {
    std::vector<int32_t> large;
    for (const ChainInput& operand : analysis_.operands[static_cast<size_t>(node)])
        if (operand.span == operand.inner && !operand.splat) large.push_back(operand.node);
    std::ranges::sort(large);
    return std::ranges::unique(large).begin() - large.begin() <= 1;
}

// Stored on its own it costs nothing: it becomes the epilogue of the contraction that it alone reads.
bool Fuser::is_epilogue_seed(int32_t node) const {
    return std::ranges::any_of(analysis_.operands[static_cast<size_t>(node)], [&](const ChainInput& operand) {
        const auto at = static_cast<size_t>(operand.node);
        return analysis_.takes_epilogue(operand.node) && analysis_.users[at].size() == 1 &&
               !analysis_.kept[at] && same_address(analysis_, operand, node);
    });
}

// Of small tensors a dispatch costs more than what it reads and writes.
bool Fuser::is_small(int32_t node) const {
    constexpr int64_t small = 4096;
    return quad_count(analysis_.node(node).shape) <= small;
}

// The earliest group that can take the node, as one with all others that can join it.
bool Fuser::join_most(int32_t node, const std::vector<int>& groups) {
    std::vector<int> together;
    for (const int group : groups) {
        together.push_back(group);
        if (!try_join(node, together)) together.pop_back();
    }
    return join(node, together);
}

bool Fuser::join(int32_t node, const std::vector<int>& groups) {
    std::optional<Cluster> merged = try_join(node, groups);
    if (!merged) return false;
    for (const int group : groups) {
        if (group == groups[0]) continue;
        dead_[static_cast<size_t>(group)] = true;
        for (const int32_t member : groups_[static_cast<size_t>(group)].nodes)
            move_to(member, group, groups[0]);
    }
    home_[static_cast<size_t>(node)] = groups[0];
    groups_[static_cast<size_t>(groups[0])] = std::move(*merged);
    return true;
}

// The groups and the node as one cluster; nothing where that is not allowed. Changes nothing.
std::optional<Cluster> Fuser::try_join(int32_t node, const std::vector<int>& groups) {
    if (groups.empty()) return std::nullopt;
    Cluster merged = groups_[static_cast<size_t>(groups[0])];
    if (merged.role == Role::plain) merged.role = Role::prologue;
    for (const int group : groups) {
        const std::vector<int32_t>& more = groups_[static_cast<size_t>(group)].nodes;
        merged.nodes.insert(merged.nodes.end(), more.begin(), more.end());
    }
    merged.nodes.push_back(node);
    std::ranges::sort(merged.nodes);
    merged.nodes.erase(std::ranges::unique(merged.nodes).begin(), merged.nodes.end());
    home_[static_cast<size_t>(node)] = groups[0];
    const bool allowed = complete(merged, groups) && !makes_circle(groups, node);
    home_[static_cast<size_t>(node)] = -1;
    return allowed ? std::optional(std::move(merged)) : std::nullopt;
}

void Fuser::move_to(int32_t node, int from, int to) {
    int& home = home_[static_cast<size_t>(node)];
    std::vector<int>& clones = clones_[static_cast<size_t>(node)];
    if (home == from) home = to;
    std::ranges::replace(clones, from, to);
    std::ranges::sort(clones);
    clones.erase(std::ranges::unique(clones).begin(), clones.end());
    if (home >= 0) std::erase(clones, home);
}

bool Fuser::clone(int32_t node, const Consumers& consumers) {
    std::vector<int> groups = consumers.chains;
    groups.insert(groups.end(), consumers.prologues.begin(), consumers.prologues.end());
    std::vector<Cluster> grown;
    for (const int group : groups) {
        Cluster cluster = groups_[static_cast<size_t>(group)];
        if (cluster.role == Role::plain) cluster.role = Role::prologue;
        cluster.nodes.insert(std::ranges::lower_bound(cluster.nodes, node), node);
        if (!complete(cluster, {group}) || makes_circle({group}, node)) return false;
        grown.push_back(std::move(cluster));
    }
    for (size_t i = 0; i < groups.size(); ++i) groups_[static_cast<size_t>(groups[i])] = std::move(grown[i]);
    std::ranges::sort(groups);
    clones_[static_cast<size_t>(node)] = std::move(groups);
    return !grown.empty();
}

}  // namespace vkgan
