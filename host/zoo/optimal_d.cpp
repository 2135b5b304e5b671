// Proposition 1 of the 2014 paper: against a generator that stands still, D comes to p / (p + q).
// SPDX-License-Identifier: MIT
#include "host/data/toy.hpp"
#include "host/zoo/zoo.hpp"

#include <cmath>
#include <numbers>

namespace vkgan {

namespace {

constexpr int places = 256;
constexpr double low = -4, high = 6, fake_mean = 1, fake_deviation = 0.8;

double fake_density(double x) {
    const double u = (x - fake_mean) / fake_deviation;
    return std::exp(-u * u / 2) / (fake_deviation * std::sqrt(2 * std::numbers::pi));
}

Status verify_optimal_d(ZooContext& zoo) {
    VKGAN_ASSIGN(const auto run, zoo.open({"optimal_d", {}, "toy:normal"}));
    VKGAN_TRY(zoo.train(*run, 3000));
    VKGAN_ASSIGN(const auto networks, zoo.networks(*run));
    VKGAN_ASSIGN(const ToyDistribution truth, find_toy("normal"));
    Tensor x(Shape{places, 1, 1, 1});
    for (int i = 0; i < places; ++i) x.values[size_t(i)] = float(low + (high - low) * (i + 0.5) / places);
    VKGAN_ASSIGN(const Tensor logits, networks->run_all("D", {{"image", x}}));
    double sum = 0, weight = 0, worst = 0;
    for (size_t i = 0; i < places; ++i) {
        const double at = double(x.values[i]), p = truth.density(at), q = fake_density(at);
        const double error = std::abs(1 / (1 + std::exp(-double(logits.values[i]))) - p / (p + q));
        sum += (p + q) / 2 * error;
        weight += (p + q) / 2;
        worst = std::max(worst, error);
    }
    zoo.at_most("mean |D - p / (p + q)|, weighted by density", sum / weight, 0.04);
    zoo.show("greatest, where there may be no points", worst);
    return {};
}

}  // namespace

namespace zoo_def {

extern const ZooEntry optimal_d;
const ZooEntry optimal_d = {
    .name = "optimal_d",
    .title = "Optimal discriminator",
    .what = "D alone, between two fixed normal distributions",
    .criterion = "D is within 0.04 of p / (p + q) on average",
    .verify = verify_optimal_d,
};

}  // namespace zoo_def

}  // namespace vkgan
