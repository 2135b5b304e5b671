// Statement functions that make values: apply, detach, join, part.
// SPDX-License-Identifier: MIT
#include "host/lower/phase.hpp"
#include "host/ops/ops.hpp"

#include <array>

namespace vkgan {

namespace {

using enum OptionKind;

constexpr std::array apply_options{
    network_option, OptionSpec{.name = "train", .kind = integer, .value = 1, .low = 0, .high = 1}};
constexpr std::array part_options{
    OptionSpec{.name = "index", .kind = integer, .low = 0, .high = 1023, .required = true},
    OptionSpec{.name = "of", .kind = integer, .low = 1, .high = 1024, .required = true}};

Result<Term> apply(StatementCall& call) {
    return call.builder.apply_jointly(call.statement, call.network(), call.arguments,
                                      call.options.flag("train"));
}

// No op: gradients are taken by a network's parameters only, so it is enough to know what lies behind.
Result<Term> detach(StatementCall& call) {
    Term term = call.arguments[0];
    for (const auto& [network, epoch] : term.networks) term.detached.insert(network);
    term.networks.clear();
    return term;
}

// One batch of several, so that batch norm sees them together.
Result<Value> join(StatementCall& call) {
    std::vector<Value> parts;
    for (const Term& argument : call.arguments) parts.push_back(argument.value);
    return op::concat(parts, 0);
}

// Part `index` of a batch cut into `of` equal parts.
Result<Value> part(StatementCall& call) {
    const Value x = call.value(0);
    const int index = call.options.integer("index"), of = call.options.integer("of");
    const int64_t batch = x.shape().rank() > 0 ? x.shape()[0] : 0;
    if (index >= of || batch % of != 0) {
        return call.error(Code::invalid_argument, "no part " + std::to_string(index) + " of " +
                                                      std::to_string(of) + " in a batch of " +
                                                      std::to_string(batch));
    }
    return op::slice(x, 0, batch / of * index, batch / of);
}

constexpr std::array rows{
    StatementFunction{"apply", 1, 64, apply_options, nullptr, apply},
    StatementFunction{"detach", 1, 1, {}, nullptr, detach},
    StatementFunction{"join", 1, 64, {}, join},
    StatementFunction{"part", 1, 1, part_options, part},
};

}  // namespace

std::span<const StatementFunction> value_functions() { return rows; }

}  // namespace vkgan
