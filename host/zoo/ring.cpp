// WGAN-GP on points: eight Gaussians on a ring, and a grid of 25.
// SPDX-License-Identifier: MIT
#include "host/data/toy.hpp"
#include "host/metrics/modes.hpp"
#include "host/zoo/zoo.hpp"

#include <cmath>

namespace vkgan {

namespace {

std::vector<float> means_of(const ToyDistribution& toy) {
    std::vector<float> means;
    for (const auto& mean : toy.means) means.insert(means.end(), {float(mean[0]), float(mean[1])});
    return means;
}

Result<ModeCount> count(ZooContext& zoo, TrainingRun& run, const ToyDistribution& toy, double reach) {
    VKGAN_ASSIGN(const Tensor points, zoo.samples(run, 2500));
    const std::vector<float> means = means_of(toy);
    return count_modes({points.values, 2500, 2}, {means, int64_t(toy.means.size()), 2},
                       {.sigma = toy.deviation, .radius = reach / toy.deviation});
}

Status verify_ring(ZooContext& zoo) {
    VKGAN_ASSIGN(const auto run, zoo.open({"wgan_gp",
                                           {{"nets", "points"},
                                            {"nz", "2"},
                                            {"hidden", "64"},
                                            {"penalty", "0.1"},
                                            {"lr", "0.001"},
                                            {"batch", "256"},
                                            {"ema", "0"}},
                                           "toy:ring"}));
    VKGAN_TRY(zoo.train(*run, zoo.small() ? 500 : 2000));
    VKGAN_ASSIGN(const ToyDistribution toy, find_toy("ring"));
    // Within 0.2 before the data's scaling by 1.414.
    VKGAN_ASSIGN(const ModeCount near, count(zoo, *run, toy, 0.2 / 1.414));
    VKGAN_ASSIGN(const ModeCount strict, count(zoo, *run, toy, 3 * toy.deviation));
    zoo.at_least("modes with 20 of 2500 points within 0.2", double(near.well_hit), 8);
    zoo.show("share of points within 0.2", near.high_quality_share);
    zoo.show("share of points within 3 deviations", strict.high_quality_share);
    return {};
}

Status verify_grid(ZooContext& zoo) {
    VKGAN_ASSIGN(const auto run, zoo.open({"wgan_gp",
                                           {{"nets", "points"},
                                            {"nz", "2"},
                                            {"hidden", "128"},
                                            {"penalty", "0.1"},
                                            {"lr", "0.0005"},
                                            {"batch", "256"},
                                            {"ema", "0"}},
                                           "toy:grid"}));
    VKGAN_TRY(zoo.train(*run, zoo.small() ? 400 : 12000));
    VKGAN_ASSIGN(const ToyDistribution toy, find_toy("grid"));
    VKGAN_ASSIGN(const ModeCount modes, count(zoo, *run, toy, 3 * toy.deviation));
    if (zoo.small()) {
        zoo.at_least("modes with a point of 2500", double(modes.hit), 8);
        zoo.show("share of points within 3 deviations", modes.high_quality_share);
        return {};
    }
    zoo.at_least("modes with 20 of 2500 points", double(modes.well_hit), 24);
    zoo.at_least("share of points within 3 deviations", modes.high_quality_share, 0.75);
    for (Figure& figure : zoo.figures()) figure.best = true;
    zoo.show("divergence of modes from uniform, nats", modes.jsd_to_uniform);
    return {};
}

}  // namespace

namespace zoo_def {

extern const ZooEntry ring;
const ZooEntry ring = {
    .name = "ring",
    .title = "WGAN-GP, eight Gaussians",
    .what = "a critic with a gradient penalty finds all modes of a ring",
    .criterion = "8 of 8 modes within 0.2 after 500 steps",
    .verify = verify_ring,
};
extern const ZooEntry grid;
const ZooEntry grid = {
    .name = "grid",
    .title = "WGAN-GP, 25 Gaussians",
    .what = "the same on a grid of 25",
    .criterion =
        "M: 24 of 25 modes with 20 of 2500 points, 75 % of them within 3 deviations, best of 2 seeds, "
        "after 12,000 steps",
    .verify = verify_grid,
    .seeds = 2,
};

}  // namespace zoo_def

}  // namespace vkgan
