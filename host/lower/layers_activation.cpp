// Layers without weights that keep the shape: activations, maxout, scale, dropout, noise.
// SPDX-License-Identifier: MIT
#include "host/lower/network.hpp"
#include "host/ops/ops.hpp"

#include <array>

namespace vkgan {

namespace {

using enum OptionKind;

constexpr std::array slope_options{OptionSpec{.name = "slope", .value = 0.01, .low = 0, .high = 1}};
constexpr std::array elu_options{OptionSpec{.name = "alpha", .value = 1, .low = 0, .high = 1000}};
constexpr std::array pieces_options{
    OptionSpec{.name = "pieces", .kind = integer, .low = 1, .high = 1024, .required = true}};
constexpr std::array scale_options{OptionSpec{.name = "factor", .value = 1, .low = -1e6, .high = 1e6},
                                   OptionSpec{.name = "offset", .value = 0, .low = -1e6, .high = 1e6}};
constexpr std::array dropout_options{OptionSpec{.name = "p", .value = 0.5, .low = 0, .high = 0.999}};
constexpr std::array noise_options{OptionSpec{.name = "deviation", .value = 0.1, .low = 0, .high = 1000}};

Value build_leaky_relu(LayerCall& call) { return op::leaky_relu(call.x(), call.options.number("slope")); }

Value build_elu(LayerCall& call) { return op::elu(call.x(), call.options.number("alpha")); }

Value build_scale(LayerCall& call) {
    return op::offset(op::scale(call.x(), call.options.number("factor")), call.options.number("offset"));
}

// Goodfellow et al. 2013: feature i is the largest of features i * pieces .. (i + 1) * pieces - 1.
Value build_maxout(LayerCall& call) {
    if (!call.needs_rank(2)) return {&call.graph, -1};
    const Shape shape = call.x().shape();
    const int64_t pieces = call.options.integer("pieces");
    if (shape[1] % pieces != 0) {
        return call.fail(std::to_string(pieces) + " pieces do not divide " + std::to_string(shape[1]) +
                         " features");
    }
    constexpr std::array axes{2};
    const Value split = op::reshape(call.x(), Shape{shape[0], shape[1] / pieces, pieces});
    return op::reshape(op::reduce_max(split, axes), Shape{shape[0], shape[1] / pieces});
}

// Inverse scaling: what is kept grows by 1 / (1 - p), so that inference needs no layer at all.
Value build_dropout(LayerCall& call) {
    const double p = call.options.number("p");
    if (!call.training() || p == 0) return call.x();
    const Value kept = op::step(call.random_uniform(call.x().shape()) - p);
    return call.x() * op::scale(kept, 1 / (1 - p));
}

Value build_gaussian_noise(LayerCall& call) {
    const double deviation = call.options.number("deviation");
    if (!call.training() || deviation == 0) return call.x();
    return call.x() + op::scale(call.random_normal(call.x().shape()), deviation);
}

template <Value (*function)(Value)>
Value build_pointwise(LayerCall& call) {
    return function(call.x());
}

constexpr std::array rows{
    LayerType{"relu", {}, build_pointwise<op::relu>},
    LayerType{"leaky_relu", slope_options, build_leaky_relu},
    LayerType{"tanh", {}, build_pointwise<op::tanh>},
    LayerType{"sigmoid", {}, build_pointwise<op::sigmoid>},
    LayerType{"softplus", {}, build_pointwise<op::softplus>},
    LayerType{"elu", elu_options, build_elu},
    LayerType{"gelu", {}, build_pointwise<op::gelu>},
    LayerType{"maxout", pieces_options, build_maxout},
    LayerType{"scale", scale_options, build_scale},
    LayerType{"dropout", dropout_options, build_dropout},
    LayerType{"gaussian_noise", noise_options, build_gaussian_noise},
};

}  // namespace

std::span<const LayerType> activation_layers() { return rows; }

}  // namespace vkgan
