// Losses and values of models with latent codes: reconstruction, Gaussian codes, classes, codes of an
// autoencoding discriminator. Sums run over a sample's entries, expectations are means over the batch.
// SPDX-License-Identifier: MIT
#include "host/lower/phase.hpp"
#include "host/ops/ops.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace vkgan {

namespace {

using enum OptionKind;

constexpr std::array affine_options{OptionSpec{.name = "factor", .value = 1, .low = -1e6, .high = 1e6},
                                    OptionSpec{.name = "offset", .value = 0, .low = -1e6, .high = 1e6}};
constexpr std::array deviation_options{OptionSpec{.name = "deviation", .value = 1, .low = 0, .high = 1e3}};
constexpr std::array mask_options{OptionSpec{.name = "share", .value = 0.3, .low = 0, .high = 1},
                                  OptionSpec{.name = "fill", .value = -1, .low = -1e6, .high = 1e6}};
constexpr std::array margin_options{OptionSpec{.name = "margin", .low = 0, .high = 1e6, .required = true}};
constexpr std::array roll_options{
    OptionSpec{.name = "by", .kind = integer, .value = 1, .low = 1, .high = 65535}};

std::vector<int> sample_axes(const Shape& shape) {
    std::vector<int> axes;
    for (int axis = 1; axis < shape.rank(); ++axis) axes.push_back(axis);
    return axes;
}

// Sum over all entries of each sample, mean over samples.
Value mean_of_sums(Value x) { return op::sum_all(x) * (1.0 / double(std::max<int64_t>(1, x.shape()[0]))); }

Status equal_shapes(const StatementCall& call) {
    const Shape a = call.value(0).shape(), b = call.value(1).shape();
    if (a == b) return {};
    return call.error(Code::shape_mismatch, "compares " + a.to_string() + " with " + b.to_string());
}

// A code of 2 d entries: d means, then d logarithms of variances.
Status is_gaussian(const StatementCall& call) {
    const Shape shape = call.value(0).shape();
    if (shape.rank() == 2 && shape[1] % 2 == 0) return {};
    return call.error(Code::shape_mismatch,
                      "needs [batch, 2 d], d means and d log variances, but gets " + shape.to_string());
}

Value means_of(Value code) { return op::slice(code, 1, 0, code.shape()[1] / 2); }
Value log_variances_of(Value code) { return op::slice(code, 1, code.shape()[1] / 2, code.shape()[1] / 2); }

Result<Value> affine(StatementCall& call) {
    return call.value(0) * call.options.number("factor") + call.options.number("offset");
}

Result<Value> mean(StatementCall& call) { return op::mean_all(call.value(0)); }

// Sample i is paired with what belonged to sample i - by: pairs that do not match.
Result<Value> roll(StatementCall& call) {
    const Value x = call.value(0);
    const int64_t batch = x.shape().rank() > 0 ? x.shape()[0] : 0, by = call.options.integer("by");
    if (x.type() != DType::f32)
        return call.error(Code::invalid_argument, "rolls numbers, not labels: roll what they belong to");
    if (by >= batch)
        return call.error(Code::invalid_argument,
                          "by is " + std::to_string(by) + " in a batch of " + std::to_string(batch));
    return op::concat(std::array{op::slice(x, 0, batch - by, by), op::slice(x, 0, 0, batch - by)}, 0);
}

// [N, 1]: 1 where the samples of two batches of vectors differ at all, else 0.
Result<Value> differs(StatementCall& call) {
    VKGAN_TRY(equal_shapes(call));
    if (call.value(0).shape().rank() != 2)
        return call.error(Code::shape_mismatch,
                          "compares vectors [batch, entries], not " + call.value(0).shape().to_string());
    const Value distance = op::abs(call.value(0) - call.value(1));
    return op::detach(op::step(op::reduce_max(distance, std::array{1})));
}

// x + deviation * N(0, 1): what a denoising autoencoder is given.
Result<Value> with_noise(StatementCall& call) {
    const Value x = call.value(0);
    const bool fed = call.builder.options.feed_noise;
    const Value noise = fed ? call.graph().input(call.statement.result + ".noise", x.shape())
                            : op::random_normal(random_key(call.graph()), call.builder.stream++, x.shape());
    return x + noise * call.options.number("deviation");
}

// Each entry is `fill` instead of x with the given chance: Vincent et al. 2008, masking noise.
Result<Value> with_mask(StatementCall& call) {
    const Value x = call.value(0);
    const bool fed = call.builder.options.feed_noise;
    const Value chance = fed ? call.graph().input(call.statement.result + ".chance", x.shape())
                             : op::random_uniform(random_key(call.graph()), call.builder.stream++, x.shape());
    const double fill = call.options.number("fill");
    return op::step(chance - call.options.number("share")) * (x - fill) + fill;
}

// Kingma & Welling 2013, section 2.4: mean + exp(log variance / 2) * N(0, 1).
Result<Value> reparameterise(StatementCall& call) {
    VKGAN_TRY(is_gaussian(call));
    const Value mean = means_of(call.value(0)), spread = op::exp(log_variances_of(call.value(0)) * 0.5);
    const bool fed = call.builder.options.feed_noise;
    const Value noise =
        fed ? call.graph().input(call.statement.result + ".noise", mean.shape())
            : op::random_normal(random_key(call.graph()), call.builder.stream++, mean.shape());
    return mean + spread * noise;
}

// KL(N(mean, variance) || N(0, 1)), ibid., appendix B.
Result<Value> kl_normal(StatementCall& call) {
    VKGAN_TRY(is_gaussian(call));
    const Value mean = means_of(call.value(0)), log_variance = log_variances_of(call.value(0));
    return mean_of_sums(op::square(mean) + op::exp(log_variance) - log_variance - 1.0) * 0.5;
}

// Cross-entropy of every entry with a target in [0, 1]: softplus(x) - x t.
Result<Value> bernoulli_nll(StatementCall& call) {
    VKGAN_TRY(equal_shapes(call));
    return mean_of_sums(op::softplus(call.value(0)) - call.value(0) * call.value(1));
}

// -log N(x; mean, deviation^2) of all entries.
Result<Value> gaussian_nll(StatementCall& call) {
    VKGAN_TRY(equal_shapes(call));
    const double deviation = call.options.number("deviation");
    if (deviation <= 0) return call.error(Code::invalid_argument, "deviation is 0; it must be above 0");
    const Value distance = mean_of_sums(op::square(call.value(0) - call.value(1)));
    const Shape shape = call.value(0).shape();
    const double entries = double(shape.element_count()) / double(std::max<int64_t>(1, shape[0]));
    const double constant = entries * (0.5 * std::log(2 * std::numbers::pi) + std::log(deviation));
    return distance * (0.5 / (deviation * deviation)) + constant;
}

// Of logits [N, K] and labels [N], or the classes' shares [N, K]: log sum exp(x) - x . t.
Result<Value> cross_entropy(StatementCall& call) {
    const Value logits = call.value(0);
    Value target = call.value(1);
    const Shape shape = logits.shape();
    if (shape.rank() != 2)
        return call.error(Code::shape_mismatch, "logits are [batch, classes], not " + shape.to_string());
    if (target.type() == DType::i32) target = op::one_hot(target, shape[1]);
    if (target.shape() != shape)
        return call.error(Code::shape_mismatch, "logits are " + shape.to_string() + " but the classes " +
                                                    target.shape().to_string());
    // The largest logit is subtracted first, so that a class that is all but sure overflows nothing.
    const Value largest = op::detach(op::reduce_max(logits, std::array{1}));
    const Value shifted = logits - largest;
    const Value log_sum = op::log(op::reduce_sum(op::exp(shifted), std::array{1}));
    return op::mean_all(log_sum) - mean_of_sums(shifted * target);
}

// Mean squared error of each sample, [N, 1, ..]: the energy of an autoencoding discriminator.
Result<Value> energy(StatementCall& call) {
    VKGAN_TRY(equal_shapes(call));
    const Value squares = op::square(call.value(0) - call.value(1));
    return op::reduce_mean(squares, sample_axes(squares.shape()));
}

// Zhao et al. 2016, (1): mean(real energy) + mean(relu(margin - fake energy)); the margin is live. With a
// third argument, rank 0, the margin is so many times that.
Result<Value> energy_margin(StatementCall& call) {
    Value margin = call.weight("margin", call.options.number("margin"));
    if (call.arguments.size() == 3) {
        if (call.value(2).shape().rank() != 0)
            return call.error(Code::shape_mismatch, "the margin's unit must be one number, not " +
                                                        call.value(2).shape().to_string());
        margin = margin * call.value(2);
    }
    return op::mean_all(call.value(0)) + op::mean_all(op::relu(margin - call.value(1)));
}

// Ibid., (4): mean over pairs i != j of the squared cosine between codes.
Result<Value> pull_away(StatementCall& call) {
    const Value x = call.value(0);
    const Shape shape = x.shape();
    if (shape.rank() < 2 || shape[0] < 2)
        return call.error(Code::shape_mismatch,
                          "needs codes of at least two samples, not " + shape.to_string());
    const int64_t n = shape[0];
    const Value codes = op::reshape(x, Shape{n, shape.element_count() / n});
    const Value length = op::sqrt(op::reduce_sum(op::square(codes), std::array{1}) + 1e-12);
    const Value unit = codes / length;
    const Value cosines = op::matmul(unit, unit, false, true);
    // Every code has cosine 1 with itself.
    const double pairs = double(n) * double(n - 1);
    return (op::sum_all(op::square(cosines)) - double(n)) * (1 / pairs);
}

constexpr std::array rows{
    StatementFunction{"affine", 1, 1, affine_options, affine},
    StatementFunction{"mean", 1, 1, {}, mean},
    StatementFunction{"roll", 1, 1, roll_options, roll},
    StatementFunction{"differs", 2, 2, {}, differs},
    StatementFunction{"with_noise", 1, 1, deviation_options, with_noise},
    StatementFunction{"with_mask", 1, 1, mask_options, with_mask},
    StatementFunction{"reparameterise", 1, 1, {}, reparameterise},
    StatementFunction{"kl_normal", 1, 1, {}, kl_normal},
    StatementFunction{"bernoulli_nll", 2, 2, {}, bernoulli_nll},
    StatementFunction{"gaussian_nll", 2, 2, deviation_options, gaussian_nll},
    StatementFunction{"cross_entropy", 2, 2, {}, cross_entropy},
    StatementFunction{"energy", 2, 2, {}, energy},
    StatementFunction{"energy_margin", 2, 3, margin_options, energy_margin},
    StatementFunction{"pull_away", 1, 1, {}, pull_away},
};

}  // namespace

std::span<const StatementFunction> latent_functions() { return rows; }

}  // namespace vkgan
