// Between two classes: a conditional GAN is asked for a share of each.
// SPDX-License-Identifier: MIT
#include "host/metrics/scores.hpp"
#include "host/zoo/demo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace vkgan {

namespace {

constexpr int stops = 11, measured = 200;
constexpr std::array<std::array<int, 2>, 6> pairs{{{0, 6}, {1, 7}, {3, 8}, {4, 9}, {5, 6}, {2, 3}}};

struct Blend {
    std::array<int, 2> pair;
    std::array<double, stops> first{}, second{}, other{};  // shares of samples that show them
};

Controls blend_of(const std::array<int, 2>& pair, double share) {
    return {{fmt::format("y.{}", pair[0]), 1 - share}, {fmt::format("y.{}", pair[1]), share}};
}

Result<Blend> measure(ZooContext& zoo, TrainingRun& run, const std::array<int, 2>& pair, Tensor& row) {
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("digits"));
    Blend blend{pair};
    for (int stop = 0; stop < stops; ++stop) {
        VKGAN_ASSIGN(const Tensor images, zoo.samples(run, measured, blend_of(pair, stop / (stops - 1.0))));
        std::copy_n(images.values.begin(), 784, row.values.begin() + 784 * stop);
        VKGAN_ASSIGN(const Evaluator::Seen seen, evaluator->look(images));
        const std::vector<int> labels = argmax_rows(features_of(seen.logits));
        blend.first[size_t(stop)] = double(std::ranges::count(labels, pair[0])) / measured;
        blend.second[size_t(stop)] = double(std::ranges::count(labels, pair[1])) / measured;
        blend.other[size_t(stop)] = 1 - blend.first[size_t(stop)] - blend.second[size_t(stop)];
    }
    return blend;
}

plot::Panel panel_of(const Blend& blend) {
    plot::Panel panel{.title = fmt::format("{} to {}", blend.pair[0], blend.pair[1]),
                      .x = {.title = "share of the second class"},
                      .y = {.title = "share of samples", .low = 0, .high = 1.02}};
    std::vector<double> x;
    for (int stop = 0; stop < stops; ++stop) x.push_back(stop / (stops - 1.0));
    panel.marks = {{.x = x,
                    .y = {blend.first.begin(), blend.first.end()},
                    .label = "show the first class",
                    .colour = plot::Colour::blue,
                    .size = 2.6},
                   {.x = x,
                    .y = {blend.second.begin(), blend.second.end()},
                    .label = "show the second class",
                    .colour = plot::Colour::vermillion,
                    .size = 2.6},
                   {.x = x,
                    .y = {blend.other.begin(), blend.other.end()},
                    .label = "show another",
                    .colour = plot::Colour::grey,
                    .stroke = plot::Stroke::dashed,
                    .size = 2}};
    return panel;
}

Status run_class_blends(DemoContext& demo) {
    ZooContext zoo = demo.trainings();
    VKGAN_ASSIGN(const auto run,
                 zoo.open({"cgan",
                           {{"filters", "16"}, {"batch", "32"}, {"ema", demo.quick() ? "0.9" : "0.98"}},
                           "digits"}));
    VKGAN_TRY(zoo.train(*run, demo.steps(600, 10)));
    plot::Plot plot{.title = "A conditional GAN between two digits, as the evaluator sees it",
                    .columns = 3,
                    .panel_width = 350,
                    .panel_height = 250};
    Tensor grid(Shape{stops * int64_t(pairs.size()), 1, 28, 28});
    auto& numbers = demo.numbers();
    numbers["blends"] = nlohmann::ordered_json::array();
    for (size_t i = 0; i < pairs.size(); ++i) {
        Tensor row(Shape{stops, 1, 28, 28});
        VKGAN_ASSIGN(const Blend blend, measure(zoo, *run, pairs[i], row));
        std::ranges::copy(row.values, grid.values.begin() + ptrdiff_t(i * row.values.size()));
        plot.panels.push_back(panel_of(blend));
        numbers["blends"].push_back({{"from", blend.pair[0]},
                                     {"to", blend.pair[1]},
                                     {"first", blend.first},
                                     {"second", blend.second},
                                     {"another", blend.other}});
        demo.say(
            fmt::format("{} to {}: {:.0f} % show {} at the start, {:.0f} % show {} at the end; half way "
                        "{:.0f} %, {:.0f} % and "
                        "{:.0f} % another",
                        pairs[i][0], pairs[i][1], 100 * blend.first[0], pairs[i][0],
                        100 * blend.second[stops - 1], pairs[i][1], 100 * blend.first[stops / 2],
                        100 * blend.second[stops / 2], 100 * blend.other[stops / 2]));
    }
    VKGAN_TRY(demo.picture("class_blends", make_grid(grid, stops)));
    return demo.plot("class_blends_shares", plot);
}

}  // namespace

namespace demo_def {

extern const Demo class_blends;
const Demo class_blends = {
    .name = "class_blends",
    .title = "Between classes",
    .what = "a conditional GAN asked for shares of two digits: pictures, and what the evaluator sees in them",
    .run = run_class_blends,
};

}  // namespace demo_def

}  // namespace vkgan
