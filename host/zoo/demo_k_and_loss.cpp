// What k and the generator's loss do: the same game on a line, four ways.
// SPDX-License-Identifier: MIT
#include "host/zoo/demo_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace vkgan {

namespace {

using plot::Colour;
using plot::Mark;

constexpr int drawn = 50000;

struct Way {
    std::string k, loss;
    Colour colour;
    std::vector<LineView> views{};  // by seed

    std::string name() const {
        return fmt::format("{}, k = {}", loss == "minimax" ? loss : "non-saturating", k);
    }
    double median() const {
        std::vector<double> values;
        for (const LineView& view : views) values.push_back(view.divergence);
        std::ranges::sort(values);
        return values[values.size() / 2];
    }
};

Status train(DemoContext& demo, const ToyDistribution& truth, uint64_t seed, Way& way) {
    ZooContext zoo = demo.trainings(seed);
    VKGAN_ASSIGN(const auto run,
                 zoo.open({"toy", {{"k", way.k}, {"loss", way.loss}}, "toy:normal", way.loss + way.k}));
    VKGAN_TRY(zoo.train(*run, demo.steps(1500, 40)));
    VKGAN_ASSIGN(LineView view, look_at_line(zoo, *run, truth, drawn));
    way.views.push_back(std::move(view));
    return {};
}

plot::Panel bars_panel(const std::vector<Way>& ways) {
    plot::Panel panel{.title = "JSD at the end: median (bar), every seed (dot)",
                      .y = {.title = "nats", .low = 0},
                      .span = 2};
    Mark dots{.kind = Mark::Kind::points, .colour = Colour::black, .size = 4};
    for (size_t i = 0; i < ways.size(); ++i) {
        panel.x.names.emplace_back(double(i), ways[i].name());
        panel.marks.push_back({.kind = Mark::Kind::bars,
                               .x = {double(i)},
                               .y = {ways[i].median()},
                               .colour = ways[i].colour,
                               .width = 0.6});
        for (size_t seed = 0; seed < ways[i].views.size(); ++seed) {
            dots.x.push_back(double(i) + 0.1 * (double(seed) - double(ways[i].views.size() - 1) / 2));
            dots.y.push_back(ways[i].views[seed].divergence);
        }
    }
    panel.marks.push_back(std::move(dots));
    return panel;
}

plot::Panel densities_panel(const Way& way, const ToyDistribution& truth, uint64_t first_seed) {
    plot::Panel panel{
        .title = way.name(), .x = {.low = 0, .high = 4}, .y = {.title = "density", .low = 0, .high = 1.6}};
    const std::array colours{Colour::green, Colour::sky, Colour::purple};
    for (size_t seed = 0; seed < way.views.size(); ++seed) {
        Mark mark{.x = bin_middles(line_bins),
                  .y = way.views[seed].generated,
                  .label = fmt::format("p_g, seed {}", first_seed + seed),
                  .colour = colours[seed % 3],
                  .size = 2.2};
        panel.marks.push_back(std::move(mark));
    }
    panel.marks.push_back(truth_mark(truth));
    return panel;
}

Status run_k_and_loss(DemoContext& demo) {
    VKGAN_ASSIGN(const ToyDistribution truth, find_toy("normal"));
    std::vector<Way> ways{{"1", "minimax", Colour::vermillion},
                          {"1", "non_saturating", Colour::orange},
                          {"5", "minimax", Colour::sky},
                          {"5", "non_saturating", Colour::blue}};
    plot::Plot plot{.title = "k steps of D for each of G, and G's loss", .panel_height = 260};
    for (Way& way : ways) {
        nlohmann::ordered_json by_seed = nlohmann::ordered_json::array();
        std::string values;
        for (uint64_t seed = 0; seed < (demo.quick() ? 1 : 3); ++seed) {
            VKGAN_TRY(train(demo, truth, seed, way));
            by_seed.push_back(way.views.back().divergence);
            values += fmt::format(" {:.4f}", way.views.back().divergence);
        }
        demo.numbers()[way.loss + "_k" + way.k] = {{"jsd_by_seed", by_seed}, {"jsd_median", way.median()}};
        demo.say(fmt::format("{:<22} JSD{} nats, median {:.4f}", way.name(), values, way.median()));
    }
    plot.panels.push_back(bars_panel(ways));
    for (const Way& way : ways) plot.panels.push_back(densities_panel(way, truth, demo.seed()));
    return demo.plot("k_and_loss", plot);
}

}  // namespace

namespace demo_def {

extern const Demo k_and_loss;
const Demo k_and_loss = {
    .name = "k_and_loss",
    .title = "Steps of D and the loss of G",
    .what =
        "one or five steps of D for each of G, minimax or non-saturating: how far p_g stays from the data",
    .run = run_k_and_loss,
};

}  // namespace demo_def

}  // namespace vkgan
