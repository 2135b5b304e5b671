// Sums in slices: where only chains read a sum, they add its slices themselves and a dispatch is saved.
// SPDX-License-Identifier: MIT
#include "host/graph/layout.hpp"
#include "host/plan/chains.hpp"
#include "host/plan/drafter.hpp"

#include <algorithm>

namespace vkgan {

Drafter::Drafter(const Analysis& analysis, const VariableLayout& layout, std::span<const Cluster> clusters)
    : analysis_(analysis), layout_(layout), computed_in_(analysis.live.size()) {
    for (const Cluster& cluster : clusters) {
        for (const int32_t sum : cluster.joins) joiners_[sum] = &cluster;
        for (const int32_t node : members(cluster))
            if (analysis.is_pointwise(node) || cluster.role == Cluster::Role::prologue)
                computed_in_[static_cast<size_t>(node)].push_back(&cluster);
    }
}

// Whether every reader of the cluster's results is a chain, of its own or before a reduction, that reads quad
// by quad.
bool Drafter::readers_join(const Cluster& cluster) const {
    if (!analysis_.options.fuse) return false;
    return std::ranges::all_of(cluster.results, [&](int32_t result) {
        if (joiners_.contains(result)) return true;
        if (analysis_.kept[static_cast<size_t>(result)]) return false;
        std::vector<const Cluster*> readers;
        for (const int32_t user : analysis_.users[static_cast<size_t>(result)]) {
            const auto at = static_cast<size_t>(user);
            const auto quad_by_quad = [&](const ChainInput& operand) {
                return operand.node != result || !analysis_.is_pointwise(user) ||
                       same_address(analysis_, operand, user);
            };
            if (computed_in_[at].empty() || !std::ranges::all_of(analysis_.operands[at], quad_by_quad))
                return false;
            readers.insert(readers.end(), computed_in_[at].begin(), computed_in_[at].end());
        }
        std::ranges::sort(readers);
        readers.erase(std::ranges::unique(readers).begin(), readers.end());
        return readers.size() <= most_slice_readers &&
               std::ranges::all_of(readers, [](const Cluster* reader) {
                   return reader->role == Cluster::Role::chain || reader->role == Cluster::Role::prologue;
               });
    });
}

void Drafter::leave_sliced(const Cluster& cluster, int64_t slices, std::span<const Location> scratches) {
    for (size_t i = 0; i < cluster.results.size(); ++i) {
        const int32_t sum = cluster.results[i];
        if (!joiners_.contains(sum)) draft_.locations[sum] = scratches[i];
        slices_[sum] = {slices, scratches[i]};
    }
}

void Drafter::read_slices(Chain& chain, const Cluster& cluster) const {
    for (ChainInput& input : chain.inputs) {
        const auto sliced = slices_.find(input.node);
        const auto joiner = joiners_.find(input.node);
        const bool joined_before = joiner != joiners_.end() && joiner->second != &cluster;
        if (sliced == slices_.end() || joined_before) continue;
        input.terms = sliced->second.count;
        input.term_stride = quad_count(analysis_.node(input.node).shape);
    }
}

}  // namespace vkgan
