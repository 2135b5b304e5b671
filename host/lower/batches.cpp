// Statement functions that change or watch whole batches: augmentation, packing, running means, replay of
// earlier samples, and the balance of two players.
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
constexpr std::array replay_options{
    OptionSpec{.name = "pool", .kind = integer, .low = 1, .high = 65536, .required = true},
    OptionSpec{.name = "share", .value = 0.5, .low = 0, .high = 1}};
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

// [N, 1]: 0, 1, 2, ...
Value numbers_below(Graph& graph, int64_t count) {
    const Shape one{1, 1, 1, 1};
    if (count == 1) return op::constant(graph, 0, Shape{1, 1});
    const Value ends = op::concat(std::array{op::constant(graph, 0, one), op::constant(graph, 1, one)}, 2);
    const Value line = op::resample2d(ends, count, 1, Resample::bilinear, true) * double(count - 1);
    return op::reshape(op::floor(line + 0.5), Shape{count, 1});
}

// Rows of which one entry is 1, or none where the number is none of 0 to width - 1.
Value hot_rows(Value numbers, int64_t width) {
    Graph& graph = *numbers.graph;
    const int64_t rows = numbers.shape()[0];
    const Value first = op::pad2d(op::constant(graph, 1, Shape{rows, 1, 1, 1}),
                                  {.top = 0, .bottom = 0, .left = 0, .right = width - 1});
    const Value none = op::constant(graph, 0, Shape{rows, 1});
    return op::reshape(op::shift2d(first, op::concat(std::array{none, numbers}, 1)), Shape{rows, width});
}

// What one step does to a pool: its places are those of a batch's samples, or none.
struct Exchange {
    Value old;     // [N, 1]: 1 where a sample is replaced by the one at its place
    Value places;  // [N, pool]: 1 where a sample is put
    Value taken;   // [pool, 1]: 1 where one is
};

// While the pool has room, samples are put there in turn and stay in the batch. Later `share` of them, as
// evenly over the batch as it divides, change places with others: each at a random place of a stretch of its
// own, so that no two meet, and stretches begin anywhere, so that places are as likely.
Exchange exchange(StatementCall& call, int64_t batch, int32_t filled) {
    Graph& graph = call.graph();
    const int64_t pool = call.options.integer("pool"), stretch = pool / batch;
    const double share = call.options.number("share");
    const Value count = graph.read(filled);
    op::assign(graph, filled, op::clamp_max(count + double(batch), double(pool)));
    const Value number = numbers_below(graph, batch), full = op::step(count - (double(pool) - 0.5));
    const Value phase = uniform(call, Shape{1, 1});
    const auto chosen_below = [&](Value i) { return op::floor(i * share + phase); };
    const Value old = (chosen_below(number + 1.0) - chosen_below(number)) * full;
    Value place = number * double(stretch) + whole_numbers(call, batch, 0, stretch - 1) +
                  whole_numbers(call, 1, 0, pool - 1);
    place = place - op::step(place - (double(pool) - 0.5)) * double(pool);
    const Value nowhere = op::constant(graph, double(pool), Shape{batch, 1});
    const Value put = op::select(full, op::select(old, place, nowhere), number + count);
    const Value places = hot_rows(put, pool);
    constexpr std::array samples{0};
    return {old, places, op::reshape(op::reduce_sum(places, samples), Shape{pool, 1})};
}

// x after the exchange, with the pool's entries of the same kind in a variable of this name.
Value exchanged(StatementCall& call, const Exchange& change, const std::string& variable, Value x) {
    Graph& graph = call.graph();
    const Shape shape = x.shape(), rows{shape[0], shape.element_count() / shape[0]};
    const Shape kept{change.taken.shape()[0], rows[1]};
    const int32_t index = graph.declare_variable({variable, "replay." + variable, kept, DType::f32});
    call.builder.extra.push_back({variable, {}, 1, 1, false, 0, {}});
    const Value flat = op::reshape(x, rows), pool = graph.read(index);
    const Value result = op::select(change.old, op::matmul(change.places, pool), flat);
    op::assign(graph, index, op::select(change.taken, op::matmul(change.places, flat, true), pool));
    return op::reshape(op::detach(result), shape);
}

// Shrivastava et al. 2017, section 2.3; Zhu et al. 2017, section 4: a batch of which a share are earlier
// ones. What else is given of each sample, its class for one, goes with it: `inside` finds it by its name.
Result<Term> replay(StatementCall& call) {
    const int64_t pool = call.options.integer("pool");
    const std::string name = "replay/" + call.builder.phase.name + "." + call.statement.result;
    if (call.graph().find_variable(name + ".filled") >= 0)
        return call.error(Code::invalid_argument, "stands twice in one phase");
    const Shape first = call.value(0).shape();
    for (size_t i = 0; i < call.arguments.size(); ++i) {
        const Shape shape = call.value(i).shape();
        if (shape.rank() < 2 || shape[0] != first[0] || call.value(i).type() != DType::f32)
            return call.error(Code::shape_mismatch,
                              call.statement.arguments[i] + " is " + shape.to_string() +
                                  (shape.rank() > 1 && shape[0] == first[0]
                                       ? ", but of whole numbers"
                                       : ", no value of each sample of " + first.to_string()));
    }
    if (pool < first[0])
        return call.error(Code::invalid_argument, "pool: " + std::to_string(pool) +
                                                      " places are too few for a batch of " +
                                                      std::to_string(first[0]));
    Graph& graph = call.graph();
    const size_t begin = graph.nodes().size();
    const int32_t filled = graph.declare_variable({name + ".filled", "replay." + name, Shape{}, DType::f32});
    call.builder.extra.push_back({name + ".filled", {}, 1, 1, false, 0, {}});
    const Exchange change = exchange(call, first[0], filled);
    const auto companions = std::make_shared<LayerValues>();
    for (size_t i = 0; i < call.arguments.size(); ++i)
        (*companions)[call.statement.arguments[i]] =
            exchanged(call, change, name + (i == 0 ? "" : "." + std::to_string(i)), call.value(i));
    // float16 neither counts to the end of a pool nor keeps a sample as it was.
    for (size_t i = begin; i < graph.nodes().size(); ++i) graph.keep_float32(graph.value(int32_t(i)));
    Term term{companions->at(call.statement.arguments[0]), {}, {}};
    term.layers = companions;
    return term;
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
    StatementFunction{"replay", 1, 8, replay_options, nullptr, replay},
    StatementFunction{"balance", 2, 2, balance_options, balance},
};

}  // namespace

std::span<const StatementFunction> batch_functions() { return rows; }

}  // namespace vkgan
