// Figure 1 of the 2014 paper: a generator learns a normal distribution on a line.
// SPDX-License-Identifier: MIT
#include "host/data/toy.hpp"
#include "host/metrics/features.hpp"
#include "host/metrics/histograms.hpp"
#include "host/zoo/zoo.hpp"

#include <cmath>
#include <numbers>

namespace vkgan {

namespace {

constexpr Bins bins{-4, 6, 60};
constexpr int drawn = 50000;
constexpr int64_t steps = 4000, few_steps = 1500, judge_steps = 400;

Status verify_gan_1d(ZooContext& zoo) {
    VKGAN_ASSIGN(const auto run, zoo.open({"toy", {{"k", "5"}}, "toy:normal"}));
    VKGAN_TRY(zoo.train(*run, zoo.small() ? few_steps : steps));
    VKGAN_ASSIGN(const Tensor points, zoo.samples(*run, drawn));
    VKGAN_ASSIGN(const ToyDistribution truth, find_toy("normal"));
    VKGAN_ASSIGN(const std::vector<double> generated, histogram(points.values, bins));
    VKGAN_ASSIGN(const std::vector<double> real,
                 bin_density([&](double x) { return truth.density(x); }, bins));
    VKGAN_ASSIGN(const double divergence, jensen_shannon(real, generated));
    const MeanStd moments = mean_std(std::span<const float>(points.values));
    zoo.at_most("Jensen-Shannon divergence, nats", divergence, 0.03);
    zoo.at_most("|mean - 2|", std::abs(moments.mean - 2), 0.15);
    zoo.at_most("|deviation - 0.5|", std::abs(moments.std - 0.5), 0.12);
    // D to convergence against the generator as it is: its loss then tells the divergence.
    VKGAN_TRY(run->session().set_control("G.learning_rate", 0));
    VKGAN_TRY(zoo.train(*run, judge_steps));
    const double implied = std::numbers::ln2 - zoo.recent("loss_d") / 2;
    zoo.at_most("|divergence by D's loss - by histograms|", std::abs(implied - divergence), 0.03);
    return {};
}

}  // namespace

namespace zoo_def {

extern const ZooEntry gan_1d;
const ZooEntry gan_1d = {
    .name = "gan_1d",
    .title = "GAN",
    .what = "two small networks play for a distribution on a line, as in figure 1 of the paper",
    .criterion =
        "with five steps of D for each of G, the median of three seeds (S: one, after 1500 steps) is "
        "within 0.03 nats of the truth, mean within 0.15, deviation within 0.12; D's loss tells the "
        "same divergence",
    .verify = verify_gan_1d,
    .seeds = 3,
};

}  // namespace zoo_def

}  // namespace vkgan
