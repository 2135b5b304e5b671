// Order of execution: list scheduling over data and effects, earliest need first.
// SPDX-License-Identifier: MIT
#include "host/plan/cluster.hpp"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

namespace vkgan {

namespace {

struct Dependencies {
    std::vector<std::vector<int>> next;  // of each cluster, each once
    std::vector<int> waiting;            // how many clusters it waits for
};

Dependencies find_dependencies(const Analysis& analysis, const std::vector<Cluster>& clusters) {
    std::vector<int> maker(analysis.live.size(), -1);  // of each stored value and each update
    for (size_t i = 0; i < clusters.size(); ++i) {
        for (const int32_t node : clusters[i].results)
            if (std::ranges::find(clusters[i].joins, node) == clusters[i].joins.end())
                maker[static_cast<size_t>(node)] = static_cast<int>(i);
        for (const int32_t node : members(clusters[i]))
            if (analysis.node(node).op->updates) maker[static_cast<size_t>(node)] = static_cast<int>(i);
    }
    Dependencies result{std::vector<std::vector<int>>(clusters.size()), std::vector<int>(clusters.size())};
    const auto edge = [&](int from, int to) {
        if (from < 0 || to < 0 || from == to) return;
        result.next[static_cast<size_t>(from)].push_back(to);
    };
    for (size_t i = 0; i < clusters.size(); ++i) {
        for (const int32_t sum : clusters[i].joins) {
            edge(std::exchange(maker[static_cast<size_t>(sum)], static_cast<int>(i)), static_cast<int>(i));
        }
    }
    for (size_t i = 0; i < clusters.size(); ++i) {
        const int self = static_cast<int>(i);
        for (const int32_t read : reads_of(analysis, clusters[i]))
            edge(maker[static_cast<size_t>(read)], self);
        for (const int32_t node : members(clusters[i])) {
            for (const int32_t update : analysis.before[static_cast<size_t>(node)])
                edge(maker[static_cast<size_t>(update)], self);
            for (const int32_t later : analysis.after[static_cast<size_t>(node)])
                edge(self, maker[static_cast<size_t>(later)]);
        }
    }
    for (std::vector<int>& next : result.next) {
        std::ranges::sort(next);
        next.erase(std::ranges::unique(next).begin(), next.end());
        for (const int to : next) ++result.waiting[static_cast<size_t>(to)];
    }
    return result;
}

// Clusters so that each comes after all it waits for; those of smallest `priority` first. Short if there is a
// cycle.
std::vector<int> list_order(const Dependencies& dependencies, const std::vector<int32_t>& priority) {
    std::vector<int> waiting = dependencies.waiting, order;
    using Entry = std::pair<int32_t, int>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
    for (size_t i = 0; i < waiting.size(); ++i)
        if (waiting[i] == 0) ready.push({priority[i], static_cast<int>(i)});
    while (!ready.empty()) {
        const int cluster = ready.top().second;
        ready.pop();
        order.push_back(cluster);
        for (const int next : dependencies.next[static_cast<size_t>(cluster)])
            if (--waiting[static_cast<size_t>(next)] == 0)
                ready.push({priority[static_cast<size_t>(next)], next});
    }
    return order;
}

}  // namespace

std::vector<int32_t> members(const Cluster& cluster) {
    std::vector<int32_t> all = cluster.nodes;
    if (cluster.core >= 0) all.push_back(cluster.core);
    all.insert(all.end(), cluster.twins.begin(), cluster.twins.end());
    all.insert(all.end(), cluster.joins.begin(), cluster.joins.end());
    all.insert(all.end(), cluster.assigns.begin(), cluster.assigns.end());
    return all;
}

std::vector<int32_t> reads_of(const Analysis& analysis, const Cluster& cluster) {
    std::vector<int32_t> reads;
    const auto take = [&](int32_t node) {
        const bool own = node == cluster.core || std::ranges::binary_search(cluster.nodes, node) ||
                         std::ranges::find(cluster.twins, node) != cluster.twins.end();
        if (!own && std::ranges::find(reads, node) == reads.end()) reads.push_back(node);
    };
    for (const int32_t node : members(cluster))
        for (const ChainInput& operand : analysis.operands[static_cast<size_t>(node)]) take(operand.node);
    return reads;
}

Result<std::vector<Cluster>> order_clusters(const Analysis& analysis, std::vector<Cluster> clusters) {
    const Dependencies dependencies = find_dependencies(analysis, clusters);
    std::vector<int32_t> priority;
    for (const Cluster& cluster : clusters) {
        const std::vector<int32_t> all = members(cluster);
        priority.push_back(*std::ranges::max_element(all));
    }
    std::vector<int> order = list_order(dependencies, priority);
    if (order.size() != clusters.size())
        return Error{Code::internal,
                     "plan: kernels wait for each other in a circle (a fault of the planner's fusion)"};
    // A cluster is due when the first that needs it is due.
    for (size_t i = order.size(); i-- > 0;) {
        int32_t& due = priority[static_cast<size_t>(order[i])];
        for (const int next : dependencies.next[static_cast<size_t>(order[i])])
            due = std::min(due, priority[static_cast<size_t>(next)]);
    }
    order = list_order(dependencies, priority);
    std::vector<Cluster> result;
    for (const int cluster : order) result.push_back(std::move(clusters[static_cast<size_t>(cluster)]));
    return result;
}

}  // namespace vkgan
