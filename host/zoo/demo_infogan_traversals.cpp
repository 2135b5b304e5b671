// InfoGAN: a row for every category, columns along a continuous code.
// SPDX-License-Identifier: MIT
#include "host/metrics/images.hpp"
#include "host/metrics/labels.hpp"
#include "host/metrics/scores.hpp"
#include "host/zoo/demo.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

constexpr int categories = 10, stops = 9, each = 200;

double value_at(int stop) { return -2 + 4.0 * stop / (stops - 1); }

// One noise for all: only category and code differ.
Result<Tensor> traversal(ZooContext& zoo, TrainingRun& run, int code) {
    Tensor grid(Shape{categories * stops, 1, 28, 28});
    for (int category = 0; category < categories; ++category) {
        for (int stop = 0; stop < stops; ++stop) {
            Controls controls{{"c", double(category)}, {"code.0", 0.0}, {"code.1", 0.0}};
            controls[fmt::format("code.{}", code)] = value_at(stop);
            VKGAN_ASSIGN(const Tensor image, zoo.samples(run, 1, controls));
            std::ranges::copy(image.values, grid.values.begin() + 784 * (category * stops + stop));
        }
    }
    return grid;
}

// Correlation of a code inside [-1, 1], the range of training, with the strokes' slant.
Result<double> slant_correlation(ZooContext& zoo, TrainingRun& run, int code) {
    std::vector<double> codes, slants;
    for (int step = 0; step <= 8; ++step) {
        const double value = -1 + 0.25 * step;
        VKGAN_ASSIGN(const Tensor images, zoo.samples(run, 50, {{fmt::format("code.{}", code), value}}));
        for (size_t i = 0; i < 50; ++i) {
            const auto slant = image_slant(std::span(images.values).subspan(i * 784, 784), 28);
            if (!slant) continue;  // an empty image has none
            codes.push_back(value);
            slants.push_back(*slant);
        }
    }
    return pearson(codes, slants);
}

Result<Contingency> meaning(ZooContext& zoo, TrainingRun& run) {
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("digits"));
    std::vector<int> asked, seen;
    for (int category = 0; category < categories; ++category) {
        VKGAN_ASSIGN(const Tensor images, zoo.samples(run, each, {{"c", double(category)}}));
        VKGAN_ASSIGN(const Evaluator::Seen looked, evaluator->look(images));
        const std::vector<int> labels = argmax_rows(features_of(looked.logits));
        seen.insert(seen.end(), labels.begin(), labels.end());
        asked.insert(asked.end(), labels.size(), category);
    }
    return contingency(asked, categories, seen, 10);
}

plot::Plot plot_of(const Contingency& table) {
    plot::Plot plot{.title = "Digits that the evaluator sees in samples of each category",
                    .columns = 1,
                    .panel_width = 560,
                    .panel_height = 460};
    plot::Panel panel{.x = {.title = "digit"}, .y = {.title = "category"}};
    plot::Mark heat{.kind = plot::Mark::Kind::heat, .x = {-0.5, 9.5, -0.5, 9.5}, .columns = 10};
    for (int row = 0; row < categories; ++row) {
        panel.x.names.emplace_back(row, fmt::format("{}", row));
        panel.y.names.emplace_back(row, fmt::format("{}", row));
        for (int column = 0; column < 10; ++column) {
            heat.y.push_back(double(table.at(row, column)));
            if (table.at(row, column) < each / 20) continue;
            panel.notes.push_back({double(column), row - 0.1, fmt::format("{}", table.at(row, column)),
                                   plot::Note::Anchor::middle, plot::Colour::vermillion});
        }
    }
    panel.x.low = panel.y.low = -0.5;
    panel.x.high = panel.y.high = 9.5;
    panel.marks.push_back(std::move(heat));
    plot.panels.push_back(std::move(panel));
    return plot;
}

Status run_infogan_traversals(DemoContext& demo) {
    ZooContext zoo = demo.trainings();
    VKGAN_ASSIGN(const auto run,
                 zoo.open({"infogan", {{"filters", "32"}, {"width", "256"}, {"batch", "64"}}, "digits"}));
    VKGAN_TRY(zoo.train(*run, demo.steps(500, 5)));
    auto& numbers = demo.numbers();
    numbers["information_by_q"] = zoo.recent("information");
    for (int code = 0; code < 2; ++code) {
        VKGAN_ASSIGN(const Tensor grid, traversal(zoo, *run, code));
        VKGAN_TRY(demo.picture(fmt::format("infogan_traversals_code{}", code), make_grid(grid, stops)));
        const auto correlation = slant_correlation(zoo, *run, code);
        if (!correlation) continue;  // all images are equal
        numbers[fmt::format("code{}_slant_correlation", code)] = *correlation;
        demo.say(fmt::format("code {}: correlation {:.2f} with the slant of strokes", code, *correlation));
    }
    VKGAN_ASSIGN(const Contingency table, meaning(zoo, *run));
    VKGAN_ASSIGN(const double pure, purity(table));
    VKGAN_ASSIGN(const double information, mutual_information(table));
    numbers["purity"] = pure;
    numbers["information_with_digit"] = information;
    demo.say(
        fmt::format("Q reads {:.2f} of 2.30 nats of the category from images; with the digit it shares "
                    "{:.2f} nats, purity {:.2f}",
                    zoo.recent("information"), information, pure));
    return demo.plot("infogan_traversals", plot_of(table));
}

}  // namespace

namespace demo_def {

extern const Demo infogan_traversals;
const Demo infogan_traversals = {
    .name = "infogan_traversals",
    .title = "What codes come to mean",
    .what = "InfoGAN on digits: a row for every category, columns along a code, and what categories show",
    .run = run_infogan_traversals,
};

}  // namespace demo_def

}  // namespace vkgan
