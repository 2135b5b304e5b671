// One statement function called on values of a graph, without a model around it.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/lower/phase.hpp"
#include "tests/lower/reference_state.hpp"

#include <algorithm>
#include <deque>

namespace vkgan {

struct DirectCall {
    Model model{};
    LowerOptions options{};
    std::map<std::string, std::vector<NetworkVariable>, std::less<>> networks{};
    Phase source{};
    LoweredPhase phase{};
    std::vector<VariableStart> extra{};
    int stream = 0;
    PhaseBuilder builder{model, options, networks, source, phase, extra, stream};
    std::deque<Statement> statements{};

    Value input(const std::string& name, const Shape& shape) { return phase.graph.input(name, shape); }

    Result<Term> term(std::span<const StatementFunction> table, Statement statement,
                      const std::vector<Value>& values) {
        const auto row =
            std::ranges::find(table, std::string_view(statement.function), &StatementFunction::name);
        REQUIRE(row != table.end());
        for (size_t i = 0; i < values.size(); ++i) statement.arguments.push_back("a" + std::to_string(i));
        statements.push_back(std::move(statement));
        StatementCall call{builder, statements.back(), {statements.back().options, row->options}, {}};
        for (const Value value : values) call.arguments.push_back({value, {}, {}});
        if (!row->lower) return row->lower_term(call);
        VKGAN_ASSIGN(const Value value, row->lower(call));
        return Term{value, {}, {}};
    }
    Result<Value> call(std::span<const StatementFunction> table, Statement statement,
                       const std::vector<Value>& values) {
        VKGAN_ASSIGN(const Term result, term(table, std::move(statement), values));
        return result.value;
    }
    // The call must succeed; its result is output "y".
    Value output(std::span<const StatementFunction> table, Statement statement,
                 const std::vector<Value>& values) {
        const Result<Value> value = call(table, std::move(statement), values);
        REQUIRE_MESSAGE(value.ok(), (value.ok() ? "" : value.error().message));
        REQUIRE_MESSAGE(phase.graph.status().ok(),
                        (phase.graph.status().ok() ? "" : phase.graph.status().error().message));
        phase.graph.mark_output("y", *value);
        return *value;
    }
    DoubleTensorMap run(const DoubleTensorMap& inputs, int step = 1) const {
        DoubleTensorMap variables;
        return run_phase(phase, step, inputs, variables);
    }
};

}  // namespace vkgan
