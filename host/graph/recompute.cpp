// Which values wait, and the graph again with their copies.
// SPDX-License-Identifier: MIT
#include "host/graph/recompute.hpp"

#include "host/graph/op.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <span>

namespace vkgan {

namespace {

constexpr int64_t large_elements = 16384;  // below, a copy saves less than its dispatch is worth
constexpr int long_wait = 3;               // contractions that run between two uses
constexpr auto copy_name = "recomputed";   // keeps copies apart from what they copy, and shows in dumps

bool is_leaf(const Node& node) { return node.op == &op_def::input || node.op == &op_def::read; }
bool is_heavy(const Node& node) { return node.op->takes_epilogue; }
bool is_large(const Node& node) { return node.shape.element_count() >= large_elements; }

// No work of its own: planners read through it.
bool is_view(const Node& node) {
    constexpr std::array<std::string_view, 4> views{"reshape", "regroup", "broadcast", "detach"};
    return std::ranges::find(views, node.op->name) != views.end();
}
bool is_light(const Node& node) { return node.op->pointwise_code > 0 || is_view(node); }

class Recomputer {
public:
    Recomputer(const Graph& graph, Recompute level)
        : graph_(graph),
          level_(level),
          users_(size()),
          heavy_before_(size() + 1),
          late_from_(size(), -1),
          kept_(size()),
          now_(size()) {
        for (size_t i = 0; i < size(); ++i) {
            for (const int32_t input : node(int32_t(i)).inputs) users_[size_t(input)].push_back(int32_t(i));
            heavy_before_[i + 1] = heavy_before_[i] + is_heavy(node(int32_t(i)));
        }
        find_late();
    }

    Graph run() {
        for (const Variable& variable : graph_.variables()) result_.declare_variable(variable);
        for (size_t i = 0; i < size() && result_.status().ok(); ++i) now_[i] = copy(int32_t(i), false);
        for (const auto& [name, index] : graph_.outputs()) result_.mark_output(name, now_[size_t(index)]);
        if (!graph_.status()) result_.fail(graph_.status().error());
        return std::move(result_);
    }

private:
    size_t size() const { return graph_.nodes().size(); }
    const Node& node(int32_t i) const { return graph_.nodes()[size_t(i)]; }

    // Readers, seen through views and through what kernels compute for themselves.
    void collect_uses(int32_t i, std::set<int32_t>& uses) const {
        for (const int32_t user : users_[size_t(i)]) {
            const bool fresh = uses.insert(user).second;
            if (fresh && passes_on(user)) collect_uses(user, uses);
        }
    }

    // The first use after a long wait; -1: there is none.
    int32_t first_late_use(int32_t i, std::span<const int32_t> ascending_uses) const {
        int32_t last = i;
        for (const int32_t user : ascending_uses) {
            if (heavy_before_[size_t(user)] - heavy_before_[size_t(last) + 1] >= long_wait) return user;
            last = user;
        }
        return -1;
    }

    // Whether some kernel reads it from memory that cannot compute it for itself.
    bool is_stored(int32_t i) const {
        return std::ranges::any_of(users_[size_t(i)], [&](int32_t user) {
            const Node& reader = node(user);
            return is_view(reader) ? is_stored(user)
                                   : reader.op->pointwise_code == 0 && !reader.op->takes_prologue;
        });
    }

    // A view lies in the memory of what it shows; what is not stored is computed by its readers.
    bool passes_on(int32_t i) const {
        return is_view(node(i)) || (node(i).op->pointwise_code > 0 && !is_stored(i));
    }

    // Whether the value is there at `late`, whatever becomes of what is stored in between.
    bool lives_until(int32_t i, int32_t late) const {
        std::set<int32_t> uses;
        collect_uses(i, uses);
        return !uses.empty() && *uses.rbegin() >= late;
    }

    // Whether all large values that it is made of are there at `late` without it.
    bool operands_live(int32_t i, int32_t late, std::set<int32_t>& seen) const {
        return !seen.insert(i).second || std::ranges::all_of(node(i).inputs, [&](int32_t input) {
            const Node& operand = node(input);
            if (!is_large(operand) || is_leaf(operand)) return true;
            return is_light(operand) ? operands_live(input, late, seen) : lives_until(input, late);
        });
    }

    bool may_wait(int32_t i, int32_t late) const {
        if (level_ == Recompute::segments) return is_light(node(i)) || is_heavy(node(i));
        std::set<int32_t> seen;
        return is_light(node(i)) && is_stored(i) && operands_live(i, late, seen);
    }

    void find_late() {
        std::vector<int32_t> waiting;
        for (size_t i = 0; i < size(); ++i) {
            const auto index = int32_t(i);
            const Node& own = node(index);
            if (!is_large(own) || is_leaf(own) || own.op->updates) continue;
            const int32_t late = first_late_use(index, users_[i]);
            if (late >= 0 && may_wait(index, late)) late_from_[i] = late;
            if (is_view(own) || !(is_heavy(own) || is_stored(index))) continue;
            std::set<int32_t> uses;
            collect_uses(index, uses);
            const std::vector<int32_t> ascending(uses.begin(), uses.end());
            if (first_late_use(index, ascending) >= 0) waiting.push_back(index);
        }
        if (level_ != Recompute::segments) return;
        const auto length = size_t(std::ceil(std::sqrt(double(waiting.size()))));
        for (size_t i = 0; i < waiting.size(); i += length) {
            kept_[size_t(waiting[i])] = true;
            late_from_[size_t(waiting[i])] = -1;
        }
    }

    // Whether a copy of a user reads a copy of this, too.
    bool is_copied(int32_t i) const {
        const Node& own = node(i);
        if (!is_large(own) || is_leaf(own) || own.op->updates || kept_[size_t(i)]) return false;
        if (is_view(own)) return is_copied(own.inputs[0]);
        return own.op->pointwise_code > 0 || level_ == Recompute::segments;
    }

    Value again(int32_t i) {
        if (const auto found = again_.find(i); found != again_.end()) return found->second;
        const Value value = copy(i, true);
        again_.emplace(i, value);
        return value;
    }

    Value copy(int32_t i, bool second) {
        const Node& own = node(i);
        if (own.op == &op_def::input) return result_.input(own.attributes.name, own.shape, own.type);
        if (own.op == &op_def::read) return result_.read(own.variables[0]);
        std::vector<Value> inputs;
        for (const int32_t input : own.inputs) {
            const int32_t late = late_from_[size_t(input)];
            const bool late_use = second ? is_copied(input) : late >= 0 && i >= late;
            inputs.push_back(late_use ? again(input) : now_[size_t(input)]);
        }
        Attributes attributes = own.attributes;
        if (second) attributes.name = copy_name;
        return result_.add(*own.op, inputs, std::move(attributes), own.variables);
    }

    const Graph& graph_;
    Recompute level_;
    Graph result_;
    std::vector<std::vector<int32_t>> users_;  // ascending
    std::vector<int> heavy_before_;
    std::vector<int32_t> late_from_;  // users from here on read a copy; -1: none does
    std::vector<char> kept_;
    std::vector<Value> now_;  // in the new graph
    std::map<int32_t, Value> again_;
};

}  // namespace

Graph recompute(const Graph& graph, Recompute level) {
    if (level != Recompute::pointwise && level != Recompute::segments) return graph;
    return Recomputer(graph, level).run();
}

}  // namespace vkgan
