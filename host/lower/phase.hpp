// One phase of a step program while it is lowered: the values so far, and what a statement's function may ask
// for.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/lower/network.hpp"

#include <memory>
#include <set>

namespace vkgan {

using Epochs = std::map<std::string, int, std::less<>>;

// A value of the step program with what it depends on: of each network, after how many updates its parameters
// were read.
struct Term {
    Value value;
    Epochs networks;
    std::set<std::string, std::less<>> detached;  // networks that lie behind a detach
    // Of the application whose result it is: what its layers gave, for all batches that ran together; this
    // one is batch `part` of `parts`.
    std::shared_ptr<const LayerValues> layers = nullptr;
    int part = 0, parts = 1;
};

struct PhaseBuilder {
    const Model& model;
    const LowerOptions& options;
    const std::map<std::string, std::vector<NetworkVariable>, std::less<>>& variables;  // of each network
    const Phase& source;
    LoweredPhase& phase;
    std::vector<VariableStart>& extra;  // moments and averages, as updates declare them
    int& stream;                        // the next random stream; unique over all phases

    std::map<std::string, Term, std::less<>> terms{};
    std::map<const Statement*, Term> ahead{};  // of applications that ran with an earlier one
    Epochs updates{};                          // of each network in this phase so far
    std::map<const Statement*, std::vector<Value>> gradients{};  // of updates that are taken together
    Value finite{};                                              // 1 while everything that must be finite is
    std::set<int32_t> watched{};                                 // by `finite`

    Graph& graph() const { return phase.graph; }
    const Network* find_network(std::string_view name) const;
    const Optimiser* find_optimiser(std::string_view network) const;

    // A rank-0 input that the host sets before each run.
    Value scalar(const Scalar& scalar);
    void must_be_finite(Value rank0);
    // Values of the statement's arguments. A source is drawn where it is first read, so that a phase has no
    // input it does not use.
    Result<std::vector<Term>> arguments_of(const Statement& statement);

    // joint.cpp
    Result<Term> apply(const Network& network, std::span<const Term> arguments, bool training);
    // Each batch a list of arguments; one pass over all.
    Result<std::vector<Term>> apply_to_each(const Network& network,
                                            const std::vector<std::vector<Term>>& batches, bool training);
    // Together with later statements like it where that changes nothing; their results wait in `ahead`.
    Result<Term> apply_jointly(const Statement& statement, const Network& network,
                               std::vector<Term> arguments, bool training);
};

struct StatementCall {
    PhaseBuilder& builder;
    const Statement& statement;
    OptionReader options;
    std::vector<Term> arguments;

    Graph& graph() const { return builder.graph(); }
    Value value(size_t i) const { return arguments[i].value; }
    const Network& network() const { return *builder.find_network(options.word("network")); }
    // A live weight: an input "<result>.<name>", or "<result>.<name>.<index>".
    Value weight(const std::string& name, double value, double ramp = 0);
    Error error(Code code, const std::string& text) const;
};

struct StatementFunction {
    std::string_view name;
    size_t least_arguments = 1, most_arguments = 1;
    std::span<const OptionSpec> options;
    Result<Value> (*lower)(StatementCall&) = nullptr;      // dependencies are those of the arguments
    Result<Term> (*lower_term)(StatementCall&) = nullptr;  // or it says itself what they are
};

std::span<const StatementFunction> value_functions();  // apply, detach, join, part
std::span<const StatementFunction> loss_functions();
std::span<const StatementFunction> latent_functions();  // codes, reconstruction, classes, energies
std::span<const StatementFunction> batch_functions();   // augmentation, packing, running means, balance
std::span<const StatementFunction> penalty_functions();
std::span<const StatementFunction> update_functions();

Epochs union_of(const Epochs& a, const Epochs& b);  // the older epoch where they differ
Term merged(std::span<const Term> arguments, Value value);

inline constexpr OptionSpec network_option{.name = "network", .kind = OptionKind::word, .required = true};

}  // namespace vkgan
