// Joint applications: a network that a phase applies to several batches runs over all of them at once, with
// batch statistics of each.
// SPDX-License-Identifier: MIT
#include "host/lower/phase.hpp"
#include "host/ops/ops.hpp"

#include <algorithm>

namespace vkgan {

namespace {

bool reads(const Statement& statement, const std::string& name) {
    return std::ranges::find(statement.arguments, name) != statement.arguments.end();
}

std::vector<const Statement*> readers(const Phase& phase, const std::string& name) {
    std::vector<const Statement*> result;
    for (const Statement& statement : phase.statements)
        if (reads(statement, name)) result.push_back(&statement);
    return result;
}

// Results that are not used alike are better apart: gradients of one alone would pass through all.
bool alike(const Phase& phase, const Statement& a, const Statement& b) {
    return a.function == b.function && a.options == b.options && a.arguments.size() == b.arguments.size() &&
           a.result != b.result && readers(phase, a.result) == readers(phase, b.result);
}

// Statements after `first` that could run together with it: what they read is known by then and does not
// change.
std::vector<const Statement*> partners(const Phase& phase, const Statement& first) {
    std::vector<const Statement*> result;
    std::vector<std::string> assigned{first.result};
    auto next = std::ranges::find_if(phase.statements, [&](const Statement& s) { return &s == &first; });
    for (++next; next != phase.statements.end() && next->function != "update"; ++next) {
        const bool known =
            std::ranges::none_of(assigned, [&](const auto& name) { return reads(*next, name); });
        if (known && alike(phase, first, *next)) result.push_back(&*next);
        assigned.push_back(next->result);
    }
    return result;
}

bool can_be_joined(std::span<const Term> a, std::span<const Term> b) {
    return std::ranges::equal(a, b, [](const Term& x, const Term& y) {
        const Shape& shape = x.value.shape();
        return shape == y.value.shape() && shape.rank() > 0 && x.value.type() == DType::f32 &&
               y.value.type() == DType::f32;
    });
}

}  // namespace

Result<Term> PhaseBuilder::apply_jointly(const Statement& statement, const Network& network,
                                         std::vector<Term> arguments, bool training) {
    if (const auto found = ahead.find(&statement); found != ahead.end()) return found->second;
    std::vector<std::vector<Term>> batches{std::move(arguments)};
    std::vector<const Statement*> together{&statement};
    if (options.join && training) {
        for (const Statement* const partner : partners(source, statement)) {
            VKGAN_ASSIGN(std::vector<Term> more, arguments_of(*partner));
            if (!can_be_joined(batches[0], more)) continue;
            batches.push_back(std::move(more));
            together.push_back(partner);
        }
    }
    VKGAN_ASSIGN(std::vector<Term> results, apply_to_each(network, batches, training));
    for (size_t i = 1; i < together.size(); ++i) ahead.emplace(together[i], results[i]);
    return results[0];
}

Result<Term> PhaseBuilder::apply(const Network& network, std::span<const Term> arguments, bool training) {
    VKGAN_ASSIGN(std::vector<Term> results,
                 apply_to_each(network, {std::vector<Term>(arguments.begin(), arguments.end())}, training));
    return results[0];
}

Result<std::vector<Term>> PhaseBuilder::apply_to_each(const Network& network,
                                                      const std::vector<std::vector<Term>>& batches,
                                                      bool training) {
    std::vector<Value> inputs;
    for (size_t input = 0; input < batches[0].size(); ++input) {
        std::vector<Value> parts;
        for (const std::vector<Term>& batch : batches) parts.push_back(batch[input].value);
        inputs.push_back(parts.size() == 1 ? parts[0] : op::concat(parts, 0));
    }
    const int groups = int(batches.size());
    const auto layers = std::make_shared<LayerValues>();
    const Application application{.training = training,
                                  .groups = groups,
                                  .stream = &stream,
                                  .layers = layers.get(),
                                  .batches_tracked = &phase.batches_tracked};
    VKGAN_ASSIGN(const Value value, apply_network(graph(), network, inputs, application));
    const auto updated = updates.find(network.name);
    const Epochs own{{network.name, updated == updates.end() ? 0 : updated->second}};
    std::vector<Term> terms;
    for (int i = 0; i < groups; ++i) {
        const int64_t batch = value.shape().rank() > 0 ? value.shape()[0] / groups : 0;
        Term term = merged(batches[size_t(i)], groups == 1 ? value : op::slice(value, 0, i * batch, batch));
        term.networks = union_of(term.networks, own);
        term.layers = layers;
        term.part = i;
        term.parts = groups;
        terms.push_back(std::move(term));
    }
    return terms;
}

}  // namespace vkgan
