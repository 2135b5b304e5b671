// Sums in slices that something else than chains reads: a chain that adds the slices stores their sum, too,
// and no dispatch is needed for it.
// SPDX-License-Identifier: MIT
#include "host/plan/chains.hpp"
#include "host/plan/fuser.hpp"
#include "shaders/lib/limits.h"

#include <algorithm>

namespace vkgan {

namespace {

using Role = Cluster::Role;

}  // namespace

// As Drafter::readers_join will find: then every reader adds the slices for itself.
bool Fuser::only_chains_join(int32_t sum) const {
    const auto at = static_cast<size_t>(sum);
    if (analysis_.kept[at]) return false;
    std::vector<int> readers;
    for (const int32_t user : analysis_.users[at]) {
        const std::vector<int> groups = groups_of(user);
        readers.insert(readers.end(), groups.begin(), groups.end());
        for (const ChainInput& operand : analysis_.operands[static_cast<size_t>(user)])
            if (operand.node == sum && analysis_.is_pointwise(user) &&
                !same_address(analysis_, operand, user))
                return false;
    }
    std::ranges::sort(readers);
    readers.erase(std::ranges::unique(readers).begin(), readers.end());
    return readers.size() <= most_slice_readers && std::ranges::all_of(readers, [&](int group) {
               const Role role = groups_[static_cast<size_t>(group)].role;
               return role == Role::chain || role == Role::prologue;
           });
}

// The group of a chain that reads the sum quad by quad and can store it before any other reader runs; -1:
// none can.
int Fuser::joiner_of(int32_t sum) {
    for (const int32_t user : analysis_.users[static_cast<size_t>(sum)]) {
        for (const int group : groups_of(user)) {
            const Cluster& cluster = groups_[static_cast<size_t>(group)];
            if (cluster.role != Role::chain) continue;
            const bool quad_by_quad = std::ranges::all_of(cluster.nodes, [&](int32_t node) {
                return std::ranges::all_of(
                    analysis_.operands[static_cast<size_t>(node)], [&](const ChainInput& operand) {
                        return operand.node != sum || same_address(analysis_, operand, node);
                    });
            });
            std::vector<int32_t> results = stored(cluster, {group});
            results.insert(results.begin(), cluster.joins.begin(), cluster.joins.end());
            results.push_back(sum);
            const auto chain = build_chain(analysis_, {cluster.nodes, results, -1});
            const auto most = static_cast<size_t>(analysis_.options.device.max_storage_bindings);
            if (quad_by_quad && chain && chain->inputs.size() + results.size() <= most &&
                !makes_circle({group}, sum))
                return group;
        }
    }
    return -1;
}

void Fuser::join_slices() {
    for (size_t i = 0; i < groups_.size(); ++i) {
        const bool reduces = groups_[i].role == Role::plain || groups_[i].role == Role::prologue;
        if (dead_[i] || !reduces) continue;
        const int32_t core = groups_[i].core;
        if (!analysis_.node(core).op->takes_prologue ||
            analysis_.emissions[static_cast<size_t>(core)].slices < 2)
            continue;
        std::vector<int32_t> sums{core};
        sums.insert(sums.end(), groups_[i].twins.begin(), groups_[i].twins.end());
        std::vector<std::pair<int, int32_t>> joins;  // undone unless all sums can do without the dispatch
        const bool all = std::ranges::all_of(sums, [&](int32_t sum) {
            if (only_chains_join(sum)) return true;
            const int group = joiner_of(sum);
            if (group < 0) return false;
            joins.emplace_back(group, sum);
            groups_[static_cast<size_t>(group)].joins.push_back(sum);
            return true;
        });
        if (all) continue;
        for (const auto& [group, sum] : joins) std::erase(groups_[static_cast<size_t>(group)].joins, sum);
    }
}

}  // namespace vkgan
