// Loss functions of step programs; D(x) is always a logit, and expectations are means over the batch.
// SPDX-License-Identifier: MIT
#include "host/lower/phase.hpp"
#include "host/ops/ops.hpp"

#include <array>

namespace vkgan {

namespace {

using enum OptionKind;

constexpr OptionSpec kind_option{
    .name = "kind", .kind = word, .words = "non_saturating minimax least_squares hinge wasserstein"};
constexpr std::array discriminator_options{kind_option,
                                           OptionSpec{.name = "smooth", .value = 1, .low = 0, .high = 1}};
constexpr std::array generator_options{kind_option};
constexpr std::array target_options{OptionSpec{.name = "target", .low = 0, .high = 1, .required = true}};
constexpr std::array sum_options{OptionSpec{.name = "weights", .kind = list, .low = -1e6, .high = 1e6},
                                 OptionSpec{.name = "ramps", .kind = list, .low = 0, .high = 1e9}};

// Binary cross-entropy of logits: target softplus(-x) + (1 - target) softplus(x), which needs no logarithm of
// a sigmoid.
Value cross_entropy(Value logits, double target) {
    if (target == 1) return op::mean_all(op::softplus(-logits));
    if (target == 0) return op::mean_all(op::softplus(logits));
    return op::mean_all(op::softplus(-logits) * target + op::softplus(logits) * (1 - target));
}

// `smooth`: the target of real images (Salimans et al. 2016, one-sided).
Result<Value> gan_discriminator(StatementCall& call) {
    const Value real = call.value(0), fake = call.value(1);
    const std::string_view kind = call.options.word("kind");
    const double smooth = call.options.number("smooth");
    if (kind == "minimax" || kind == "non_saturating")
        return cross_entropy(real, smooth) + cross_entropy(fake, 0);
    if (kind == "least_squares") {
        return op::mean_all(op::square(real - smooth)) * 0.5 + op::mean_all(op::square(fake)) * 0.5;
    }
    if (smooth != 1) {
        return call.error(Code::invalid_argument,
                          "option smooth has no meaning for kind " + std::string(kind));
    }
    if (kind == "hinge") return op::mean_all(op::relu(-real + 1.0)) + op::mean_all(op::relu(fake + 1.0));
    return op::mean_all(fake) - op::mean_all(real);
}

// gan_discriminator's two halves. Weights, one a sample, go with fake logits: the mean is over all samples.
Result<Value> real_loss(StatementCall& call) {
    const Value real = call.value(0);
    const std::string_view kind = call.options.word("kind");
    const double smooth = call.options.number("smooth");
    if (kind == "minimax" || kind == "non_saturating") return cross_entropy(real, smooth);
    if (kind == "least_squares") return op::mean_all(op::square(real - smooth)) * 0.5;
    if (smooth != 1) {
        return call.error(Code::invalid_argument,
                          "option smooth has no meaning for kind " + std::string(kind));
    }
    return kind == "hinge" ? op::mean_all(op::relu(-real + 1.0)) : -op::mean_all(real);
}

Result<Value> fake_loss(StatementCall& call) {
    const Value fake = call.value(0);
    const std::string_view kind = call.options.word("kind");
    Value each = fake;  // wasserstein
    if (kind == "minimax" || kind == "non_saturating") each = op::softplus(fake);
    if (kind == "least_squares") each = op::square(fake) * 0.5;
    if (kind == "hinge") each = op::relu(fake + 1.0);
    if (call.arguments.size() == 2) {
        const Shape weights = call.value(1).shape();
        if (weights.rank() != 2 || weights[0] != fake.shape()[0] || weights[1] != 1)
            return call.error(Code::shape_mismatch, "weights are " + weights.to_string() + " but must be [" +
                                                        std::to_string(fake.shape()[0]) + ", 1]");
        std::vector<int64_t> one(size_t(fake.shape().rank()), 1);
        one[0] = weights[0];
        each = each * op::reshape(call.value(1), Shape{std::span<const int64_t>(one)});
    }
    return op::mean_all(each);
}

Result<Value> gan_generator(StatementCall& call) {
    const Value fake = call.value(0);
    const std::string_view kind = call.options.word("kind");
    if (kind == "non_saturating") return cross_entropy(fake, 1);
    if (kind == "minimax") return -cross_entropy(fake, 0);
    if (kind == "least_squares") return op::mean_all(op::square(fake - 1.0)) * 0.5;
    return -op::mean_all(fake);
}

Result<Value> bce_with_logits(StatementCall& call) {
    return cross_entropy(call.value(0), call.options.number("target"));
}

Status same_shape(const StatementCall& call) {
    const Shape a = call.value(0).shape(), b = call.value(1).shape();
    if (a == b) return {};
    return call.error(Code::shape_mismatch, "compares " + a.to_string() + " with " + b.to_string());
}

Result<Value> mse(StatementCall& call) {
    VKGAN_TRY(same_shape(call));
    return op::mean_all(op::square(call.value(0) - call.value(1)));
}

Result<Value> l1(StatementCall& call) {
    VKGAN_TRY(same_shape(call));
    return op::mean_all(op::abs(call.value(0) - call.value(1)));
}

Result<Value> sum(StatementCall& call) {
    const auto weights = call.options.list("weights");
    if (!weights.empty() && weights.size() != call.arguments.size()) {
        return call.error(Code::invalid_argument, std::to_string(weights.size()) + " weights for " +
                                                      std::to_string(call.arguments.size()) + " arguments");
    }
    const auto ramps = call.options.list("ramps");
    if (!ramps.empty() && ramps.size() != weights.size()) {
        return call.error(Code::invalid_argument, std::to_string(ramps.size()) + " ramps for " +
                                                      std::to_string(weights.size()) + " weights");
    }
    Value total;
    for (size_t i = 0; i < call.arguments.size(); ++i) {
        const Value x = call.value(i);
        if (x.shape().rank() != 0) {
            const std::string name = call.statement.arguments[i];
            return call.error(Code::shape_mismatch,
                              name + " is no loss: its shape is " + x.shape().to_string());
        }
        const double ramp = ramps.empty() ? 0 : ramps[i];
        const Value part =
            weights.empty() ? x : x * call.weight("weight." + std::to_string(i), weights[i], ramp);
        total = total.valid() ? total + part : part;
    }
    return total;
}

constexpr std::array rows{
    StatementFunction{"gan_discriminator", 2, 2, discriminator_options, gan_discriminator},
    StatementFunction{"gan_generator", 1, 1, generator_options, gan_generator},
    StatementFunction{"real_loss", 1, 1, discriminator_options, real_loss},
    StatementFunction{"fake_loss", 1, 2, generator_options, fake_loss},
    StatementFunction{"bce_with_logits", 1, 1, target_options, bce_with_logits},
    StatementFunction{"mse", 2, 2, {}, mse},
    StatementFunction{"l1", 2, 2, {}, l1},
    StatementFunction{"sum", 1, 64, sum_options, sum},
};

}  // namespace

std::span<const StatementFunction> loss_functions() { return rows; }

}  // namespace vkgan
