// Figure 1 of the 2014 paper, with a real training: p_data, p_g, D and the best D at moments of the game.
// SPDX-License-Identifier: MIT
#include "host/zoo/demo_line.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <numbers>

namespace vkgan {

namespace {

using plot::Colour;
using plot::Mark;
using plot::Stroke;

constexpr int drawn = 50000, drawn_on_the_way = 10000, arrows = 17;
constexpr double x_ruler = -0.2, z_ruler = -0.78, top = 1.25;
// The ends of the ruler of z, and what is shown of x.
constexpr double z_left = 0, z_right = 4, shown_low = -1, shown_high = 5;

struct Curves {
    std::vector<double> steps, divergence, implied;
};

struct Moment {
    int64_t step = 0;
    LineView view;
    std::vector<double> x, d;             // the trained discriminator
    std::vector<double> middles, best_d;  // p_data / (p_data + p_g); NaN where neither is
    std::vector<double> z, g_of_z;
    double d_error = 0;  // mean |D - best D|, weighted by (p_data + p_g) / 2
};

double at(const std::vector<double>& x, const std::vector<double>& y, double place) {
    const double share = (place - x.front()) / (x.back() - x.front()) * double(x.size() - 1);
    const size_t lower = std::min(x.size() - 2, size_t(std::max(0.0, share)));
    return std::lerp(y[lower], y[lower + 1], share - double(lower));
}

Result<Moment> look(ZooContext& zoo, TrainingRun& run, const ToyDistribution& truth) {
    Moment moment{.step = run.session().progress().steps};
    VKGAN_ASSIGN(moment.view, look_at_line(zoo, run, truth, drawn));
    VKGAN_ASSIGN(const auto networks, zoo.networks(run));
    const Tensor x = places_on_line(line_bins.low, line_bins.high, 400);
    VKGAN_ASSIGN(const Tensor logits, networks->run_all("D", {{"image", x}}));
    moment.x = in_doubles(x.values);
    moment.d = sigmoids(logits.values);
    Tensor z(Shape{arrows, 1});
    for (int i = 0; i < arrows; ++i) z.values[size_t(i)] = float(-1 + 2.0 * i / (arrows - 1));
    VKGAN_ASSIGN(const Tensor points, networks->run_all("G", {{"z", z}}));
    moment.z = in_doubles(z.values);
    moment.g_of_z = in_doubles(points.values);
    moment.middles = bin_middles(line_bins);
    double weight = 0, error = 0;
    for (size_t i = 0; i < moment.middles.size(); ++i) {
        const double p = moment.view.real[i], q = moment.view.generated[i];
        moment.best_d.push_back(p + q > 1e-3 ? p / (p + q) : std::nan(""));
        if (p + q <= 1e-3) continue;
        error += (p + q) / 2 * std::abs(at(moment.x, moment.d, moment.middles[i]) - moment.best_d.back());
        weight += (p + q) / 2;
    }
    moment.d_error = weight > 0 ? error / weight : std::nan("");
    return moment;
}

plot::Panel panel_of(const Moment& moment, const ToyDistribution& truth) {
    plot::Panel panel{
        .title = fmt::format("after {} steps of G, JSD {:.3f}", moment.step, moment.view.divergence),
        .x = {.low = shown_low, .high = shown_high},
        .y = {.low = -1, .high = top, .least_tick = 0}};
    panel.marks = {
        generated_mark(moment.view), truth_mark(truth),
        Mark{.x = moment.middles,
             .y = moment.best_d,
             .label = "best D: p_data / (p_data + p_g)",
             .colour = Colour::orange,
             .stroke = Stroke::dashed,
             .size = 2.4},
        Mark{.x = moment.x, .y = moment.d, .label = "D, trained", .colour = Colour::blue, .size = 2.4}};
    for (const auto& [low, high, y] :
         {std::array{shown_low, shown_high, x_ruler}, std::array{z_left, z_right, z_ruler}})
        panel.marks.push_back({.x = {low, high}, .y = {y, y}, .colour = Colour::black, .size = 1.4});
    Mark mapping{.kind = Mark::Kind::arrows, .label = "z to x = G(z)", .colour = Colour::purple, .size = 1.2};
    // A generator may fall as z grows: the ruler then runs from right to left.
    const bool falls = moment.g_of_z.back() < moment.g_of_z.front();
    for (size_t i = 0; i < moment.z.size(); ++i) {
        const double place = falls ? -moment.z[i] : moment.z[i];
        mapping.x.push_back(std::lerp(z_left, z_right, (place + 1) / 2));
        mapping.y.push_back(z_ruler);
        mapping.x2.push_back(moment.g_of_z[i]);
        mapping.y2.push_back(x_ruler);
    }
    panel.marks.push_back(std::move(mapping));
    panel.notes = {{shown_low + 0.1, x_ruler + 0.06, "x", plot::Note::Anchor::start},
                   {z_left - 0.15, z_ruler + 0.02, falls ? "z = 1" : "z = -1", plot::Note::Anchor::end},
                   {z_right + 0.15, z_ruler + 0.02, falls ? "z = -1" : "z = 1", plot::Note::Anchor::start}};
    return panel;
}

plot::Panel curves_panel(const Curves& curves) {
    plot::Panel panel{.title = "Jensen-Shannon divergence of p_data and p_g",
                      .x = {.title = "steps of G"},
                      .y = {.title = "nats", .low = 1e-3, .high = 1, .logarithmic = true},
                      .span = 2};
    panel.marks = {{.x = curves.steps,
                    .y = curves.divergence,
                    .label = "JSD by histograms",
                    .colour = Colour::green,
                    .size = 2.4},
                   {.x = curves.steps,
                    .y = curves.implied,
                    .label = "JSD implied by D's loss: log 2 - L_D / 2",
                    .colour = Colour::blue,
                    .stroke = Stroke::dashed,
                    .size = 2.4},
                   {.x = {0, curves.steps.back()},
                    .y = {std::numbers::ln2, std::numbers::ln2},
                    .label = "log 2, the greatest",
                    .colour = Colour::grey,
                    .size = 1.4}};
    return panel;
}

void tell(DemoContext& demo, const std::vector<Moment>& moments, const Curves& curves) {
    auto& numbers = demo.numbers();
    numbers["moments"] = nlohmann::ordered_json::array();
    for (const Moment& moment : moments) {
        numbers["moments"].push_back({{"step", moment.step},
                                      {"jsd", moment.view.divergence},
                                      {"mean", moment.view.mean},
                                      {"deviation", moment.view.deviation},
                                      {"d_error", moment.d_error}});
        demo.say(fmt::format(
            "after {} steps: JSD {:.4f} nats, p_g has mean {:.3f} and deviation {:.3f} (data 2, 0.5), "
            "|D - best D| {:.3f} on average",
            moment.step, moment.view.divergence, moment.view.mean, moment.view.deviation, moment.d_error));
    }
    numbers["steps"] = curves.steps;
    numbers["jsd"] = curves.divergence;
    numbers["jsd_implied"] = curves.implied;
    demo.say(fmt::format("at the end JSD is {:.4f} by histograms, {:.4f} as D's loss implies",
                         curves.divergence.back(), curves.implied.back()));
}

Status run_figure1(DemoContext& demo) {
    ZooContext zoo = demo.trainings();
    VKGAN_ASSIGN(const ToyDistribution truth, find_toy("normal"));
    VKGAN_ASSIGN(const auto run, zoo.open({"toy", {{"k", "5"}}, "toy:normal"}));
    const std::array<int64_t, 4> stops =
        demo.quick() ? std::array<int64_t, 4>{2, 10, 20, 40} : std::array<int64_t, 4>{20, 150, 400, 4000};
    const int64_t every = demo.steps(50, 5);
    Curves curves;
    const auto follow = [&](const StepResult& result) -> Status {
        if (result.step % every != 0) return {};
        VKGAN_ASSIGN(const LineView view, look_at_line(zoo, *run, truth, drawn_on_the_way));
        curves.steps.push_back(double(result.step));
        curves.divergence.push_back(view.divergence);
        curves.implied.push_back(std::numbers::ln2 - zoo.recent("loss_d") / 2);
        return {};
    };
    plot::Plot plot{.title =
                        "A generator learns N(2, 0.5): figure 1 of Goodfellow et al. 2014, trained here"};
    std::vector<Moment> moments;
    for (const int64_t stop : stops) {
        VKGAN_TRY(zoo.train(*run, stop - run->session().progress().steps, follow));
        VKGAN_ASSIGN(Moment moment, look(zoo, *run, truth));
        plot.panels.push_back(panel_of(moment, truth));
        moments.push_back(std::move(moment));
    }
    plot.panels.push_back(curves_panel(curves));
    tell(demo, moments, curves);
    return demo.plot("figure1", plot);
}

}  // namespace

namespace demo_def {

extern const Demo figure1;
const Demo figure1 = {
    .name = "figure1",
    .title = "The game on a line",
    .what =
        "p_data, p_g, D and the best D at four moments of a training, and the divergence that D's loss tells",
    .run = run_figure1,
};

}  // namespace demo_def

}  // namespace vkgan
