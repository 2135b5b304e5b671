// Toy distributions against their own truth.
// SPDX-License-Identifier: MIT
#include "host/data/toy.hpp"

#include "tests/data/image_folder.hpp"

#include <cmath>
#include <set>

using namespace vkgan;
using namespace vkgan::test;

namespace {

constexpr int64_t count = 40000;

ToyDistribution toy_of(const std::string& name) {
    auto toy = find_toy(name);
    REQUIRE_MESSAGE(toy.ok(), (toy.ok() ? "" : toy.error().message));
    return std::move(*toy);
}

struct Sums {
    double count = 0, sum = 0, squares = 0, fourths = 0;  // powers of the distance from `about`
    double about = 0;
    void add(double x) {
        const double d = x - about;
        count += 1, sum += d, squares += d * d, fourths += d * d * d * d;
    }
    // In standard errors of the mean of d and of d squared, as the samples themselves have them.
    double mean_error() const { return std::abs(sum / count) / std::sqrt(squares / count / count); }
    double square_error(double truth) const {
        const double mean = squares / count;
        return std::abs(mean - truth) / std::sqrt((fourths / count - mean * mean) / count);
    }
};

double integral(const ToyDistribution& toy) {
    const int steps = toy.dimensions == 1 ? 4096 : 1000;  // a third of the narrowest deviation
    const double width = (toy.high - toy.low) / steps;
    double sum = 0;
    for (int i = 0; i < steps; ++i) {
        const double x = toy.low + (i + 0.5) * width;
        if (toy.dimensions == 1) sum += toy.density(x) * width;
        for (int k = 0; toy.dimensions == 2 && k < steps; ++k)
            sum += toy.density(x, toy.low + (k + 0.5) * width) * width * width;
    }
    return sum;
}

size_t nearest_mean(const ToyDistribution& toy, const ToyPoint& point) {
    size_t nearest = 0;
    double least = 1e30;
    for (size_t i = 0; i < toy.means.size(); ++i) {
        const double distance = std::hypot(point.x - toy.means[i][0], point.y - toy.means[i][1]);
        if (distance < least) nearest = i, least = distance;
    }
    return nearest;
}

}  // namespace

TEST_CASE("mixtures of normals have the means, deviation and even shares that they tell") {
    for (const char* name : {"normal", "bimodal", "ring", "grid"}) {
        CAPTURE(name);
        const ToyDistribution toy = toy_of(name);
        std::vector<Sums> x(toy.means.size()), y(toy.means.size());
        for (size_t i = 0; i < toy.means.size(); ++i)
            x[i].about = toy.means[i][0], y[i].about = toy.means[i][1];
        for (uint64_t i = 0; i < count; ++i) {
            const ToyPoint point = toy.draw(i);
            const auto component = static_cast<size_t>(point.component);
            REQUIRE(component == nearest_mean(toy, point));
            x[component].add(point.x), y[component].add(point.y);
        }
        const double share = 1.0 / double(toy.means.size());
        for (size_t i = 0; i < toy.means.size(); ++i) {
            CHECK(x[i].mean_error() < 4);
            CHECK(x[i].square_error(toy.deviation * toy.deviation) < 4);
            if (toy.dimensions == 2) CHECK(y[i].mean_error() < 4);
            if (toy.dimensions == 2) CHECK(y[i].square_error(toy.deviation * toy.deviation) < 4);
            CHECK(std::abs(x[i].count / count - share) <= 4 * std::sqrt(share * (1 - share) / count));
        }
    }
}

TEST_CASE("the numbers of the toys are those of their sources") {
    CHECK(toy_of("normal").density(2) == doctest::Approx(0.7978845608));
    CHECK(toy_of("bimodal").means == std::vector<std::array<double, 2>>{{-1.5, 0}, {1.5, 0}});
    const ToyDistribution ring = toy_of("ring"), grid = toy_of("grid");
    CHECK(ring.means.size() == 8);
    for (const auto& mean : ring.means) CHECK(std::hypot(mean[0], mean[1]) == doctest::Approx(2 / 1.414));
    CHECK(ring.deviation == doctest::Approx(0.02 / 1.414));
    CHECK(grid.means.size() == 25);
    CHECK(grid.means[1][0] - grid.means[0][0] == doctest::Approx(2 / 2.828));
    CHECK(grid.means[24][1] == doctest::Approx(4 / 2.828));
    CHECK(grid.deviation == doctest::Approx(0.05 / 2.828));
}

TEST_CASE("moons and the Swiss roll have the moments of their formulas") {
    constexpr double pi = 3.14159265358979;
    const ToyDistribution moons = toy_of("moons"), roll = toy_of("swissroll");
    CHECK(roll.deviation == doctest::Approx(0.25 / 7.5));
    const double noise = moons.deviation * moons.deviation;
    Sums x, y, radius;
    for (uint64_t i = 0; i < count; ++i) {
        const ToyPoint moon = moons.draw(i), turn = roll.draw(i);
        x.add(moon.x), y.add(moon.y), radius.add(std::hypot(turn.x, turn.y));
    }
    CHECK(x.mean_error() < 4);
    CHECK(y.mean_error() < 4);
    // (cos - 1/2)^2 and (sin - 1/4)^2 over a half circle, in both moons.
    CHECK(x.square_error(0.75 / 2.25 + noise) < 4);
    CHECK(y.square_error((0.5 - 1 / pi + 0.0625) / 2.25 + noise) < 4);
    // The square radius is t^2 with t even from 3 pi / 2 to 9 pi / 2.
    const double noise_of_roll = roll.deviation * roll.deviation;
    CHECK(radius.square_error(9.75 * pi * pi / (7.5 * 7.5) + 2 * noise_of_roll) < 4);
    CHECK(!roll.has_density());
    CHECK(roll.density(0, 0) == 0);
    CHECK(moons.components == std::vector<std::string>{"upper", "lower"});
}

TEST_CASE("densities integrate to one") {
    for (const char* name : {"normal", "bimodal", "ring", "grid", "histogram=0.1,0.5,0,2@-1..3"}) {
        CAPTURE(name);
        const ToyDistribution toy = toy_of(name);
        REQUIRE(toy.has_density());
        CHECK(integral(toy) == doctest::Approx(1).epsilon(1e-6));
    }
}

TEST_CASE("a histogram is drawn as its weights say") {
    const ToyDistribution toy = toy_of("histogram=1,0,3@-2..4");
    CHECK(toy.bins == std::vector<double>{0.25, 0, 0.75});
    CHECK(toy.density(-1) == doctest::Approx(0.125));
    CHECK(toy.density(1) == 0);
    CHECK(toy.density(-2.01) == 0);
    CHECK(toy.density(4) == 0);
    int left = 0;
    for (uint64_t i = 0; i < count; ++i) {
        const double x = toy.draw(i).x;
        REQUIRE((x >= -2 && x < 4));
        REQUIRE(!(x >= 0 && x < 2));
        left += x < 0;
    }
    CHECK(std::abs(left / double(count) - 0.25) < 4 * std::sqrt(0.25 * 0.75 / count));
    CHECK(toy_of("histogram=1").low == -4);
    CHECK(toy_of("histogram=1").high == 6);
    const TemporaryFolder folder;
    const auto file = folder.write("drawn.txt", std::string_view("1 0\n3\n@ -2 .. 4\n"));
    CHECK(toy_of("histogram-file=" + file.string()).name == toy.name);
}

TEST_CASE("wrong toys are refused with what would be right") {
    const auto error = [](const char* name) { return open_error("toy", name); };
    CHECK(contains(error("rnig"), "unknown toy \"rnig\""));
    CHECK(contains(error("rnig"), "did you mean \"ring\"?"));
    CHECK(contains(error("ring=3"), "unknown toy \"ring=3\""));
    CHECK(contains(error("histogram"), "write toy:histogram=W,W,...@LOW..HIGH"));
    CHECK(contains(error("histogram-file"), "write toy:histogram-file=FILE"));
    CHECK(contains(error("histogram="), "0 weights add up to 0"));
    CHECK(contains(error("histogram=0,0"), "2 weights add up to 0"));
    CHECK(contains(error("histogram=1,-2"), "weight 2 is \"-2\""));
    CHECK(contains(error("histogram=1,,2"), "weight 2 is \"\""));
    CHECK(contains(error("histogram=1,"), "ends in a comma"));
    CHECK(contains(error("histogram=nan"), "weight 1 is \"nan\""));
    CHECK(contains(error("histogram=1@3..3"), "the range is \"3..3\""));
    CHECK(contains(error("histogram=1@3"), "the range is \"3\""));
    CHECK(contains(error("histogram=1@-inf..3"), "the range is \"-inf..3\""));
    CHECK(contains(parse_data_spec("toy").error().message, "write toy:NAME"));
    const auto missing = open("toy", "histogram-file=/nonexistent/file");
    CHECK(contains(missing ? "" : missing.error().message, "/nonexistent/file"));
}

TEST_CASE("toys are read as points with one-hot labels, and have one shape only") {
    const auto set = open("toy", "ring", {.image_size = 1, .channels = 2});
    if (!set) FAIL(set.error().message);
    CHECK((*set)->image_shape() == Shape{2, 1, 1});
    CHECK((*set)->size() == toy_train_points);
    CHECK((*set)->label_count() == 8);
    const ToyPoint point = toy_of("ring").draw(5);
    CHECK(read_image_of(**set, 5) == std::vector<float>{float(point.x), float(point.y)});
    const auto label = read_attributes_of(**set, 5);
    for (size_t i = 0; i < 8; ++i) CHECK(label[i] == (static_cast<int>(i) == point.component ? 1.0f : 0.0f));
    const auto tests = open("toy", "ring", {.split = "test"});
    CHECK((*tests)->size() == toy_test_points);
    std::set<std::vector<float>> seen;
    for (int64_t i = 0; i < (*set)->size(); ++i) seen.insert(read_image_of(**set, i));
    for (int64_t i = 0; i < (*tests)->size(); ++i) REQUIRE(!seen.contains(read_image_of(**tests, i)));
    CHECK((*open("toy", "swissroll"))->label_count() == 0);
    CHECK((*open("toy", "normal"))->image_shape() == Shape{1, 1, 1});
    CHECK((*open("toy", "moons"))->attribute_names().size() == 2);
    CHECK(contains(open_error("toy", "ring", {.image_size = 32}),
                   "points [2, 1, 1], but channels any and "
                   "image_size 32"));
    CHECK(contains(open_error("toy", "normal", {.channels = 3}), "points [1, 1, 1], but channels 3"));
}
