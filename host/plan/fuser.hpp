// Fuser: the state of form_clusters; deciding is in fuse.cpp, what is allowed in fuse_limits.cpp.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/plan/cluster.hpp"

#include <optional>
#include <vector>

namespace vkgan {

class Fuser {
public:
    explicit Fuser(const Analysis& analysis);

    void settle(int32_t node);        // a pointwise node; nodes in descending order
    void try_epilogue(int32_t node);  // any node, after all are settled
    void pair_reductions();           // after that: equal reductions of what they both read, in one pass
    void join_small_chains();         // of one form: fewer dispatches
    void join_slices();               // after that: sums in slices, added by the first chain that reads them
    void try_assign(int32_t node);    // last: an assign as the place where its value is stored
    std::vector<Cluster> take();

private:
    // Groups that read a node's value, by what they could do with the node itself.
    struct Consumers {
        std::vector<int> chains;     // earliest first
        std::vector<int> prologues;  // reductions
        bool outside = false;        // some other kernel needs the value in memory
    };
    Consumers consumers_of(int32_t node) const;
    bool can_hold(const Cluster& cluster, int32_t node) const;
    bool is_cheap(int32_t node) const;
    bool is_epilogue_seed(int32_t node) const;
    bool is_small(int32_t node) const;
    bool join(int32_t node, const std::vector<int>& groups);
    bool join_most(int32_t node, const std::vector<int>& groups);
    std::optional<Cluster> try_join(int32_t node, const std::vector<int>& groups);
    bool clone(int32_t node, const Consumers& consumers);
    void move_to(int32_t node, int from, int to);
    bool pair(int first, int second);  // twins.cpp
    bool join_chains(int first, int second);
    bool only_chains_join(int32_t sum) const;  // joins.cpp
    int joiner_of(int32_t sum);
    bool may_store_into(const Cluster& cluster, int32_t assign) const;

    // fuse_limits.cpp. `groups`: those that `cluster` takes the place of.
    bool complete(Cluster& cluster,
                  const std::vector<int>& groups) const;  // sets results; false past a limit
    std::vector<int32_t> stored(const Cluster& cluster, const std::vector<int>& groups) const;
    bool makes_circle(const std::vector<int>& groups, int32_t node);
    std::vector<int> groups_of(int32_t node) const;  // where it is computed
    void successors(int32_t node, std::vector<int>& result) const;

    const Analysis& analysis_;
    std::vector<Cluster> groups_;
    std::vector<char> dead_;                // merged into another
    std::vector<int> home_;                 // of each node: the group that may store it; -1: none
    std::vector<std::vector<int>> clones_;  // groups that compute the node again for themselves
    std::vector<int> visited_;              // of each group: stamp of the last search
    int stamp_ = 0;
};

}  // namespace vkgan
