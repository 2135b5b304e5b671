// Mode collapse on a ring of eight Gaussians: three ways to train, and what the signals say.
// SPDX-License-Identifier: MIT
#include "host/data/toy.hpp"
#include "host/metrics/diagnosis.hpp"
#include "host/metrics/modes.hpp"
#include "host/zoo/demo.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

using plot::Colour;
using plot::Mark;

constexpr int drawn = 2500;
constexpr int64_t compared = 500;  // points whose pairs are measured

struct Way {
    std::string name;
    Training training;
    Colour colour;
    int64_t steps;
    std::vector<double> at{}, modes{}, diversity{};
    std::vector<std::string> alarms{};  // of the last check
    ModeCount last{};
    Tensor points{};
};

struct Truth {
    ToyDistribution toy;
    std::vector<float> means, points;  // `compared` real points

    int64_t modes() const { return int64_t(toy.means.size()); }
};

Result<Truth> truth_of(uint64_t seed) {
    Truth truth;
    VKGAN_ASSIGN(truth.toy, find_toy("ring"));
    for (const auto& mean : truth.toy.means)
        truth.means.insert(truth.means.end(), {float(mean[0]), float(mean[1])});
    for (int64_t i = 0; i < compared; ++i) {
        const ToyPoint point = truth.toy.draw(seed * 100000 + uint64_t(i));
        truth.points.insert(truth.points.end(), {float(point.x), float(point.y)});
    }
    return truth;
}

Status check(ZooContext& zoo, TrainingRun& run, const Truth& truth, CollapseMonitor& monitor, Way& way) {
    VKGAN_ASSIGN(way.points, zoo.samples(run, drawn));
    VKGAN_ASSIGN(way.last,
                 count_modes({way.points.values, drawn, 2}, {truth.means, truth.modes(), 2},
                             {.sigma = truth.toy.deviation, .radius = 0.2 / 1.414 / truth.toy.deviation}));
    VKGAN_ASSIGN(const double diversity,
                 relative_diversity({std::span(way.points.values).first(2 * compared), compared, 2},
                                    {truth.points, compared, 2}));
    const int64_t step = run.session().progress().steps;
    way.at.push_back(double(step));
    way.modes.push_back(double(way.last.well_hit));
    way.diversity.push_back(diversity);
    const auto [least, greatest] = std::ranges::minmax(way.last.hits);
    CollapseSignals signals{.iteration = step, .relative_diversity = diversity};
    // A generator that hits no mode at all is not balanced either.
    signals.class_balance = greatest > 0 ? double(least) / double(greatest) : 0;
    if (!way.training.recipe.starts_with("wgan")) signals.d_loss = zoo.recent("loss_d");
    way.alarms.clear();
    for (const CollapseAlarm& alarm : monitor.check(signals)) way.alarms.push_back(alarm.sentence);
    return {};
}

Status train(DemoContext& demo, const Truth& truth, Way& way) {
    ZooContext zoo = demo.trainings();
    CollapseMonitor monitor;
    VKGAN_ASSIGN(const auto run, zoo.open(way.training));
    const int64_t every = std::max<int64_t>(1, way.steps / 20);
    return zoo.train(*run, way.steps, [&](const StepResult& result) -> Status {
        return result.step % every == 0 ? check(zoo, *run, truth, monitor, way) : Status{};
    });
}

plot::Panel points_panel(const Way& way, const Truth& truth) {
    plot::Panel panel{.title = fmt::format("{}: {} of {} modes", way.name, way.last.well_hit, truth.modes()),
                      .x = {.low = -2.2, .high = 2.2},
                      .y = {.low = -2.2, .high = 2.2}};
    Mark real{
        .kind = Mark::Kind::points, .label = "data", .colour = Colour::grey, .size = 5, .opacity = 0.35};
    for (size_t i = 0; i < truth.points.size(); i += 2) {
        real.x.push_back(double(truth.points[i]));
        real.y.push_back(double(truth.points[i + 1]));
    }
    Mark drawn_points{
        .kind = Mark::Kind::points, .label = way.name, .colour = way.colour, .size = 1.6, .opacity = 0.6};
    for (size_t i = 0; i < 2000; i += 2) {
        drawn_points.x.push_back(double(way.points.values[i]));
        drawn_points.y.push_back(double(way.points.values[i + 1]));
    }
    panel.marks = {std::move(real), std::move(drawn_points)};
    return panel;
}

plot::Plot plot_of(const std::vector<Way>& ways, const Truth& truth) {
    plot::Plot plot{
        .title = "Mode collapse on a ring of eight", .columns = 4, .panel_width = 320, .panel_height = 310};
    for (const Way& way : ways) plot.panels.push_back(points_panel(way, truth));
    plot::Panel modes{.title = "Modes with 20 of 2500 points",
                      .x = {.title = "share of the training"},
                      .y = {.low = 0, .high = 8.5}};
    plot::Panel diversity{
        .title = "Distance of pairs / of data", .x = {.title = "share of the training"}, .y = {.low = 0}};
    for (const Way& way : ways) {
        std::vector<double> share;
        for (const double step : way.at) share.push_back(step / double(way.steps));
        modes.marks.push_back(
            {.x = share, .y = way.modes, .label = way.name, .colour = way.colour, .size = 2.4});
        diversity.marks.push_back({.x = share, .y = way.diversity, .colour = way.colour, .size = 2.4});
    }
    diversity.marks.push_back({.x = {0, 1},
                               .y = {0.4, 0.4},
                               .label = "alarm below 0.4",
                               .colour = Colour::black,
                               .stroke = plot::Stroke::dashed,
                               .size = 1.4});
    plot.panels.push_back(std::move(modes));
    plot.panels.push_back(std::move(diversity));
    plot::Panel balance{.title = "Points of each mode at the end",
                        .x = {.title = "mode"},
                        .y = {.title = "of 2500", .low = 0},
                        .span = 2};
    for (size_t way = 0; way < ways.size(); ++way) {
        Mark mark{.kind = Mark::Kind::bars, .colour = ways[way].colour, .width = 0.2};
        for (size_t mode = 0; mode < ways[way].last.hits.size(); ++mode) {
            mark.x.push_back(double(mode) + 0.21 * (double(way) - 1.5));
            mark.y.push_back(double(ways[way].last.hits[mode]));
        }
        balance.marks.push_back(std::move(mark));
    }
    plot.panels.push_back(std::move(balance));
    return plot;
}

Status run_mode_collapse(DemoContext& demo) {
    VKGAN_ASSIGN(const Truth truth, truth_of(demo.seed()));
    const Settings game{{"dims", "2"},    {"nz", "2"},    {"z", "normal"},
                        {"hidden", "64"}, {"depth", "3"}, {"lr_d", "0.001"}};
    // A discriminator that follows too slowly does not hinder the generator from going all to one place.
    Settings slow = game;
    slow["lr_d"] = "0.0001";
    Settings packed = slow;
    packed["pack"] = "2";
    std::vector<Way> ways{
        {"NS-GAN", {"toy", game, "toy:ring", "plain"}, Colour::green, demo.steps(2000, 40)},
        {"NS-GAN, slow D", {"toy", slow, "toy:ring", "slow"}, Colour::vermillion, demo.steps(2000, 40)},
        {"slow D, pairs packed", {"toy", packed, "toy:ring", "packed"}, Colour::orange, demo.steps(2000, 40)},
        {"WGAN-GP",
         {"wgan_gp",
          {{"nets", "points"},
           {"nz", "2"},
           {"hidden", "64"},
           {"penalty", "0.1"},
           {"lr", "0.001"},
           {"batch", "256"},
           {"ema", "0"}},
          "toy:ring",
          "wgan_gp"},
         Colour::blue,
         demo.steps(500, 20)}};
    for (Way& way : ways) {
        VKGAN_TRY(train(demo, truth, way));
        const std::string words =
            way.alarms.empty() ? "all is well" : fmt::format("{}", fmt::join(way.alarms, "; "));
        demo.numbers()[way.name] = {{"steps", way.steps},
                                    {"modes", way.last.well_hit},
                                    {"hits", way.last.hits},
                                    {"share_near_modes", way.last.high_quality_share},
                                    {"jsd_to_uniform", way.last.jsd_to_uniform},
                                    {"modes_over_time", way.modes},
                                    {"diversity", way.diversity},
                                    {"alarms", way.alarms}};
        demo.say(
            fmt::format("{} after {} steps: {} of 8 modes, {:.0f} % of points near one, diversity {:.2f}; "
                        "the monitor: {}",
                        way.name, way.steps, way.last.well_hit, 100 * way.last.high_quality_share,
                        way.diversity.back(), words));
    }
    return demo.plot("mode_collapse", plot_of(ways, truth));
}

}  // namespace

namespace demo_def {

extern const Demo mode_collapse;
const Demo mode_collapse = {
    .name = "mode_collapse",
    .title = "Mode collapse",
    .what =
        "a ring of eight Gaussians by a plain GAN, with packing, and by WGAN-GP, under the collapse monitor",
    .run = run_mode_collapse,
};

}  // namespace demo_def

}  // namespace vkgan
