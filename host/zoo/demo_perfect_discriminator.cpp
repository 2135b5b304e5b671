// A discriminator that wins: what the generator's gradient is then, by three losses.
// SPDX-License-Identifier: MIT
#include "host/zoo/demo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace vkgan {

namespace {

using plot::Colour;
using plot::Mark;
using plot::Stroke;

// Real points are uniform on [-0.5, 0.5], generated ones on [2.5, 3.5].
constexpr double distance = 3, width = 1, low = -2, high = 5;
constexpr int places = 700;

double density(double x, double middle) { return std::abs(x - middle) <= width / 2 ? 1 / width : 0; }

// |d loss / dx| of a generated point at x, for each of the places.
struct Gradients {
    std::vector<double> minimax, saturating_not, wasserstein;
};

// By central differences of the network's outputs.
std::vector<double> slopes(const std::vector<double>& outputs) {
    const double step = (high - low) / places;
    std::vector<double> result(outputs.size(), std::nan(""));
    for (size_t i = 1; i + 1 < outputs.size(); ++i)
        result[i] = (outputs[i + 1] - outputs[i - 1]) / (2 * step);
    return result;
}

double over_fakes(const std::vector<double>& x, const std::vector<double>& values) {
    double sum = 0, weight = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        if (std::isnan(values[i])) continue;
        sum += density(x[i], distance) * values[i];
        weight += density(x[i], distance);
    }
    return sum / weight;
}

struct Discriminator {
    int64_t step = 0;
    std::vector<double> outputs, d;
};

Result<std::vector<double>> outputs_of(ZooContext& zoo, TrainingRun& run) {
    VKGAN_ASSIGN(const auto networks, zoo.networks(run));
    VKGAN_ASSIGN(const Tensor outputs,
                 networks->run_all("D", {{"image", places_on_line(low, high, places)}}));
    return in_doubles(outputs.values);
}

Training training_of(const std::string& loss) {
    return {"two_distributions",
            {{"shape", "uniform"},
             {"width", fmt::format("{}", width)},
             {"distance", fmt::format("{}", distance)},
             {"loss", loss},
             {"penalty", "50"},
             {"ramp", "1000"}},
            "toy:normal",
            loss};
}

Gradients gradients_of(const Discriminator& last, const std::vector<double>& critic) {
    Gradients gradients;
    const std::vector<double> slope = slopes(last.outputs);
    for (size_t i = 0; i < slope.size(); ++i) {
        // log(1 - D) has the derivative -D s', -log D has -(1 - D) s', with the logit s. 1 - D is computed
        // from s: D itself rounds to 1.
        const double s = last.outputs[i];
        gradients.minimax.push_back(std::abs(slope[i]) / (1 + std::exp(-s)));
        gradients.saturating_not.push_back(std::abs(slope[i]) / (1 + std::exp(s)));
    }
    for (const double slope_of_critic : slopes(critic))
        gradients.wasserstein.push_back(std::abs(slope_of_critic));
    return gradients;
}

plot::Panel densities_panel(const std::vector<double>& x) {
    plot::Panel panel{
        .title = "The two distributions", .x = {.title = "x"}, .y = {.title = "density", .low = 0}};
    Mark real{.x = x, .label = "p_data", .colour = Colour::black, .stroke = Stroke::dotted, .size = 2.4};
    Mark fake{.x = x, .label = "p_g", .colour = Colour::green, .size = 2.4};
    for (const double at : x) {
        real.y.push_back(density(at, 0));
        fake.y.push_back(density(at, distance));
    }
    panel.marks = {real, fake};
    return panel;
}

plot::Plot plot_of(const std::vector<double>& x, const std::vector<Discriminator>& moments,
                   const std::vector<double>& critic, const Gradients& gradients) {
    plot::Plot plot{.title = "What a perfect discriminator teaches a generator"};
    plot.panels.push_back(densities_panel(x));
    plot::Panel games{.title = "D on the way to perfection",
                      .x = {.title = "x"},
                      .y = {.title = "D(x)", .low = 0, .high = 1.05}};
    const std::array colours{Colour::sky, Colour::orange, Colour::blue};
    for (size_t i = 0; i < moments.size(); ++i)
        games.marks.push_back({.x = x,
                               .y = moments[i].d,
                               .label = fmt::format("D after {} steps", moments[i].step),
                               .colour = colours[i % 3],
                               .size = 2.4});
    plot.panels.push_back(std::move(games));
    plot::Panel critics{
        .title = "What G sees beneath: logits and critic", .x = {.title = "x"}, .y = {.title = "output"}};
    critics.marks = {
        {.x = x,
         .y = moments.back().outputs,
         .label = "D's logit",
         .colour = Colour::blue,
         .stroke = Stroke::dashed,
         .size = 2.4},
        {.x = x, .y = critic, .label = "critic (gradient penalty)", .colour = Colour::purple, .size = 2.4}};
    plot.panels.push_back(std::move(critics));
    plot::Panel norms{.title = "|d loss_G / dx| at a generated point x",
                      .x = {.title = "x"},
                      .y = {.title = "gradient", .low = 1e-8, .high = 10, .logarithmic = true}};
    norms.marks = {{.x = x,
                    .y = gradients.minimax,
                    .label = "minimax: log(1 - D)",
                    .colour = Colour::vermillion,
                    .size = 2.4},
                   {.x = x,
                    .y = gradients.saturating_not,
                    .label = "non-saturating: -log D",
                    .colour = Colour::green,
                    .stroke = Stroke::dashed,
                    .size = 2.4},
                   {.x = x,
                    .y = gradients.wasserstein,
                    .label = "Wasserstein: -f",
                    .colour = Colour::purple,
                    .size = 2.4}};
    plot.panels.push_back(std::move(norms));
    return plot;
}

Status run_perfect_discriminator(DemoContext& demo) {
    ZooContext zoo = demo.trainings();
    const std::vector<double> x = in_doubles(places_on_line(low, high, places).values);
    const std::array<int64_t, 3> stops =
        demo.quick() ? std::array<int64_t, 3>{5, 20, 60} : std::array<int64_t, 3>{20, 200, 4000};
    VKGAN_ASSIGN(const auto run, zoo.open(training_of("gan")));
    std::vector<Discriminator> moments;
    auto& numbers = demo.numbers();
    numbers["discriminator"] = nlohmann::ordered_json::array();
    for (const int64_t stop : stops) {
        VKGAN_TRY(zoo.train(*run, stop - run->session().progress().steps));
        Discriminator moment{.step = stop};
        VKGAN_ASSIGN(moment.outputs, outputs_of(zoo, *run));
        for (const double s : moment.outputs) moment.d.push_back(1 / (1 + std::exp(-s)));
        const Gradients now = gradients_of(moment, {});
        const double d_fake = over_fakes(x, moment.d);
        const double minimax = over_fakes(x, now.minimax), other = over_fakes(x, now.saturating_not);
        numbers["discriminator"].push_back({{"step", stop},
                                            {"loss_d", zoo.recent("loss_d")},
                                            {"mean_d_of_fakes", d_fake},
                                            {"gradient_minimax", minimax},
                                            {"gradient_non_saturating", other}});
        demo.say(fmt::format(
            "D after {} steps: D(G(z)) {:.2e} on average; G's gradient there is {:.2e} by minimax, {:.2e} "
            "by the non-saturating loss",
            stop, d_fake, minimax, other));
        moments.push_back(std::move(moment));
    }
    VKGAN_ASSIGN(const auto critic_run, zoo.open(training_of("wasserstein")));
    VKGAN_TRY(zoo.train(*critic_run, demo.steps(3000, 60)));
    VKGAN_ASSIGN(const std::vector<double> critic, outputs_of(zoo, *critic_run));
    const Gradients gradients = gradients_of(moments.back(), critic);
    const double steady = over_fakes(x, gradients.wasserstein);
    numbers["gradient_wasserstein"] = steady;
    numbers["wasserstein_estimate"] = zoo.recent("wasserstein");
    demo.say(fmt::format(
        "the gradient by the critic is {:.3f} there; its estimate of the distance is {:.3f} (exact {})",
        steady, zoo.recent("wasserstein"), distance));
    return demo.plot("perfect_discriminator", plot_of(x, moments, critic, gradients));
}

}  // namespace

namespace demo_def {

extern const Demo perfect_discriminator;
const Demo perfect_discriminator = {
    .name = "perfect_discriminator",
    .title = "Vanishing gradients",
    .what =
        "D trained to the end between separated distributions, and the gradient that G gets by three losses",
    .run = run_perfect_discriminator,
};

}  // namespace demo_def

}  // namespace vkgan
