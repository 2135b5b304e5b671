// The update statement: gradients of a loss by a network's parameters, one optimiser step, averages.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"
#include "host/lower/loss_scale.hpp"
#include "host/lower/phase.hpp"
#include "host/ops/ops.hpp"

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

constexpr std::array update_options{network_option};

// The variables of a network that are parameters, or those that are not.
std::vector<const NetworkVariable*> select(const StatementCall& call, bool parameters) {
    std::vector<const NetworkVariable*> chosen;
    for (const NetworkVariable& v : call.builder.variables.at(call.network().name)) {
        if (v.start.parameter == parameters) chosen.push_back(&v);
    }
    return chosen;
}

std::vector<int32_t> indices(const StatementCall& call, std::span<const NetworkVariable* const> variables) {
    std::vector<int32_t> list;
    for (const NetworkVariable* v : variables) list.push_back(call.graph().find_variable(v->variable.name));
    return list;
}

// One more variable beside each: "adam_m/G.main.0.weight" in group "G.adam_m".
std::vector<int32_t> beside(const StatementCall& call, std::span<const NetworkVariable* const> variables,
                            const std::string& prefix, const std::string& group) {
    std::vector<int32_t> list;
    for (const NetworkVariable* v : variables) {
        VariableStart start{prefix + "/" + v->variable.name, {}, 1, 1, false, 0, {}};
        if (prefix == "ema") start.copy_of = v->variable.name;
        Variable variable{start.name, call.network().name + "." + group, v->variable.shape, DType::f32};
        if (call.graph().find_variable(start.name) < 0) call.builder.extra.push_back(std::move(start));
        list.push_back(call.graph().declare_variable(std::move(variable)));
    }
    return list;
}

Status check_loss(const StatementCall& call, const Term& loss) {
    const std::string name = call.network().name;
    const std::string argument = call.statement.arguments[0];
    if (loss.value.shape().rank() != 0) {
        return call.error(Code::shape_mismatch,
                          argument + " is no loss: its shape is " + loss.value.shape().to_string());
    }
    if (loss.detached.contains(name)) {
        return call.error(Code::unsupported, argument + " reads a detached value of " + name +
                                                 " itself; only values of other networks can be detached");
    }
    if (!loss.networks.contains(name)) {
        return call.error(Code::invalid_argument, argument + " does not depend on the parameters of " + name);
    }
    // Gradients are taken here and now, so every parameter they need must still be what it was for the loss.
    for (const auto& [network, epoch] : loss.networks) {
        const auto now = call.builder.updates.find(network);
        if (now == call.builder.updates.end() || now->second == epoch) continue;
        return call.error(Code::invalid_argument, argument + " was computed before the last update of " +
                                                      network + "; apply the network again after it");
    }
    return {};
}

// `scaling`: of mixed precision, whose gradients are scaled; else null.
void step(StatementCall& call, const Optimiser& optimiser, std::span<const NetworkVariable* const> parameters,
          std::vector<Value> gradients, const LossScale* scaling, Value gate) {
    const std::string& name = optimiser.network;
    const auto scalar = [&](const char* kind, double value) {
        return call.builder.scalar({name + "." + kind, kind, name, value});
    };
    const std::vector<int32_t> own = indices(call, parameters);
    Graph& graph = call.graph();
    const bool adamw = optimiser.kind == "adamw";
    if (optimiser.weight_decay > 0 && !adamw) {
        for (size_t i = 0; i < own.size(); ++i) {
            const Value decay = graph.read(own[i]) * optimiser.weight_decay;
            gradients[i] = gradients[i] + (scaling ? decay * scaling->scale : decay);
        }
    }
    Value unscale = scaling ? scaling->unscale : gate;
    if (scaling && gate.valid()) unscale = unscale * gate;
    const Value rate = scalar("learning_rate", optimiser.learning_rate);
    if (optimiser.kind == "sgd") {
        const std::vector<int32_t> velocity = beside(call, parameters, "velocity", "velocity");
        op::sgd(graph, {own, velocity, {}}, gradients, rate, scalar("momentum", optimiser.momentum), unscale);
    } else if (optimiser.kind == "rmsprop") {
        const std::vector<int32_t> square = beside(call, parameters, "square", "square");
        op::rmsprop(graph, {own, {}, square}, gradients, rate, optimiser.beta2, optimiser.epsilon, unscale);
    } else {
        const std::vector<int32_t> first = beside(call, parameters, "adam_m", "adam_m");
        const std::vector<int32_t> second = beside(call, parameters, "adam_v", "adam_v");
        const op::AdamOptions options{.beta1 = optimiser.beta1,
                                      .beta2 = optimiser.beta2,
                                      .eps = optimiser.epsilon,
                                      .decay = adamw ? optimiser.weight_decay : 0};
        // The host counts steps and knows of no skipped ones.
        const Value c1 =
            scaling ? bias_correction(call, *scaling, "adam_d1", optimiser.beta1) : scalar("adam_c1", 0);
        const Value c2 =
            scaling ? bias_correction(call, *scaling, "adam_d2", optimiser.beta2) : scalar("adam_c2", 0);
        op::adam(graph, {own, first, second}, gradients, rate, c1, c2, options, unscale);
    }
    if (optimiser.clip <= 0) return;
    for (const int32_t v : own) {
        const Value weight = graph.read(v), clipped = op::clamp(weight, -optimiser.clip, optimiser.clip);
        const Value kept = scaling ? op::select(scaling->good, clipped, weight) : clipped;
        op::assign(graph, v, gate.valid() ? op::select(gate, kept, weight) : kept);
    }
}

// Running statistics are averaged as parameters are: then they lag behind by as much as the weights they
// belong to.
void average(StatementCall& call, std::span<const NetworkVariable* const> parameters,
             const LossScale* scaling, Value gate) {
    const Network& network = call.network();
    if (network.ema_decay <= 0) return;
    Value decay =
        call.builder.scalar({network.name + ".ema_decay", "ema_decay", network.name, network.ema_decay});
    if (scaling) decay = op::select(scaling->good, decay, op::constant(call.graph(), 1));
    if (gate.valid()) decay = op::select(gate, decay, op::constant(call.graph(), 1));
    op::ema(call.graph(), beside(call, parameters, "ema", "ema"), indices(call, parameters), decay);
    const auto buffers = select(call, false);
    if (buffers.empty()) return;
    op::ema(call.graph(), beside(call, buffers, "ema", "ema_buffers"), indices(call, buffers), decay);
}

// In mixed precision: times the scale of the network's loss.
Result<std::vector<Value>> gradients_of(StatementCall& call) {
    const Term& loss = call.arguments[0];
    const std::string& name = call.network().name;
    VKGAN_TRY(check_loss(call, loss));
    if (!call.builder.find_optimiser(name))
        return call.error(Code::not_found, "network " + name + " has no optimiser");
    const auto parameters = select(call, true);
    if (parameters.empty())
        return call.error(Code::invalid_argument, "network " + name + " has no parameters");
    std::vector<Value> reads;
    for (const int32_t index : indices(call, parameters)) reads.push_back(call.graph().read(index));
    const bool scaled = call.builder.options.precision == Precision::mixed;
    return differentiate(scaled ? loss.value * read_loss_scale(call).scale : loss.value, reads);
}

// Updates of several networks that follow one another are one: all gradients are taken before any network is
// stepped. Those behind the first wait in `gradients`.
Status take_gradients(StatementCall& call) {
    PhaseBuilder& builder = call.builder;
    VKGAN_ASSIGN(builder.gradients[&call.statement], gradients_of(call));
    std::set<std::string, std::less<>> networks{call.network().name};
    auto next = std::ranges::find_if(builder.source.statements,
                                     [&](const Statement& s) { return &s == &call.statement; });
    for (++next; next != builder.source.statements.end() && next->function == "update"; ++next) {
        const auto network = next->options.find("network");
        const auto* const name =
            network == next->options.end() ? nullptr : std::get_if<std::string>(&network->second);
        if (!name || !builder.find_network(*name) || !networks.insert(*name).second) break;
        StatementCall other{builder, *next, {next->options, update_options}, {}};
        VKGAN_ASSIGN(other.arguments, builder.arguments_of(*next));
        if (other.arguments.empty() || other.arguments.size() > 2) break;
        VKGAN_ASSIGN(builder.gradients[&*next], gradients_of(other));
    }
    return {};
}

Result<Term> update(StatementCall& call) {
    const Term& loss = call.arguments[0];
    const Network& network = call.network();
    if (!call.builder.gradients.contains(&call.statement)) VKGAN_TRY(take_gradients(call));
    const std::vector<Value> gradients = call.builder.gradients.at(&call.statement);
    const Optimiser* const optimiser = call.builder.find_optimiser(network.name);
    const auto parameters = select(call, true);
    const bool scaled = call.builder.options.precision == Precision::mixed;
    LossScale state = scaled ? read_loss_scale(call) : LossScale{};
    const LossScale* const scaling = scaled ? &state : nullptr;
    const Value norm = op::sqrt(op::sum_squares(gradients));
    call.graph().mark_output("grad_norm/" + network.name, scaled ? norm * state.inverse : norm);
    call.builder.must_be_finite(loss.value);
    if (scaled)
        judge_gradients(call, state, norm);
    else
        call.builder.must_be_finite(norm);
    if (call.builder.options.gradients) {
        for (size_t i = 0; i < gradients.size(); ++i) {
            const Value gradient = scaled ? gradients[i] * state.inverse : gradients[i];
            call.graph().mark_output("grad/" + parameters[i]->variable.name, gradient);
        }
    }
    Value gate;  // 1 or 0
    if (call.arguments.size() == 2) {
        if (call.value(1).shape().rank() != 0)
            return call.error(Code::shape_mismatch, call.statement.arguments[1] +
                                                        " decides whether to step, but its shape is " +
                                                        call.value(1).shape().to_string());
        gate = op::step(op::detach(call.value(1)));
    }
    step(call, *optimiser, parameters, gradients, scaling, gate);
    ++call.builder.updates[network.name];
    average(call, parameters, scaling, gate);
    return Term{};
}

constexpr std::array rows{StatementFunction{"update", 1, 2, update_options, nullptr, update}};

}  // namespace

std::span<const StatementFunction> update_functions() { return rows; }

}  // namespace vkgan
