// Statements about whole batches: what augmentation changes and how often, packing, running means, balance.
// SPDX-License-Identifier: MIT
#include "host/autodiff/autodiff.hpp"
#include "host/ops/ops.hpp"
#include "tests/lower/direct_call.hpp"

#include <algorithm>
#include <array>

using namespace vkgan;

namespace {

using Numbers = std::vector<double>;

Statement augment(double colour, double translation, double cutout) {
    return {"y", "augment", {}, {{"colour", colour}, {"translation", translation}, {"cutout", cutout}}};
}

DoubleTensor augmented(const DoubleTensor& x, const Statement& statement) {
    DirectCall direct;
    direct.output(batch_functions(), statement, {direct.input("x", x.shape)});
    return direct.run({{"x", x}}).at("y");
}

double mean_of(std::span<const double> x) {
    double sum = 0;
    for (const double value : x) sum += value;
    return sum / double(x.size());
}

// Of numbers uniform from low to high: in the range, with its mean and variance to four standard errors. The
// square of the distance from the mean has the deviation r^2 / sqrt(180) for a range of length r.
void check_uniform(const Numbers& x, double low, double high) {
    const double range = high - low, n = double(x.size()), middle = (low + high) / 2;
    double squares = 0;
    for (const double value : x) {
        CHECK(value >= low - 1e-9);
        CHECK(value <= high + 1e-9);
        squares += (value - middle) * (value - middle);
    }
    CHECK(std::abs(mean_of(x) - middle) < 4 * range / std::sqrt(12 * n));
    CHECK(std::abs(squares / n - range * range / 12) < 4 * range * range / std::sqrt(180 * n));
}

// How often each of `kinds` equally likely things was met: within four deviations.
void check_even(const std::vector<int>& counts, int trials) {
    const double share = 1 / double(counts.size());
    for (const int count : counts)
        CHECK(std::abs(count - trials * share) < 4 * std::sqrt(trials * share * (1 - share)));
}

}  // namespace

TEST_CASE("augmented colours are brighter, saturated and contrasted by uniform amounts") {
    constexpr int64_t n = 500, channels = 3, pixels = 4;
    DoubleTensor x(Shape{n, channels, 2, 2});
    for (size_t i = 0; i < x.values.size(); ++i) x.values[i] = std::sin(1.7 * double(i)) * 0.8;
    const DoubleTensor y = augmented(x, augment(1, 0, 0));
    Numbers brightness, saturation, contrast;
    for (size_t image = 0; image < size_t(n); ++image) {
        const auto part = [&](const DoubleTensor& t) {
            return std::span(t.values).subspan(image * channels * pixels, channels * pixels);
        };
        const std::span<const double> before = part(x), after = part(y);
        const auto grey = [&](std::span<const double> t) { return (t[0] + t[pixels] + t[2 * pixels]) / 3; };
        // Contrast keeps the mean, saturation every pixel's; both stretch what lies around them.
        brightness.push_back(mean_of(after) - mean_of(before));
        const double around = grey(before) - mean_of(before);
        contrast.push_back((grey(after) - mean_of(after)) / around);
        saturation.push_back((after[0] - grey(after)) / (before[0] - grey(before)) / contrast.back());
    }
    check_uniform(brightness, -0.5, 0.5);
    check_uniform(saturation, 0, 2);
    check_uniform(contrast, 0.5, 1.5);
}

TEST_CASE("augmented images move by at most their share of pixels, each way as often") {
    constexpr int n = 450, side = 8;
    DoubleTensor x(Shape{n, 1, side, side});
    for (size_t image = 0; image < n; ++image) x.values[image * 64 + 3 * side + 4] = 1;
    const DoubleTensor y = augmented(x, augment(0, 0.125, 0));
    std::vector<int> counts(9);
    for (size_t image = 0; image < n; ++image) {
        const std::span<const double> pixels = std::span(y.values).subspan(image * 64, 64);
        const int at = int(std::ranges::find(pixels, 1.0) - pixels.begin());
        REQUIRE(at < 64);
        CHECK(std::ranges::count(pixels, 0.0) == 63);
        const int down = at / side - 3, right = at % side - 4;
        REQUIRE(std::max(std::abs(down), std::abs(right)) <= 1);
        ++counts[size_t((down + 1) * 3 + right + 1)];
    }
    check_even(counts, n);
}

TEST_CASE("a cutout blackens one square, or what of it lies in the image, and nothing else") {
    constexpr int n = 450, side = 8, hole = 4;
    const DoubleTensor y = augmented(DoubleTensor(Shape{n, 1, side, side}, 1.0), augment(0, 0, 0.5));
    std::vector<int> down(9), right(9);  // corners from -2 to 6
    for (size_t image = 0; image < n; ++image) {
        const std::span<const double> pixels = std::span(y.values).subspan(image * 64, 64);
        std::vector<int> rows, columns;
        for (int i = 0; i < side; ++i) {
            const auto line = [&](int step, int start) {
                int zeros = 0;
                for (int k = 0; k < side; ++k) zeros += pixels[size_t(start + k * step)] == 0;
                return zeros;
            };
            if (line(1, i * side) > 0) rows.push_back(i);
            if (line(side, i) > 0) columns.push_back(i);
        }
        REQUIRE(!rows.empty());
        const auto corner = [&](const std::vector<int>& lines) {
            CHECK(lines.back() - lines.front() + 1 == int(lines.size()));
            CHECK(int(lines.size()) <= hole);
            const bool cut = lines.front() == 0;
            if (!cut && lines.back() < side - 1) CHECK(int(lines.size()) == hole);
            return cut ? int(lines.size()) - hole : lines.front();
        };
        ++down.at(size_t(corner(rows) + 2));
        ++right.at(size_t(corner(columns) + 2));
        CHECK(std::ranges::count(pixels, 0.0) == int(rows.size() * columns.size()));
        CHECK(std::ranges::count(pixels, 1.0) == 64 - int(rows.size() * columns.size()));
    }
    check_even(down, n);
    check_even(right, n);
}

TEST_CASE("gradients flow through all that augmentation does") {
    DirectCall direct;
    const Shape shape{3, 3, 8, 6};
    const Value x = direct.input("x", shape);
    const Value y = direct.output(batch_functions(), augment(1, 0.25, 0.4), {x});
    Graph& graph = direct.phase.graph;
    const Value loss = op::sum_all(op::square(y) * direct.input("w", shape));
    graph.mark_output("loss", loss);
    graph.mark_output("gradient", differentiate(loss, std::span(&x, 1)).front());
    DoubleTensorMap inputs;
    fill_inputs(graph, inputs);
    const DoubleTensor gradient = direct.run(inputs).at("gradient");
    // The loss is quadratic, so that differences have no error but rounding: 1e-16 of some hundreds over
    // 1e-4.
    for (size_t i = 0; i < gradient.values.size(); i += 11) {
        double sides[2];
        for (const int side : {0, 1}) {
            DoubleTensorMap moved = inputs;
            moved.at("x").values[i] += side == 0 ? -1e-4 : 1e-4;
            sides[side] = direct.run(moved).at("loss").values[0];
        }
        CHECK(std::abs(gradient.values[i] - (sides[1] - sides[0]) / 2e-4) < 1e-9);
    }
    CHECK(std::ranges::count_if(gradient.values, [](double g) { return g != 0; }) > 100);
}

TEST_CASE("packing puts samples beside each other as channels") {
    DirectCall direct;
    const Value x = direct.input("x", {4, 1, 1, 2});
    direct.output(batch_functions(), {"y", "pack", {}, {{"of", 2.0}}}, {x});
    const DoubleTensor y = direct.run({{"x", {{4, 1, 1, 2}, {1, 2, 3, 4, 5, 6, 7, 8}}}}).at("y");
    CHECK(y.shape == Shape{2, 2, 1, 2});
    CHECK(y.values == Numbers{1, 2, 3, 4, 5, 6, 7, 8});
    const auto uneven = direct.call(batch_functions(), {"z", "pack", {}, {{"of", 3.0}}}, {x});
    REQUIRE_FALSE(uneven.ok());
    CHECK(uneven.error().message.find("3 samples at a time of [4, 1, 1, 2]") != std::string::npos);
    const auto flat = direct.call(batch_functions(), {"z", "augment", {}, {}}, {direct.input("v", {4, 3})});
    REQUIRE_FALSE(flat.ok());
    CHECK(flat.error().message.find("[4, 3]") != std::string::npos);
}

TEST_CASE("a running mean weighs steps by how long ago they were") {
    DirectCall direct;
    const Value x = direct.input("x", {2, 1});
    direct.output(batch_functions(), {"usual", "running_mean", {}, {{"decay", 0.75}}}, {x});
    DoubleTensorMap variables;
    for (const VariableStart& start : direct.extra) {
        CHECK(start.fill == 0);
        CHECK_FALSE(start.parameter);
        variables[start.name] = DoubleTensor(Shape{}, start.fill);
    }
    CHECK(variables.size() == 2);
    double sum = 0, weight = 0;
    for (int step = 1; step <= 6; ++step) {
        const double value = std::cos(step);
        sum = 0.75 * sum + value;
        weight = 0.75 * weight + 1;
        const auto outputs =
            run_phase(direct.phase, step, {{"x", {{2, 1}, {value - 1, value + 1}}}}, variables);
        CHECK(outputs.at("y").values[0] == doctest::Approx(sum / weight).epsilon(1e-12));
        if (step == 1) CHECK(outputs.at("y").values[0] == doctest::Approx(value).epsilon(1e-12));
    }
}

TEST_CASE("a player that is far ahead rests, and neither does where both would") {
    struct Row {
        double real, fake, discriminator, generator;
    };
    // Around 0.68 with a margin of 0.35: below 0.33 the discriminator is too good, above 1.03 too bad.
    constexpr std::array rows{Row{0.7, 0.7, 1, 1}, Row{0.3, 0.7, 0, 1},   Row{0.7, 0.32, 0, 1},
                              Row{1.1, 0.7, 1, 0}, Row{0.7, 1.04, 1, 0},  Row{0.1, 1.2, 1, 1},
                              Row{1.2, 0.1, 1, 1}, Row{0.34, 1.02, 1, 1}, Row{0.1, 0.1, 0, 1}};
    for (const char* player : {"discriminator", "generator"}) {
        DirectCall direct;
        const Value real = direct.input("real", {}), fake = direct.input("fake", {});
        direct.output(batch_functions(), {"y", "balance", {}, {{"player", std::string(player)}}},
                      {real, fake});
        for (const Row& row : rows) {
            CAPTURE(row.real);
            CAPTURE(row.fake);
            const auto outputs = direct.run(
                {{"real", DoubleTensor(Shape{}, row.real)}, {"fake", DoubleTensor(Shape{}, row.fake)}});
            CHECK(outputs.at("y").values[0] == (*player == 'd' ? row.discriminator : row.generator));
        }
    }
}
