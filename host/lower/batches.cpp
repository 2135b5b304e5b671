// Statement functions that change or watch whole batches: augmentation, packing, running means, and the
// balance of two players.
// SPDX-License-Identifier: MIT
#include "host/lower/phase.hpp"
#include "host/ops/ops.hpp"

#include <array>
#include <cmath>

namespace vkgan {

namespace {

using enum OptionKind;

constexpr std::array augment_options{
    OptionSpec{.name = "colour", .kind = integer, .value = 1, .low = 0, .high = 1},
    OptionSpec{.name = "translation", .value = 0.125, .low = 0, .high = 1},
    OptionSpec{.name = "cutout", .value = 0.5, .low = 0, .high = 1}};
constexpr std::array pack_options{
    OptionSpec{.name = "of", .kind = integer, .low = 1, .high = 1024, .required = true}};
constexpr std::array mean_options{OptionSpec{.name = "decay", .value = 0.99, .low = 0, .high = 0.999999}};
constexpr std::array balance_options{
    OptionSpec{.name = "player", .kind = word, .words = "discriminator generator", .required = true},
    OptionSpec{.name = "around", .value = 0.68, .low = -1e6, .high = 1e6},
    OptionSpec{.name = "margin", .value = 0.35, .low = 0, .high = 1e6}};

Value uniform(const StatementCall& call, const Shape& shape) {
    return op::random_uniform(random_key(call.graph()), call.builder.stream++, shape);
}

// Whole numbers from `low` to `high`, [N, 1] each as likely. The product may be rounded up to their count.
Value whole_numbers(const StatementCall& call, int64_t batch, int64_t low, int64_t high) {
    const Value number = op::floor(uniform(call, Shape{batch, 1}) * double(high - low + 1)) + double(low);
    return op::clamp(number, double(low), double(high));
}

Value offsets(const StatementCall& call, const Shape& image, std::pair<int64_t, int64_t> down,
              std::pair<int64_t, int64_t> right) {
    const Value y = whole_numbers(call, image[0], down.first, down.second);
    const Value x = whole_numbers(call, image[0], right.first, right.second);
    return op::concat(std::array{y, x}, 1);
}

// Brightness, saturation, contrast, in this order.
Value recoloured(const StatementCall& call, Value x) {
    const Shape one{x.shape()[0], 1, 1, 1};
    constexpr std::array channels{1};
    constexpr std::array image{1, 2, 3};
    x = x + (uniform(call, one) - 0.5);
    const Value grey = op::reduce_mean(x, channels);
    x = (x - grey) * (uniform(call, one) * 2.0) + grey;
    const Value mean = op::reduce_mean(x, image);
    return (x - mean) * (uniform(call, one) + 0.5) + mean;
}

// A square of zeros whose centre lies anywhere in the image.
Value with_hole(const StatementCall& call, Value x, double share) {
    const Shape shape = x.shape();
    const auto side = [&](int axis) { return int64_t(double(shape[axis]) * share + 0.5); };
    const int64_t height = side(2), width = side(3);
    if (height == 0 || width == 0) return x;
    const Value square = op::constant(call.graph(), 1, Shape{shape[0], 1, height, width});
    const Value corner =
        op::pad2d(square, {.top = 0, .bottom = shape[2] - height, .left = 0, .right = shape[3] - width});
    const auto range = [](int64_t extent, int64_t hole) {
        return std::pair(-(hole / 2), extent - hole % 2 - hole / 2);
    };
    const Value hole =
        op::shift2d(corner, offsets(call, shape, range(shape[2], height), range(shape[3], width)));
    return x * (op::neg(hole) + 1.0);
}

// Zhao et al. 2020 (DiffAugment): differentiable changes, others for each sample, which a discriminator sees
// of real and fake images alike.
Result<Value> augment(StatementCall& call) {
    Value x = call.value(0);
    const Shape shape = x.shape();
    if (shape.rank() != 4)
        return call.error(Code::shape_mismatch,
                          "changes images [batch, channels, height, width], not " + shape.to_string());
    if (call.options.flag("colour")) x = recoloured(call, x);
    const auto reach = [&](int axis) {
        return int64_t(double(shape[axis]) * call.options.number("translation") + 0.5);
    };
    const int64_t down = reach(2), right = reach(3);
    if (down > 0 || right > 0)
        x = op::shift2d(x, offsets(call, shape, std::pair(-down, down), std::pair(-right, right)));
    return with_hole(call, x, call.options.number("cutout"));
}

// Lin et al. 2018 (PacGAN): `of` samples at a time become one with so many times the channels.
Result<Value> pack(StatementCall& call) {
    const Value x = call.value(0);
    Shape shape = x.shape();
    const int64_t of = call.options.integer("of");
    if (shape.rank() < 2 || shape[0] % of != 0)
        return call.error(Code::shape_mismatch,
                          "cannot pack " + std::to_string(of) + " samples at a time of " + shape.to_string());
    shape[0] /= of;
    shape[1] *= of;
    return op::reshape(x, shape);
}

// The mean over steps of a loss or of a batch's mean, forgetting by `decay`; unbiased from the first step on.
// It is a constant to gradients.
Result<Term> running_mean(StatementCall& call) {
    const double decay = call.options.number("decay");
    const Value now = op::detach(op::mean_all(call.value(0)));
    const std::string name = "mean/" + call.statement.result;
    if (call.graph().find_variable(name + ".sum") >= 0)
        return call.error(Code::invalid_argument, "stands twice in one phase");
    const auto moved = [&](const std::string& variable, Value summand) {
        VariableStart start{variable, {}, 1, 1, false, 0, {}};
        const int32_t index =
            call.graph().declare_variable({variable, "means." + variable, Shape{}, DType::f32});
        call.builder.extra.push_back(std::move(start));
        const Value value = call.graph().read(index) * decay + summand * (1 - decay);
        op::assign(call.graph(), index, value);
        return value;
    };
    const Value sum = moved(name + ".sum", now);
    const Value weight = moved(name + ".weight", op::constant(call.graph(), 1));
    return Term{op::detach(sum / weight), {}, {}};
}

// Larsen et al. 2016, the authors' code: whether a player is stepped, 1 or 0, by the costs that a
// discriminator has on real and on fake samples. It rests while either is below around - margin, the
// generator while either is above around + margin; if both would rest, neither does.
Result<Value> balance(StatementCall& call) {
    for (size_t i = 0; i < 2; ++i) {
        if (call.value(i).shape().rank() != 0)
            return call.error(Code::shape_mismatch, call.statement.arguments[i] +
                                                        " is no cost: its shape is " +
                                                        call.value(i).shape().to_string());
    }
    const double around = call.options.number("around"), margin = call.options.number("margin");
    const Value real = op::detach(call.value(0)), fake = op::detach(call.value(1));
    const auto outside = [&](double sign) {  // of the margin on one side, by either
        const auto beyond = [&](Value cost) { return op::step((cost - around) * sign - margin); };
        return op::maximum(beyond(real), beyond(fake));
    };
    const Value discriminator = op::neg(outside(-1)) + 1.0, generator = op::neg(outside(1)) + 1.0;
    const Value neither = op::step(op::neg(discriminator + generator) + 0.5);
    const bool first = call.options.word("player") == "discriminator";
    return op::maximum(first ? discriminator : generator, neither);
}

constexpr std::array rows{
    StatementFunction{"augment", 1, 1, augment_options, augment},
    StatementFunction{"pack", 1, 1, pack_options, pack},
    StatementFunction{"running_mean", 1, 1, mean_options, nullptr, running_mean},
    StatementFunction{"balance", 2, 2, balance_options, balance},
};

}  // namespace

std::span<const StatementFunction> batch_functions() { return rows; }

}  // namespace vkgan
