// The variables of a loss scale, and how an update moves them.
// SPDX-License-Identifier: MIT
#include "host/lower/loss_scale.hpp"

#include "host/ops/ops.hpp"

namespace vkgan {

namespace {

// A number beside the network's moments: in checkpoints and snapshots, as they are.
int32_t number(StatementCall& call, const std::string& kind, double start) {
    Graph& graph = call.graph();
    Variable variable{kind + "/" + call.network().name, call.network().name + ".loss_scale", {}, DType::f32};
    if (graph.find_variable(variable.name) < 0) {
        VariableStart first{variable.name, {}, 1, 1, false, start, {}};
        call.builder.extra.push_back(std::move(first));
    }
    return graph.declare_variable(std::move(variable));
}

}  // namespace

LossScale read_loss_scale(StatementCall& call) {
    LossScale state;
    state.scale = call.graph().read(number(call, "loss_scale", first_loss_scale));
    state.inverse = op::reciprocal(state.scale);
    return state;
}

void judge_gradients(StatementCall& call, LossScale& state, Value norm) {
    Graph& graph = call.graph();
    const auto constant = [&](double value) { return op::constant(graph, value); };
    constexpr double largest_float = 3e38;
    state.good = op::greater(constant(largest_float), op::abs(norm));
    state.unscale = op::select(state.good, state.inverse, constant(0));
    const Value able = op::maximum(state.good, op::greater(state.scale, constant(least_loss_scale)));
    Value& finite = call.builder.finite;
    finite = finite.valid() ? finite * able : able;

    const int32_t steps = number(call, "good_steps", 0), skipped = number(call, "skipped_steps", 0);
    const Value count = graph.read(steps) + 1.0, skips = graph.read(skipped) + (-state.good + 1.0);
    const Value enough = op::greater(count, constant(steps_to_double - 0.5));
    const Value larger =
        op::clamp_max(op::select(enough, state.scale * 2.0, state.scale), largest_loss_scale);
    const Value smaller = op::clamp_min(state.scale * 0.5, least_loss_scale);
    op::assign(graph, number(call, "loss_scale", first_loss_scale), op::select(state.good, larger, smaller));
    op::assign(graph, steps, op::select(state.good, op::select(enough, constant(0), count), constant(0)));
    op::assign(graph, skipped, skips);
    graph.mark_output("loss_scale/" + call.network().name, state.scale);
    graph.mark_output("skipped_steps/" + call.network().name, skips);
}

// d_t = 1 - beta^t by d_t = beta d_(t-1) + (1 - beta): sums of positive numbers, so that a float keeps its
// digits, which 1 - beta^t would lose.
Value bias_correction(StatementCall& call, const LossScale& state, const char* kind, double beta) {
    const int32_t variable = number(call, kind, 0);
    const Value before = call.graph().read(variable), after = before * beta + (1 - beta);
    op::assign(call.graph(), variable, op::select(state.good, after, before));
    return op::reciprocal(after);
}

}  // namespace vkgan
