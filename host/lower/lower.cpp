// Lowering a model: each phase's statements in order, each an op or many, in one graph a phase.
// SPDX-License-Identifier: MIT
#include "host/lower/lower.hpp"

#include "host/base/text.hpp"
#include "host/lower/phase.hpp"
#include "host/model/words.hpp"
#include "host/ops/ops.hpp"

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

using VariablesOf = std::map<std::string, std::vector<NetworkVariable>, std::less<>>;

constexpr double largest_float = 3e38;
constexpr int largest_batch = 65536;

std::array<std::span<const StatementFunction>, 6> function_tables() {
    return {value_functions(), loss_functions(),    latent_functions(),
            batch_functions(), penalty_functions(), update_functions()};
}

Result<const StatementFunction*> find_function(std::string_view name, const std::string& place) {
    std::vector<std::string> known;
    for (const auto table : function_tables()) {
        for (const StatementFunction& function : table) {
            if (function.name == name) return &function;
            known.emplace_back(function.name);
        }
    }
    const std::string near = did_you_mean(name, known);
    return Error{Code::not_found, place + ": unknown function " + in_quotes(name) +
                                      (near.empty() ? "; known are " + joined(known) : near)};
}

template <class T, class Name>
const T* find_by(const std::vector<T>& list, Name T::*member, std::string_view name) {
    const auto found = std::ranges::find_if(list, [&](const T& x) { return x.*member == name; });
    return found == list.end() ? nullptr : &*found;
}

Status check_batch(int batch) {
    if (batch >= 1 && batch <= largest_batch) return {};
    return Error{Code::invalid_argument,
                 "batch: " + std::to_string(batch) + " is not from 1 to " + std::to_string(largest_batch)};
}

}  // namespace

const Network* PhaseBuilder::find_network(std::string_view name) const {
    return find_by(model.networks, &Network::name, name);
}

const Optimiser* PhaseBuilder::find_optimiser(std::string_view network) const {
    return find_by(model.optimisers, &Optimiser::network, network);
}

Value PhaseBuilder::scalar(const Scalar& scalar) {
    if (!find_by(phase.scalars, &Scalar::input, scalar.input)) phase.scalars.push_back(scalar);
    return graph().input(scalar.input, {});
}

// Compares instead of subtracting: a driver that assumes there are no NaNs may fold x - x, but no comparison
// with one holds.
void PhaseBuilder::must_be_finite(Value rank0) {
    if (!watched.insert(rank0.index).second) return;
    const Value fine = op::greater(op::constant(graph(), largest_float), op::abs(rank0));
    finite = finite.valid() ? finite * fine : fine;
}

Epochs union_of(const Epochs& a, const Epochs& b) {
    Epochs result = a;
    for (const auto& [network, epoch] : b) {
        const auto [place, added] = result.emplace(network, epoch);
        if (!added) place->second = std::min(place->second, epoch);
    }
    return result;
}

Term merged(std::span<const Term> arguments, Value value) {
    Term term{value, {}, {}};
    for (const Term& argument : arguments) {
        term.networks = union_of(term.networks, argument.networks);
        term.detached.insert(argument.detached.begin(), argument.detached.end());
    }
    return term;
}

Value StatementCall::weight(const std::string& name, double value, double ramp) {
    return builder.scalar({statement.result + "." + name, "loss_weight", "", value, ramp});
}

Error StatementCall::error(Code code, const std::string& text) const {
    const std::string name = statement.result.empty() ? "" : statement.result + " = ";
    return {code, "phase " + builder.phase.name + ", " + name + statement.function + ": " + text};
}

namespace {

Result<Term> lower_source(PhaseBuilder& builder, const Source& source) {
    Graph& graph = builder.graph();
    const Shape shape = with_batch(builder.options.batch, source.shape);
    const std::string& kind = source.kind;
    const bool drawn = kind == "normal" || kind == "uniform" || kind == "categorical" || kind == "signs";
    const DType type = kind == "labels" ? DType::i32 : DType::f32;
    if (!drawn || builder.options.feed_noise) return Term{graph.input(source.name, shape, type), {}, {}};
    if (kind == "categorical") {
        const Value classes = graph.input(source.name, Shape{shape[0]}, DType::i32);
        return Term{op::one_hot(classes, shape[1]), {}, {}};
    }
    const int stream = builder.stream++;
    if (kind == "normal") return Term{op::random_normal(random_key(graph), stream, shape), {}, {}};
    const Value unit = op::random_uniform(random_key(graph), stream, shape);
    if (kind == "signs") return Term{op::step(unit - 0.5) * 2.0 - 1.0, {}, {}};
    return Term{op::offset(op::scale(unit, source.high - source.low), source.low), {}, {}};
}

}  // namespace

Result<std::vector<Term>> PhaseBuilder::arguments_of(const Statement& statement) {
    std::vector<Term> arguments;
    for (const std::string& name : statement.arguments) {
        if (!terms.contains(name)) {
            const Source* const drawn = find_by(model.sources, &Source::name, name);
            VKGAN_ASSIGN(terms[name], lower_source(*this, *drawn));
        }
        arguments.push_back(terms.at(name));
    }
    return arguments;
}

namespace {

Status lower_statement(PhaseBuilder& builder, const Statement& statement) {
    StatementCall call{builder, statement, {statement.options, {}}, {}};
    const std::string place = call.error(Code::internal, "").message;
    VKGAN_ASSIGN(const StatementFunction* const function,
                 find_function(statement.function, "phase " + builder.phase.name));
    VKGAN_TRY(check_options(statement.options, function->options, place.substr(0, place.size() - 2)));
    const size_t count = statement.arguments.size();
    if (count < function->least_arguments || count > function->most_arguments) {
        return call.error(Code::invalid_argument, "takes " + std::to_string(function->least_arguments) +
                                                      " to " + std::to_string(function->most_arguments) +
                                                      " arguments but gets " + std::to_string(count));
    }
    call.options.specs = function->options;
    VKGAN_ASSIGN(call.arguments, builder.arguments_of(statement));
    Term term;
    if (function->lower_term) {
        VKGAN_ASSIGN(term, function->lower_term(call));
    } else {
        VKGAN_ASSIGN(const Value value, function->lower(call));
        term = merged(call.arguments, value);
    }
    if (const Status& status = builder.graph().status(); !status) {
        return call.error(status.error().code, status.error().message);
    }
    if (!statement.result.empty()) builder.terms.insert_or_assign(statement.result, std::move(term));
    return {};
}

// Whole networks at once, so that a group has the same order in every phase.
void declare_networks(PhaseBuilder& builder, const Phase& phase) {
    for (const Statement& statement : phase.statements) {
        const auto option = statement.options.find("network");
        if (option == statement.options.end()) continue;
        const auto* const name = std::get_if<std::string>(&option->second);
        const auto found = name ? builder.variables.find(*name) : builder.variables.end();
        if (found == builder.variables.end()) continue;
        for (const NetworkVariable& v : found->second) builder.graph().declare_variable(v.variable);
    }
}

void mark_reports(PhaseBuilder& builder) {
    for (const auto& [key, result] : builder.model.reports) {
        const auto found = builder.terms.find(result);
        if (found == builder.terms.end()) continue;
        const Value value = found->second.value;
        const bool number = value.shape().rank() == 0;
        builder.graph().mark_output(key, number ? value : op::mean_all(op::sigmoid(value)));
        if (number) builder.must_be_finite(value);
    }
    if (!builder.finite.valid()) builder.finite = op::constant(builder.graph(), 1);
    builder.graph().mark_output("finite", builder.finite);
}

Status lower_phase(PhaseBuilder& builder, const Phase& phase) {
    declare_networks(builder, phase);
    for (const Statement& statement : phase.statements) VKGAN_TRY(lower_statement(builder, statement));
    mark_reports(builder);
    return builder.graph().status();
}

}  // namespace

Result<LoweredModel> lower_training(const Model& model, const LowerOptions& options) {
    VKGAN_TRY(check(model));
    VKGAN_TRY(check_batch(options.batch));
    LoweredModel lowered;
    VariablesOf variables;
    for (const Network& network : model.networks) {
        VKGAN_ASSIGN(variables[network.name], network_variables(network, options.batch));
        for (const NetworkVariable& v : variables[network.name]) lowered.variables.push_back(v.start);
    }
    int stream = 0;
    std::vector<VariableStart> extra;
    lowered.phases.reserve(model.phases.size());  // values point to their graph
    for (const Phase& phase : model.phases) {
        LoweredPhase& result = lowered.phases.emplace_back();
        result.name = phase.name;
        result.repeat = phase.repeat;
        result.timing = phase.timing;
        PhaseBuilder builder{model, options, variables, phase, result, extra, stream};
        VKGAN_TRY(lower_phase(builder, phase));
    }
    for (VariableStart& start : extra) {
        if (!find_by(lowered.variables, &VariableStart::name, start.name))
            lowered.variables.push_back(std::move(start));
    }
    return lowered;
}

Result<Graph> lower_inference(const Model& model, std::string_view name, int batch, bool averaged,
                              std::string_view layer) {
    VKGAN_TRY(check_batch(batch));
    const Network* const network = find_by(model.networks, &Network::name, name);
    if (!network) {
        std::vector<std::string> known;
        for (const Network& n : model.networks) known.push_back(n.name);
        return Error{Code::not_found,
                     "network " + in_quotes(name) + " is not in the model; known are " + joined(known)};
    }
    Graph graph;
    const std::vector<Value> inputs = declare_inputs(graph, *network, batch);
    LayerValues layers;
    const Application application{.averaged = averaged && network->ema_decay > 0, .layers = &layers};
    VKGAN_ASSIGN(Value output, apply_network(graph, *network, inputs, application));
    if (!layer.empty()) {
        const auto found = layers.find(layer);
        std::vector<std::string> known;
        for (const auto& [key, value] : layers) known.push_back(key);
        if (found == layers.end())
            return Error{Code::not_found, "network " + network->name + " has no layer " + in_quotes(layer) +
                                              did_you_mean(layer, known)};
        output = found->second;
    }
    graph.mark_output("output", output);
    VKGAN_TRY(graph.status());
    return graph;
}

}  // namespace vkgan
