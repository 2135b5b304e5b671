// What the planner finds out about a graph before it decides anything: who lives, who reads whom, in which
// order.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/op.hpp"
#include "host/plan/plan.hpp"

#include <optional>
#include <vector>

namespace vkgan {

// Everything is indexed by node. A *root* is a node with storage of its own; reshapes that cost nothing lie
// in another's.
struct Analysis {
    const Graph& graph;
    const PlanOptions& options;
    std::vector<char> live;    // needed by an output or an update
    std::vector<char> kept;    // roots that are outputs of the plan
    std::vector<char> copied;  // reads whose variable is updated before their last user
    std::vector<int32_t> root;
    std::vector<Emission> emissions;                // without fusion, of live nodes that have a kernel rule
    std::vector<std::vector<ChainInput>> operands;  // what the node reads: roots, views seen through if fused
    std::vector<std::vector<int32_t>> users;        // of a root: the nodes that read it, each once, ascending
    std::vector<std::vector<int32_t>> after;        // nodes that an update orders after this one
    std::vector<std::vector<int32_t>> before;       // updates that must run before this node
    std::vector<char> half;                         // roots that are stored as float16 (halves.cpp)

    const Node& node(int32_t i) const { return graph.nodes()[static_cast<size_t>(i)]; }
    bool is_pointwise(int32_t i) const { return node(i).op->pointwise_code > 0; }
    bool is_input(int32_t i) const { return is_leaf(i) && node(i).variables.empty(); }
    bool is_read(int32_t i) const { return is_leaf(i) && !node(i).variables.empty(); }
    // Computed by kernels of its own, as opposed to leaves and aliases.
    bool is_computed(int32_t i) const;
    bool takes_epilogue(int32_t i) const;

private:
    bool is_leaf(int32_t i) const;
};

// Which roots mixed precision stores as float16; all else of the analysis must be there.
std::vector<char> half_values(const Analysis& analysis);

Result<Analysis> analyse(const Graph& graph, const PlanOptions& options);

// The root that a node reads as its first input.
inline int32_t input_root(const Analysis& analysis, int32_t node) {
    return analysis.operands[static_cast<size_t>(node)][0].node;
}

// "%7 (conv2d, [32, 64, 32, 32])", for messages.
std::string describe(const Graph& graph, int32_t node);

}  // namespace vkgan
