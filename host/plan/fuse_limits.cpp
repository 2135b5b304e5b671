// What fusion may do: limits of shaders and devices, and no kernel that waits for itself.
// SPDX-License-Identifier: MIT
#include "host/plan/chains.hpp"
#include "host/plan/fuser.hpp"
#include "host/plan/views.hpp"

#include <algorithm>

namespace vkgan {

namespace {

size_t most_operands(const Emission& emission) {
    size_t most = 0;
    for (const Kernel& kernel : emission.kernels) most = std::max(most, kernel.operands.size());
    return most;
}

}  // namespace

bool Fuser::complete(Cluster& cluster, const std::vector<int>& groups) const {
    const Shape& shape = analysis_.node(cluster.nodes.back()).shape;
    for (const int32_t node : cluster.nodes)
        if (!same_form(analysis_.node(node).shape, shape)) return false;
    const auto core = static_cast<size_t>(cluster.core);
    std::vector<int32_t> outputs = stored(cluster, groups);
    size_t others = outputs.size();  // bindings besides the chain's inputs
    if (cluster.role == Cluster::Role::prologue) {
        const bool ends_in_core = input_root(analysis_, cluster.core) == cluster.nodes.back();
        if (!outputs.empty() || !ends_in_core) return false;
        outputs = {cluster.nodes.back()};
        cluster.results = {cluster.core};
        others = most_operands(analysis_.emissions[core]) - 1;
    } else {
        cluster.results = outputs;
    }
    const bool after = cluster.role == Cluster::Role::epilogue;
    if (after) {
        if (outputs.size() != 1 || !same_form(analysis_.node(cluster.core).shape, shape)) return false;
        others = most_operands(analysis_.emissions[core]);
    }
    const auto chain = build_chain(analysis_, {cluster.nodes, outputs, after ? cluster.core : -1});
    return chain && chain->inputs.size() + others <=
                        static_cast<size_t>(analysis_.options.device.max_storage_bindings);
}

// The nodes at home in `groups` whose values something outside of the cluster reads.
std::vector<int32_t> Fuser::stored(const Cluster& cluster, const std::vector<int>& groups) const {
    const auto within = [&](int group) { return std::ranges::find(groups, group) != groups.end(); };
    std::vector<int32_t> result;
    for (const int32_t node : cluster.nodes) {
        const auto at = static_cast<size_t>(node);
        if (home_[at] < 0 || !within(home_[at])) continue;
        bool needed = analysis_.kept[at];
        for (const int32_t user : analysis_.users[at]) {
            needed = needed || analysis_.node(user).op->updates;
            for (const int group : groups_of(user)) {
                const bool has_clone = std::ranges::find(clones_[at], group) != clones_[at].end();
                needed = needed || (!within(group) && !has_clone);
            }
        }
        if (needed) result.push_back(node);
    }
    return result;
}

// Whether the groups as one, with `node` (-1: none), would wait for a group that waits for them.
bool Fuser::makes_circle(const std::vector<int>& groups, int32_t node) {
    ++stamp_;
    visited_.resize(groups_.size());
    const auto within = [&](int group) { return std::ranges::find(groups, group) != groups.end(); };
    std::vector<int> pending;
    const auto add_members = [&](int group, std::vector<int>& next) {
        for (const int32_t member : members(groups_[static_cast<size_t>(group)])) successors(member, next);
    };
    for (const int group : groups) add_members(group, pending);
    if (node >= 0) successors(node, pending);
    std::erase_if(pending, within);
    while (!pending.empty()) {
        const int group = pending.back();
        pending.pop_back();
        if (within(group)) return true;
        int& visited = visited_[static_cast<size_t>(group)];
        if (visited == stamp_) continue;
        visited = stamp_;
        add_members(group, pending);
    }
    return false;
}

std::vector<int> Fuser::groups_of(int32_t node) const {
    std::vector<int> result = clones_[static_cast<size_t>(node)];
    if (home_[static_cast<size_t>(node)] >= 0) result.push_back(home_[static_cast<size_t>(node)]);
    return result;
}

// Groups that must run after a group which computes the node. A little too many: readers of a clone's other
// copies.
void Fuser::successors(int32_t node, std::vector<int>& result) const {
    const auto at = static_cast<size_t>(node);
    if (home_[at] >= 0) {
        for (const int32_t user : analysis_.users[at])
            for (const int group : groups_of(user)) result.push_back(group);
    }
    for (const int32_t later : analysis_.after[at])
        for (const int group : groups_of(later)) result.push_back(group);
}

}  // namespace vkgan
