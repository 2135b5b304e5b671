// Numbers of the page Lab that can be checked by hand.
// SPDX-License-Identifier: MIT
#include "samples/viewer/lab/lab_run.hpp"
#include "samples/viewer/state/session_file.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstring>
#include <numeric>

using namespace viewer;
using doctest::Approx;
using Shares = std::vector<double>;

TEST_CASE("histograms count shares of all points, also of those outside") {
    const std::vector<float> line{0.1f, 0.9f, 1.5f, 7.0f};
    CHECK(line_histogram(line, {0, 2}, 2) == Shares{0.5, 0.25});
    const std::vector<float> plane{0.5f, 0.5f, 1.5f, 0.5f, 1.5f, 1.5f, -3.0f, 0.5f};
    CHECK(plane_histogram(plane, {0, 2}, 2) == Shares{0.25, 0.25, 0, 0.25});
}

TEST_CASE("what is known of data on a line is what its definition says") {
    LabExperiment experiment;
    experiment.data = LabData::normal;
    const Shares normal = line_truth(experiment, {1.5, 2.5}, 2);  // a deviation to each side of the mean
    CHECK(normal[0] == Approx(0.3413).epsilon(1e-3));
    CHECK(normal[1] == Approx(0.3413).epsilon(1e-3));
    experiment.data = LabData::bimodal;
    CHECK(line_truth(experiment, {0, 4}, 1)[0] == Approx(0.5));
    experiment.data = LabData::histogram;
    experiment.bars.assign(size_t(lab_bars), 0.0f);
    experiment.bars[0] = 1;  // from -4 to -3.5
    experiment.bars[19] = 3;
    const Shares bars = line_truth(experiment, lab_range(LabData::histogram), 40);
    CHECK(bars[0] == Approx(0.125));
    CHECK(bars[1] == Approx(0.125));
    CHECK(bars[2] == Approx(0));
    CHECK(bars[39] == Approx(0.375));
}

TEST_CASE("divergences are in bits") {
    const Shares left{1, 0}, right{0, 1}, even{0.5, 0.5};
    CHECK(jensen_shannon_bits(left, left) == Approx(0));
    CHECK(jensen_shannon_bits(left, right) == Approx(1));
    // (1 log 1/0.75 + 0.5 log 0.5/0.75 + 0.5 log 0.5/0.25) / 2
    CHECK(jensen_shannon_bits(left, even) == Approx(0.311278).epsilon(1e-5));
    CHECK(jensen_shannon_bits(left, Shares{0.5, 0}) == Approx(0.311278).epsilon(1e-5));  // half lies outside
    CHECK(kullback_leibler_bits(left, even) == Approx(1));
    CHECK(kullback_leibler_bits(left, right, 0x1p-10) == Approx(10));
    CHECK(jensen_shannon_of_loss(2 * std::log(2.0)) == Approx(0));
    CHECK(jensen_shannon_of_loss(0) == Approx(1));
}

TEST_CASE("the best discriminator is p_data / (p_data + p_g) where there is anything") {
    CHECK(best_discriminator(Shares{0.375, 0.25, 0, 0}, Shares{0.125, 0.25, 0.5, 0}) ==
          Shares{0.75, 0.5, 0, -1});
}

TEST_CASE("a discriminator's number becomes an opinion, and a pull on fakes") {
    CHECK(opinion(LabLoss::non_saturating, 0, 0, 0) == Approx(0.5));
    CHECK(opinion(LabLoss::minimax, std::log(3.0), 0, 0) == Approx(0.75));
    CHECK(opinion(LabLoss::least_squares, 1.7, 0, 0) == Approx(1));
    CHECK(opinion(LabLoss::hinge, -1, 0, 0) == Approx(0));
    CHECK(opinion(LabLoss::wasserstein, 5, 3, 7) == Approx(0.5));
    CHECK(opinion(LabLoss::wasserstein, 5, 3, 3) == Approx(0.5));
    CHECK(opinion(LabLoss::wasserstein, std::nan(""), 3, 7) == Approx(0.5));
    // Of fakes that are seen through, minimax leaves almost nothing to follow.
    CHECK(generator_pull(LabLoss::non_saturating, -10) == Approx(1).epsilon(1e-3));
    CHECK(generator_pull(LabLoss::minimax, -10) < 1e-4);
    CHECK(generator_pull(LabLoss::least_squares, 0.25) == Approx(0.75));
    CHECK(generator_pull(LabLoss::wasserstein, 40) == Approx(1));
}

TEST_CASE("modes are counted within three deviations") {
    std::vector<float> points;
    for (int i = 0; i < 98; ++i) points.insert(points.end(), {1.4144f, 0.0f});  // the first of the ring
    points.insert(points.end(), {-1.4144f, 0.02f});                             // the fifth, a deviation away
    points.insert(points.end(), {0, 0});
    const LabModes modes = count_modes(LabData::ring, points);
    CHECK(modes.all == 8);
    CHECK(modes.found == 2);
    CHECK(modes.high_quality == Approx(0.99));
    CHECK(count_modes(LabData::grid, points).all == 25);
    CHECK(count_modes(LabData::grid, points).found == 3);  // its middle, and both ends of the axis
    CHECK(count_modes(LabData::moons, points).all == 0);
}

TEST_CASE("small cells of the manifold are dense") {
    // Two cells beside each other: 1 x 1 and 3 x 1.
    const std::vector<float> nodes{0, 0, 1, 0, 4, 0, 0, 1, 1, 1, 4, 1, 0, 1, 1, 1, 4, 1};
    const std::vector<ManifoldCell> cells = manifold_cells(nodes, 3);
    REQUIRE(cells.size() == 4);
    CHECK(cells[0].corners == std::array<size_t, 4>{0, 1, 4, 3});
    CHECK(cells[0].density > cells[1].density);
    CHECK(cells[2].density == Approx(1));  // no area at all
    CHECK(manifold_cells(nodes, 4).empty());
}

TEST_CASE("latents are spread as their distribution is") {
    CHECK(normal_quantile(0.5) == Approx(0));
    CHECK(normal_quantile(0.8413447) == Approx(1).epsilon(1e-4));
    CHECK(latent_grid(LabNoise::uniform, 1, 3) == std::vector<float>{-1, 0, 1});
    CHECK(latent_grid(LabNoise::normal, 2, 4).size() == 32);
    const std::vector<float> samples = latent_samples(LabNoise::normal, 2, 1600, 1);
    REQUIRE(samples.size() == 3200);
    double squares = 0;
    for (const float value : samples) squares += double(value) * double(value) / 3200;
    CHECK(squares == Approx(1).epsilon(0.02));
    CHECK(samples == latent_samples(LabNoise::normal, 2, 1600, 1));
}

TEST_CASE("other data bring the settings that work with them, and keep what was chosen") {
    LabExperiment experiment;
    CHECK(experiment == lab_defaults(LabData::ring));
    CHECK(with_data(experiment, LabData::grid) == lab_defaults(LabData::grid));
    experiment.loss = LabLoss::hinge;
    CHECK(with_data(experiment, LabData::moons).loss == LabLoss::hinge);
    CHECK(with_data(experiment, LabData::normal) == lab_defaults(LabData::normal));
}

TEST_CASE("weights are kept when only the game changes") {
    const LabExperiment before;
    LabExperiment now = before;
    now.loss = LabLoss::wasserstein;
    now.penalty = 0.1;
    now.k = 5;
    now.batch = 64;
    now.rate_g = 0.5;
    CHECK(keeps_weights(before, now));
    now.hidden = 65;
    CHECK_FALSE(keeps_weights(before, now));
    now = before;
    now.seed = 2;
    CHECK_FALSE(keeps_weights(before, now));
    CHECK(lab_settings(before).at("loss") == "non_saturating");
    CHECK(lab_settings(before).at("dims") == "2");
}

TEST_CASE("a session holds the experiments, and says what is wrong with them") {
    ViewerState state;
    state.page = Page::lab;
    state.lab.experiments.push_back(lab_defaults(LabData::drawn));
    state.lab.experiments[1].points = {0.25f, -0.5f};
    state.lab.edited = 1;
    state.lab.slow = true;
    const auto again = parse_session(session_text(state), "s.json");
    REQUIRE_MESSAGE(bool(again), again.error().text);
    CHECK(*again == state);
    const auto refused = [&](const char* part) {
        const auto read = parse_session(session_text(state), "s.json");
        REQUIRE_FALSE(bool(read));
        CHECK_MESSAGE(read.error().text.find(part) != std::string::npos, read.error().text);
    };
    state.lab.experiments[1].points.push_back(0);
    refused("lab.experiments.points has 3 entries");
    state.lab.experiments[1].points.clear();
    state.lab.experiments[0].bars.pop_back();
    refused("lab.experiments.bars has 19 entries");
    state.lab.experiments.resize(1);
    refused("lab.edited is 1");
    state.lab.experiments.resize(3);
    refused("3 entries, not 1 or 2");
}
