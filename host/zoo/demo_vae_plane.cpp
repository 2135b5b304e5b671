// A VAE with a code of two numbers: all that it can draw, and where the test set lies.
// SPDX-License-Identifier: MIT
#include "host/metrics/neighbours.hpp"
#include "host/zoo/demo.hpp"

#include <fmt/format.h>

#include <cmath>

namespace vkgan {

namespace {

constexpr int side = 20;

double normal_quantile(double share) {
    double low = -8, high = 8;
    for (int i = 0; i < 60; ++i) {
        const double middle = (low + high) / 2;
        (std::erfc(-middle / std::sqrt(2.0)) / 2 < share ? low : high) = middle;
    }
    return low;
}

// Codes at the middles of side x side parts of equal chance; the first row is the top one.
Tensor plane() {
    Tensor z(Shape{side * side, 2});
    for (int row = 0; row < side; ++row)
        for (int column = 0; column < side; ++column) {
            const size_t at = 2 * size_t(row * side + column);
            z.values[at] = float(normal_quantile((column + 0.5) / side));
            z.values[at + 1] = float(normal_quantile((side - row - 0.5) / side));
        }
    return z;
}

plot::Plot plot_of(const Tensor& means, const std::vector<int>& labels) {
    plot::Plot plot{
        .title = "Codes of the test set's digits", .columns = 1, .panel_width = 640, .panel_height = 560};
    plot::Panel panel{.x = {.title = "first number of the code"}, .y = {.title = "second"}};
    for (int digit = 0; digit < 10; ++digit) {
        plot::Mark mark{.kind = plot::Mark::Kind::points,
                        .label = fmt::format("{}", digit),
                        .colour = plot::colour_of(digit),
                        .size = 3,
                        .opacity = 0.75};
        for (size_t i = 0; i < labels.size(); ++i) {
            if (labels[i] != digit) continue;
            mark.x.push_back(double(means.values[2 * i]));
            mark.y.push_back(double(means.values[2 * i + 1]));
        }
        panel.marks.push_back(std::move(mark));
    }
    plot.panels.push_back(std::move(panel));
    return plot;
}

Status run_vae_plane(DemoContext& demo) {
    ZooContext zoo = demo.trainings();
    VKGAN_ASSIGN(const auto run,
                 zoo.open({"vae", {{"image", "28"}, {"channels", "1"}, {"latent", "2"}}, "digits"}));
    VKGAN_TRY(zoo.train(*run, demo.steps(4000, 30)));
    VKGAN_ASSIGN(const auto networks, zoo.networks(*run));
    VKGAN_ASSIGN(const Tensor drawn, networks->run_all("G", {{"z", plane()}}));
    VKGAN_TRY(demo.picture("vae_plane", make_grid(drawn, side, 0)));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "digits", .split = "test"}));
    VKGAN_ASSIGN(const LabelledImages* const train, zoo.images({.data = "digits", .split = "train"}));
    VKGAN_ASSIGN(const Tensor test_codes, networks->run_all("E", {{"image", test->images}}));
    VKGAN_ASSIGN(const Tensor train_codes, networks->run_all("E", {{"image", train->images}}));
    const Tensor means = means_of(test_codes), known = means_of(train_codes);
    const std::vector<int> labels = test->labels(), known_labels = train->labels();
    VKGAN_ASSIGN(const double nearest,
                 one_nearest_accuracy({features_of(known), known_labels}, {features_of(means), labels}));
    const double loss = zoo.recent("loss"), kl = zoo.recent("kl");
    demo.numbers() = {
        {"loss", loss}, {"kl", kl}, {"nearest_code_accuracy", nearest}, {"test_images", labels.size()}};
    demo.say(fmt::format("-ELBO {:.1f} nats on training batches, {:.2f} of them the divergence from N(0, 1)",
                         loss, kl));
    demo.say(
        fmt::format("the nearest training code has the digit of {:.1f} % of {} test images; no label was "
                    "shown in training",
                    100 * nearest, labels.size()));
    return demo.plot("vae_plane_codes", plot_of(means, labels));
}

}  // namespace

namespace demo_def {

extern const Demo vae_plane;
const Demo vae_plane = {
    .name = "vae_plane",
    .title = "The plane of a VAE",
    .what = "a VAE with a code of two numbers: the plane that it decodes, and the codes of the test set",
    .run = run_vae_plane,
};

}  // namespace demo_def

}  // namespace vkgan
