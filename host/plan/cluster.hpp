// Clusters: the nodes that one kernel rule or one chain computes together, found by fusion and put in order.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/plan/analysis.hpp"

#include <vector>

namespace vkgan {

struct Cluster {
    // chain: pointwise nodes only. plain: a core alone. prologue, epilogue: a core with pointwise nodes
    // before or after it. copy: a variable's content, saved before an update.
    enum class Role : uint8_t { chain, plain, prologue, epilogue, copy } role = Role::chain;
    int32_t core = -1;
    std::vector<int32_t> nodes;      // pointwise, ascending; includes those computed again elsewhere
    std::vector<int32_t> results;    // whose values it stores, ascending
    std::vector<int32_t> twins{};    // of a prologue: reductions after the core, made in the same pass
    std::vector<int32_t> joins{};    // of a chain: sums left in slices that it adds and stores for all others
    std::vector<int32_t> assigns{};  // assign nodes whose value goes straight into the variable
};

// All nodes that the cluster takes care of.
std::vector<int32_t> members(const Cluster& cluster);

// Every computed node's value is stored by exactly one cluster if anything reads it from memory.
std::vector<Cluster> form_clusters(const Analysis& analysis);

// The roots that a cluster reads from memory, without those that it computes itself.
std::vector<int32_t> reads_of(const Analysis& analysis, const Cluster& cluster);

// An order of execution that respects data and effects and stays near the order of the graph.
Result<std::vector<Cluster>> order_clusters(const Analysis& analysis, std::vector<Cluster> clusters);

}  // namespace vkgan
