// Statement functions that make values: apply, detach, inside, join, part.
// SPDX-License-Identifier: MIT
#include "host/base/text.hpp"
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

constexpr std::array inside_options{OptionSpec{.name = "layer", .kind = word, .required = true}};

Result<Term> apply(StatementCall& call) {
    return call.builder.apply_jointly(call.statement, call.network(), call.arguments,
                                      call.options.flag("train"));
}

// No op: gradients are taken by a network's parameters only, so it is enough to know what lies behind.
Result<Term> detach(StatementCall& call) {
    Term term = call.arguments[0];
    for (const auto& [network, epoch] : term.networks) term.detached.insert(network);
    term.layers = nullptr;
    term.networks.clear();
    return term;
}

// What a layer gave in the application whose result the argument is: features, or another head.
Result<Term> inside(StatementCall& call) {
    Term term = call.arguments[0];
    const std::string argument = call.statement.arguments[0], layer(call.options.word("layer"));
    if (!term.layers)
        return call.error(Code::invalid_argument, argument + " is no result of apply: it has no layers");
    const auto found = term.layers->find(layer);
    if (found == term.layers->end()) {
        std::vector<std::string> known;
        for (const auto& [name, value] : *term.layers) known.push_back(name);
        return call.error(Code::not_found,
                          "no layer \"" + layer + "\" lies behind " + argument + did_you_mean(layer, known));
    }
    const Value all = found->second;
    const int64_t each = all.shape().rank() > 0 ? all.shape()[0] / term.parts : 0;
    term.value = term.parts == 1 ? all : op::slice(all, 0, term.part * each, each);
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
    StatementFunction{"inside", 1, 1, inside_options, nullptr, inside},
    StatementFunction{"join", 1, 64, {}, join},
    StatementFunction{"part", 1, 1, part_options, part},
};

}  // namespace

std::span<const StatementFunction> value_functions() { return rows; }

}  // namespace vkgan
