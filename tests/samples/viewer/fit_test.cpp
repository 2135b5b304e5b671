// Searches, directions and tiles: the numbers behind the panels, against problems whose answers are known.
// SPDX-License-Identifier: MIT
#include "samples/viewer/studio/directions.hpp"
#include "samples/viewer/studio/search.hpp"
#include "samples/viewer/studio/tiles.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace viewer;

namespace {

Table random_table(int rows, int columns, uint64_t seed) {
    std::mt19937_64 random(seed);
    std::normal_distribution<float> normal;
    Table table{rows, columns, std::vector<float>(size_t(rows) * size_t(columns))};
    for (float& value : table.values) value = normal(random);
    return table;
}

// a.b of two unit vectors, whatever their signs.
double alike(const std::vector<float>& a, const std::vector<double>& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += double(a[i]) * b[i];
    return std::abs(sum);
}

// Least cost after so many generations, of (x - target)^2 with each entry weighted.
double searched(int size, double elongation, int generations) {
    Search search(std::vector<double>(size_t(size)), 0.5, 32, 3);
    double best = 1e300;
    for (int g = 0; g < generations; ++g) {
        const std::vector<float> candidates = search.ask();
        std::vector<double> costs;
        for (int k = 0; k < search.population(); ++k) {
            double cost = 0;
            for (int i = 0; i < size; ++i) {
                const double off = double(candidates[size_t(k * size + i)]) - (i % 3 - 1);
                cost += std::pow(elongation, double(i) / (size - 1)) * off * off;
            }
            costs.push_back(cost);
            best = std::min(best, cost);
        }
        search.tell(costs);
    }
    return best;
}

}  // namespace

TEST_CASE("the search finds the least of a bowl, round or long") {
    CHECK(searched(10, 1, 120) < 1e-6);
    CHECK(searched(72, 1, 400) < 0.05);    // 48 at the start
    CHECK(searched(20, 1e4, 400) < 1e-3);  // the variances follow
    CHECK(searched(1, 1, 60) < 1e-6);
}

TEST_CASE("the search lives through costs that are no numbers") {
    Search search({0, 0}, 1, 8, 1);
    for (int g = 0; g < 50; ++g) {
        const std::vector<float> candidates = search.ask();
        std::vector<double> costs(8, std::nan(""));
        costs[3] = double(candidates[6]) * double(candidates[6]);
        search.tell(costs);
        for (const double value : search.mean()) CHECK(std::isfinite(value));
    }
}

TEST_CASE("SeFa gives the directions in which a linear layer stretches most") {
    // y = A x + b with singular vectors along (3, 4)/5 (times 10) and (-4, 3)/5 (times 1).
    const double a[2][2]{{10 * 0.6, 10 * 0.8}, {-0.8, 0.6}};
    Table outputs{4, 2, {}};
    for (const auto& [x, y] :
         {std::pair(0.0, 0.0), std::pair(1.0, 0.0), std::pair(0.0, 1.0), std::pair(2.0, 0.0)})
        for (const auto& row : a) outputs.values.push_back(float(row[0] * x + row[1] * y + 7));
    REQUIRE(is_linear(outputs));
    const auto directions = sefa_directions(outputs, 8);
    REQUIRE(directions.size() == 2);
    CHECK(directions[0].name == "SeFa 1");
    CHECK(alike(directions[0].values, {0.6, 0.8}) == doctest::Approx(1).epsilon(1e-5));
    CHECK(alike(directions[1].values, {-0.8, 0.6}) == doctest::Approx(1).epsilon(1e-5));
    outputs.values[6] += 1;  // twice the input no longer gives twice the output
    CHECK_FALSE(is_linear(outputs));
}

TEST_CASE("PCA carries the largest component back to the latent that makes it") {
    const Table latents = random_table(300, 6, 1);
    Table features{300, 40, {}};
    for (int i = 0; i < 300; ++i)
        for (int k = 0; k < 40; ++k) {
            const float* const z = latents.values.data() + i * 6;
            features.values.push_back(5 * z[2] * float(k % 2 ? 1 : -1) + 0.3f * z[4] * float(k % 3));
        }
    const auto directions = pca_directions(latents, features, 2);
    REQUIRE(directions.size() == 2);
    CHECK(alike(directions[0].values, {0, 0, 1, 0, 0, 0}) > 0.99);
}

TEST_CASE("attributes are found along what the verdicts depend on, with their sign") {
    const Table latents = random_table(1024, 8, 2);
    Table verdicts{1024, 3, {}};
    for (int i = 0; i < 1024; ++i) {
        const float* const z = latents.values.data() + i * 8;
        verdicts.values.insert(verdicts.values.end(),
                               {z[5] - 0.2f, -(z[1] + z[2]), 3});  // the last: all have it
    }
    const std::vector<std::string> names{"Smiling", "Beard", "Face"};
    const auto directions = attribute_directions(latents, verdicts, names);
    REQUIRE(directions.size() == 2);
    CHECK(directions[0].name == "Smiling");
    CHECK(directions[0].values[5] > 0.97f);
    CHECK(directions[1].name == "Beard");
    CHECK(directions[1].values[1] < -0.6f);
    CHECK(directions[1].values[2] < -0.6f);
}

TEST_CASE("tiles show channels beside each other, normalised or with a gain") {
    const std::vector<float> values{0, 1, 2, 3, -1, -1, 1, 1};  // two channels of 2 x 2
    const TileShape shape = tile_shape(std::vector<int64_t>{2, 2, 2});
    Tiles tiles = make_tiles(values, shape, {});
    CHECK(tiles.width == 5);  // a pixel between the two
    CHECK(tiles.height == 2);
    CHECK(tiles.rgba[0] == 0);
    CHECK(tiles.rgba[4] == 85);
    CHECK(tiles.rgba[size_t(5 + 1) * 4] == 255);
    CHECK(tiles.rgba[12] == 0);
    CHECK(tiles.all.mean == doctest::Approx(0.75));
    CHECK(tiles.all.high == 3);
    Inspect how{.channel = 1, .normalise = false, .scale_db = -6.0206};
    tiles = make_tiles(values, shape, how);
    CHECK(tiles.width == 2);
    CHECK(tiles.rgba[0] == 64);  // -1 at half the gain: a quarter of the range
    CHECK(tiles.shown.mean == 0);
    CHECK(make_tiles(values, {3, 2, 2}, {}).rgba.empty());  // too few values
    CHECK(tile_shape(std::vector<int64_t>{7}).channels == 7);
}

TEST_CASE("the spectrum of a checkerboard is bright in the corner, of a wave beside the middle") {
    std::vector<float> board(64), wave(64);
    for (int i = 0; i < 64; ++i) {
        board[size_t(i)] = (i / 8 + i % 8) % 2 ? 1 : -1;
        wave[size_t(i)] = float(std::cos(2 * 3.14159265 * (i % 8) / 8));
    }
    const Inspect how{.fft = true};
    const auto lit = [&](const std::vector<float>& values, int x, int y) {
        return make_tiles(values, {1, 8, 8}, how).rgba[size_t(y * 8 + x) * 4 + 1];
    };
    CHECK(lit(board, 0, 0) == 255);
    CHECK(lit(board, 4, 4) == 0);
    CHECK(lit(wave, 5, 4) == 255);
    CHECK(lit(wave, 3, 4) == 255);
    CHECK(lit(wave, 0, 0) == 0);
}
