// Liveness, aliases, real operands and the order of effects.
// SPDX-License-Identifier: MIT
#include "host/plan/analysis.hpp"

#include "host/plan/views.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

using Indices = std::vector<std::vector<int32_t>>;

Analysis empty_analysis(const Graph& graph, const PlanOptions& options) {
    const size_t count = graph.nodes().size();
    Analysis a{graph, options, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    a.live.resize(count);
    a.kept.resize(count);
    a.copied.resize(count);
    a.root.resize(count);
    a.emissions.resize(count);
    a.operands.resize(count);
    a.users.resize(count);
    a.after.resize(count);
    a.before.resize(count);
    return a;
}

void find_live(Analysis& a) {
    for (const auto& [name, node] : a.graph.outputs()) a.live[static_cast<size_t>(node)] = true;
    for (size_t i = a.live.size(); i-- > 0;) {
        const auto index = static_cast<int32_t>(i);
        if (a.node(index).op->updates) a.live[i] = true;
        if (!a.live[i]) continue;
        for (const int32_t input : a.node(index).inputs) {
            const bool views = a.options.fuse && a.is_pointwise(index);
            a.operands[i].push_back(views ? see_through(a.graph, input) : whole(input, a.node(input).shape));
            a.live[static_cast<size_t>(a.operands[i].back().node)] = true;
        }
    }
}

Result<Emission> unfused_kernels(const Analysis& a, int32_t index) {
    const Node& node = a.node(index);
    std::vector<Shape> shapes;
    for (const int32_t input : node.inputs) shapes.push_back(a.node(input).shape);
    const Chain none;
    auto emission = node.op->kernels({a.options.device, node, shapes, none, none});
    if (!emission)
        return Error{emission.error().code, describe(a.graph, index) + ": " + emission.error().message};
    return emission;
}

Status find_roots(Analysis& a) {
    for (size_t i = 0; i < a.root.size(); ++i) {
        const auto index = static_cast<int32_t>(i);
        a.root[i] = index;
        const Node& node = a.node(index);
        if (!a.live[i] || a.is_pointwise(index)) continue;
        if (node.op->kernels) {
            VKGAN_ASSIGN(a.emissions[i], unfused_kernels(a, index));
            if (a.emissions[i].alias && node.inputs.empty())
                return Error{Code::internal, describe(a.graph, index) + " is an alias of nothing"};
            if (a.emissions[i].alias) a.root[i] = a.root[static_cast<size_t>(node.inputs[0])];
        } else if (!node.inputs.empty() || node.op->updates) {
            return Error{Code::unsupported, describe(a.graph, index) + " has no kernels for a device"};
        }
    }
    return {};
}

void find_users(Analysis& a) {
    for (size_t i = 0; i < a.live.size(); ++i) {
        const auto index = static_cast<int32_t>(i);
        if (!a.live[i]) continue;
        for (ChainInput& operand : a.operands[i]) {
            operand.node = a.root[static_cast<size_t>(operand.node)];
            std::vector<int32_t>& users = a.users[static_cast<size_t>(operand.node)];
            const bool reads = a.root[i] == index;  // an alias only passes on
            if (reads && (users.empty() || users.back() != index)) users.push_back(index);
        }
    }
    for (const auto& [name, node] : a.graph.outputs())
        a.kept[static_cast<size_t>(a.root[static_cast<size_t>(node)])] = true;
}

// A read of a variable must run between the updates around it in the list, and so must what reads it, unless
// that comes later in the list than the next update: then the content is copied in time.
void order_reads(Analysis& a, const Indices& updates) {
    for (size_t i = 0; i < a.live.size(); ++i) {
        const auto index = static_cast<int32_t>(i);
        if (!a.live[i] || !a.is_read(index)) continue;
        const std::vector<int32_t>& of_variable = updates[static_cast<size_t>(a.node(index).variables[0])];
        const auto next = std::ranges::lower_bound(of_variable, index);
        const bool updated = next != of_variable.end();
        const std::vector<int32_t>& users = a.users[i];
        a.copied[i] = updated && (a.kept[i] || (!users.empty() && users.back() > *next));
        const auto bind = [&](int32_t reader) {
            if (updated && reader != *next) a.after[static_cast<size_t>(reader)].push_back(*next);
            if (next == of_variable.begin()) return;
            a.before[static_cast<size_t>(reader)].push_back(*std::prev(next));
            a.after[static_cast<size_t>(*std::prev(next))].push_back(reader);
        };
        if (a.copied[i])
            bind(index);
        else
            std::ranges::for_each(users, bind);
    }
}

void order_effects(Analysis& a) {
    Indices updates(a.graph.variables().size());
    int32_t last = -1;
    for (size_t i = 0; i < a.live.size(); ++i) {
        const auto index = static_cast<int32_t>(i);
        if (!a.node(index).op->updates) continue;
        for (const int32_t variable : a.node(index).variables) {
            std::vector<int32_t>& list = updates[static_cast<size_t>(variable)];
            if (list.empty() || list.back() != index) list.push_back(index);
        }
        if (last >= 0) {
            a.before[i].push_back(last);
            a.after[static_cast<size_t>(last)].push_back(index);
        }
        last = index;
    }
    order_reads(a, updates);
}

}  // namespace

Result<Analysis> analyse(const Graph& graph, const PlanOptions& options) {
    VKGAN_TRY(graph.status());
    Analysis a = empty_analysis(graph, options);
    find_live(a);
    VKGAN_TRY(find_roots(a));
    find_users(a);
    order_effects(a);
    a.half = half_values(a);
    return a;
}

bool Analysis::is_leaf(int32_t i) const {
    const Node& n = node(i);
    return !n.op->kernels && n.op->pointwise_code == 0 && !n.op->updates;
}

bool Analysis::is_computed(int32_t i) const {
    const auto at = static_cast<size_t>(i);
    return live[at] && root[at] == i && (!is_leaf(i) || copied[at]);
}

bool Analysis::takes_epilogue(int32_t i) const {
    return is_computed(i) && node(i).op->takes_epilogue &&
           !emissions[static_cast<size_t>(i)].refuses_epilogue;
}

std::string describe(const Graph& graph, int32_t node) {
    const Node& n = graph.nodes()[static_cast<size_t>(node)];
    const std::string name = n.attributes.name.empty() ? "" : fmt::format(" '{}'", n.attributes.name);
    return fmt::format("%{} ({}{}, {})", node, n.op->name, name, n.shape.to_string());
}

}  // namespace vkgan
