// Normalising layers as compositions of ops. Statistics and per-channel factors are small tensors, so that
// the large one sees few passes, forward and backward.
// SPDX-License-Identifier: MIT
#include "host/lower/network.hpp"
#include "host/ops/ops.hpp"

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

using enum OptionKind;

constexpr OptionSpec eps_option{.name = "eps", .value = 1e-5, .low = 1e-30, .high = 1};
constexpr OptionSpec affine_option{.name = "affine", .kind = integer, .value = 1, .low = 0, .high = 1};

constexpr std::array batch_options{eps_option, affine_option,
                                   OptionSpec{.name = "momentum", .value = 0.1, .low = 0, .high = 1}};
constexpr std::array conditional_options{eps_option, batch_options[2]};
constexpr std::array instance_options{
    eps_option, OptionSpec{.name = "affine", .kind = integer, .value = 0, .low = 0, .high = 1}};
constexpr std::array layer_options{eps_option, affine_option};
constexpr std::array group_options{
    eps_option, affine_option,
    OptionSpec{.name = "groups", .kind = integer, .low = 1, .high = 1 << 20, .required = true}};
constexpr std::array stddev_options{
    OptionSpec{.name = "group", .kind = integer, .value = 4, .low = 2, .high = 65536}};
constexpr std::array pixel_options{OptionSpec{.name = "eps", .value = 1e-8, .low = 1e-30, .high = 1}};

// [C] as [1, C] or [1, C, 1, 1], to go with x.
Shape channel_shape(const Shape& x) {
    Shape shape = x;
    for (int axis = 0; axis < x.rank(); ++axis) shape[axis] = axis == 1 ? x[1] : 1;
    return shape;
}

bool needs_channels(LayerCall& call) {
    const int rank = call.x().shape().rank();
    if (rank == 2 || rank == 4) return true;
    call.fail("needs [batch, features] or [batch, channels, height, width] but gets " +
              call.x().shape().to_string());
    return false;
}

struct Affine {
    Value gamma, beta;  // invalid without the option
};

// Reads weight and bias of `shape`, reshaped to `as`.
Affine affine(LayerCall& call, const Shape& shape, const Shape& as) {
    if (!call.options.flag("affine")) return {};
    const Value gamma = call.parameter("weight", shape, {.otherwise = {"constant", 1, 0}});
    const Value beta = call.parameter("bias", shape, {.otherwise = {"constant", 0, 0}});
    return {op::reshape(gamma, as), op::reshape(beta, as)};
}

struct Moments {
    Value centred, mean, variance;  // x - mean; the biased variance
};

// In one pass, around an element of x itself: sums of x and x^2 would cancel where the mean is large
// (Chan, Golub & LeVeque 1983, shifted data). Mathematically nothing depends on the element, so no gradient
// flows to it.
Moments shifted_moments(Value x, std::span<const int> axes) {
    Value origin = x;
    for (const int axis : axes) origin = op::slice(origin, axis, 0, 1);
    origin = op::detach(origin);
    const Value shifted = x - origin;
    const Value offset = op::reduce_mean(shifted, axes);
    const Value variance = op::reduce_mean(op::square(shifted), axes) - op::square(offset);
    const Value mean = origin + offset;
    // Rounding may leave less than nothing of it; that is no reason to stop gradients.
    return {x - mean, mean, variance + op::detach(op::relu(op::neg(variance)))};
}

// In two passes: for axes that channels are among.
Moments moments(Value x, std::span<const int> axes) {
    const Value mean = op::reduce_mean(x, axes);
    const Value centred = x - mean;
    return {centred, mean, op::reduce_mean(op::square(centred), axes)};
}

// centred * (rsqrt(variance + eps) * gamma) + beta, where the bracket is as small as gamma and the variance
// are.
Value normalise(const LayerCall& call, Value centred, Value variance, const Affine& with) {
    const Value deviation = op::rsqrt(variance + call.options.number("eps"));
    if (!with.gamma.valid()) return centred * deviation;
    return centred * (deviation * with.gamma) + with.beta;
}

// running += momentum (statistic - running), for each batch in turn; `statistic` has a batch in each row.
void move_running(LayerCall& call, int32_t running, Value statistic) {
    const double momentum = call.options.number("momentum");
    const int64_t groups = statistic.shape()[0];
    Value moved = call.graph.read(running);
    for (int64_t i = 0; i < groups; ++i) {
        const Value own = op::reshape(op::slice(statistic, 0, i, 1), moved.shape());
        moved = moved * (1 - momentum) + own * momentum;
    }
    op::assign(call.graph, running, moved);
}

// Of [groups, channels, rows, width] or [groups, samples, features]: a batch in each row.
Shape grouped_channels(const Shape& x) { return x.rank() == 4 ? Shape{1, x[1], 1, 1} : Shape{1, 1, x[1]}; }

// Ioffe & Szegedy 2015; the running variance is the unbiased one, as in PyTorch.
Value normalise_batch(LayerCall& call, const Affine& with) {
    const Shape shape = call.x().shape();
    const bool image = shape.rank() == 4;
    const int64_t groups = call.application.groups;
    const Shape channels{shape[1]}, one = grouped_channels(shape);
    const int32_t running_mean = call.buffer("running_mean", channels, 0);
    const int32_t running_var = call.buffer("running_var", channels, 1);
    if (!call.graph.status()) return {&call.graph, -1};
    const Value x =
        image ? op::regroup(call.x(), groups) : op::reshape(call.x(), {groups, shape[0] / groups, shape[1]});
    const auto as_before = [&](Value y) { return image ? op::regroup(y, shape[0]) : op::reshape(y, shape); };
    if (!call.training()) {
        const Value centred = x - op::reshape(call.graph.read(running_mean), one);
        return as_before(normalise(call, centred, op::reshape(call.graph.read(running_var), one), with));
    }
    const double count = double(shape.element_count() / shape[1] / groups);
    if (count < 2)
        return call.fail("needs more than one value a channel to train with but gets " + shape.to_string());
    constexpr std::array image_axes{2, 3};
    constexpr std::array row_axes{1};
    const Moments batch =
        shifted_moments(x, image ? std::span<const int>(image_axes) : std::span<const int>(row_axes));
    move_running(call, running_mean, batch.mean);
    move_running(call, running_var, batch.variance * (count / (count - 1)));
    for (int64_t i = 0; i < groups; ++i) call.moved_statistics();
    return as_before(normalise(call, batch.centred, batch.variance, with));
}

Value build_batch_norm(LayerCall& call) {
    if (!needs_channels(call)) return {&call.graph, -1};
    const Shape x = call.x().shape();
    return normalise_batch(call, affine(call, Shape{x[1]}, grouped_channels(x)));
}

// de Vries et al. 2017; Dumoulin et al. 2017: batch norm whose gain and shift are moved by a condition, one
// class (1 of its entry, or shares of several) or attributes. At first it moves nothing.
Value build_conditional_batch_norm(LayerCall& call) {
    if (!needs_channels(call)) return {&call.graph, -1};
    if (call.inputs.size() != 2)
        return call.fail("reads features and a condition: \"from\" must name two, not " +
                         std::to_string(call.inputs.size()));
    const Shape x = call.x().shape(), condition = call.inputs[1].shape();
    if (condition.rank() != 2 || condition[0] != x[0] || call.inputs[1].type() != DType::f32)
        return call.fail("needs a condition [batch, entries] of numbers beside " + x.to_string() +
                         " but gets " + condition.to_string());
    const auto moved = [&](const std::string& kind, double start) {
        const Value own = call.parameter(kind, Shape{x[1]}, {.otherwise = {"constant", start, 0}});
        const Value by =
            call.parameter(kind + "_y", Shape{x[1], condition[1]},
                           {.fan_in = condition[1], .fan_out = x[1], .otherwise = {"constant", 0, 0}});
        return op::reshape(op::matmul(call.inputs[1], by, false, true) + own,
                           x.rank() == 4 ? Shape{x[0], x[1], 1, 1} : x);
    };
    const Value gain = moved("weight", 1), shift = moved("bias", 0);
    if (!call.graph.status()) return {&call.graph, -1};
    return normalise_batch(call, {}) * gain + shift;
}

Value build_instance_norm(LayerCall& call) {
    if (!call.needs_rank(4)) return {&call.graph, -1};
    const Shape shape = call.x().shape();
    const Affine with = affine(call, Shape{shape[1]}, channel_shape(shape));
    constexpr std::array axes{2, 3};
    const Moments instance = shifted_moments(call.x(), axes);
    return normalise(call, instance.centred, instance.variance, with);
}

// Over everything but the batch; weight and bias have a whole sample's shape, as in PyTorch.
Value build_layer_norm(LayerCall& call) {
    if (!needs_channels(call)) return {&call.graph, -1};
    Shape one = call.x().shape();
    one[0] = 1;
    const Affine with = affine(call, Shape(std::span(one.begin() + 1, one.end())), one);
    constexpr std::array axes{1, 2, 3};
    const Moments sample = moments(call.x(), std::span(axes).first(size_t(one.rank() - 1)));
    return normalise(call, sample.centred, sample.variance, with);
}

// Wu & He 2018.
Value build_group_norm(LayerCall& call) {
    if (!call.needs_rank(4)) return {&call.graph, -1};
    const Shape shape = call.x().shape();
    const int64_t groups = call.options.integer("groups");
    if (shape[1] % groups != 0) {
        return call.fail(std::to_string(groups) + " groups do not divide " + std::to_string(shape[1]) +
                         " channels");
    }
    const Affine with = affine(call, Shape{shape[1]}, channel_shape(shape));
    const Value grouped =
        op::reshape(call.x(), Shape{shape[0], groups, shape[1] / groups * shape[2], shape[3]});
    constexpr std::array axes{2, 3};
    const Moments group = moments(grouped, axes);
    const Value y = op::reshape(normalise(call, group.centred, group.variance, {}), shape);
    return with.gamma.valid() ? y * with.gamma + with.beta : y;
}

// Karras et al. 2018: every pixel's channels to unit mean square.
Value build_pixel_norm(LayerCall& call) {
    if (!needs_channels(call)) return {&call.graph, -1};
    constexpr std::array axes{1};
    const Value power = op::reduce_mean(op::square(call.x()), axes);
    return call.x() * op::rsqrt(power + call.options.number("eps"));
}

// Karras et al. 2018, section 3: beside the channels, a plane with how much the samples of a group differ:
// the deviation over the group of every entry, averaged over the entries.
Value build_minibatch_stddev(LayerCall& call) {
    if (!call.needs_rank(4)) return {&call.graph, -1};
    const Shape shape = call.x().shape();
    // As many samples as divide the batch, where the groups asked for do not: one image has no deviation.
    const int64_t batch = shape[0] / call.application.groups;
    int64_t group = std::min<int64_t>(call.options.integer("group"), batch);
    while (batch % group != 0) --group;
    constexpr std::array members{1};
    constexpr std::array entries{2};
    const Value grouped =
        op::reshape(call.x(), Shape{shape[0] / group, group, shape.element_count() / shape[0]});
    const Moments within = moments(grouped, members);
    const Value spread = op::reduce_mean(op::sqrt(within.variance + 1e-8), entries);
    const Value planes = op::broadcast(spread, Shape{shape[0] / group, group, shape[2] * shape[3]});
    return op::concat(std::array{call.x(), op::reshape(planes, Shape{shape[0], 1, shape[2], shape[3]})}, 1);
}

constexpr std::array rows{
    LayerType{"minibatch_stddev", stddev_options, build_minibatch_stddev},
    LayerType{"batch_norm", batch_options, build_batch_norm},
    LayerType{"conditional_batch_norm", conditional_options, build_conditional_batch_norm, 2},
    LayerType{"instance_norm", instance_options, build_instance_norm},
    LayerType{"layer_norm", layer_options, build_layer_norm},
    LayerType{"group_norm", group_options, build_group_norm},
    LayerType{"pixel_norm", pixel_options, build_pixel_norm},
};

}  // namespace

std::span<const LayerType> norm_layers() { return rows; }

}  // namespace vkgan
