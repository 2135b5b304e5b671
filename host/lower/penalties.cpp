// Gradient penalties: losses on the gradient of a discriminator by its input, so that their own gradient is a
// second one.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"
#include "host/lower/phase.hpp"
#include "host/ops/ops.hpp"

#include <array>

namespace vkgan {

namespace {

constexpr std::array penalty_options{network_option,
                                     OptionSpec{.name = "weight", .value = 10, .low = 0, .high = 1e6},
                                     OptionSpec{.name = "target", .value = 1, .low = 0, .high = 1e6}};
constexpr std::array r1_options{network_option,
                                OptionSpec{.name = "gamma", .value = 10, .low = 0, .high = 1e6}};

// [batch, 1, 1, ..]: the squared length of each sample's gradient of the network's summed output by `x`.
// What the network reads besides are the statement's arguments from `first_other` on.
Result<Term> squared_gradient(StatementCall& call, const Term& x, size_t first_other) {
    const Network& network = call.network();
    std::vector<Term> inputs{x};
    for (size_t i = first_other; i < call.arguments.size(); ++i) inputs.push_back(call.arguments[i]);
    if (network.inputs.size() != inputs.size()) {
        return call.error(Code::invalid_argument, "network " + network.name + " has " +
                                                      std::to_string(network.inputs.size()) +
                                                      " inputs but gets " + std::to_string(inputs.size()));
    }
    VKGAN_ASSIGN(Term scores, call.builder.apply(network, inputs, true));
    // No loss scale lifts this gradient: float16 would lose the small ones. Its own gradient is scaled as all
    // are.
    Graph& graph = call.graph();
    const size_t first = graph.nodes().size();
    const Value gradient = differentiate(op::sum_all(scores.value), std::span(&x.value, 1)).front();
    for (size_t i = first; i < graph.nodes().size(); ++i) graph.keep_float32(graph.value(int32_t(i)));
    std::vector<int> axes;
    for (int axis = 1; axis < gradient.shape().rank(); ++axis) axes.push_back(axis);
    scores.value = op::reduce_sum(op::square(gradient), axes);
    return scores;
}

// Gulrajani et al. 2017: weight * mean((|gradient at a point between real and fake| - target)^2).
Result<Term> gradient_penalty(StatementCall& call) {
    const Value real = call.value(0), fake = call.value(1);
    if (real.shape() != fake.shape() || real.shape().rank() == 0) {
        return call.error(Code::shape_mismatch,
                          "real is " + real.shape().to_string() + " but fake is " + fake.shape().to_string());
    }
    Shape each = real.shape();
    for (int axis = 1; axis < each.rank(); ++axis) each[axis] = 1;
    const bool fed = call.builder.options.feed_noise;
    const Value share = fed ? call.graph().input(call.statement.result + ".share", each)
                            : op::random_uniform(random_key(call.graph()), call.builder.stream++, each);
    const Term between = merged(std::span(call.arguments).first(2), fake + share * (real - fake));
    VKGAN_ASSIGN(Term squared, squared_gradient(call, between, 2));
    // The root's slope is infinite at 0; 1e-16 under it changes no gradient that a float can see.
    const Value excess = op::sqrt(squared.value + 1e-16) - call.options.number("target");
    squared.value = op::mean_all(op::square(excess)) * call.weight("weight", call.options.number("weight"));
    return squared;
}

// Mescheder et al. 2018: gamma / 2 * mean(|gradient at real images|^2).
Result<Term> r1(StatementCall& call) {
    VKGAN_ASSIGN(Term squared, squared_gradient(call, call.arguments[0], 1));
    squared.value = op::mean_all(squared.value) * 0.5 * call.weight("gamma", call.options.number("gamma"));
    return squared;
}

constexpr std::array rows{
    StatementFunction{"gradient_penalty", 2, 16, penalty_options, nullptr, gradient_penalty},
    StatementFunction{"r1", 1, 16, r1_options, nullptr, r1},
};

}  // namespace

std::span<const StatementFunction> penalty_functions() { return rows; }

}  // namespace vkgan
