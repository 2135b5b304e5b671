// WGAN: the critic's estimate falls as the samples get better, and its weights stay in their box.
// SPDX-License-Identifier: MIT
#include "host/metrics/labels.hpp"
#include "host/zoo/zoo.hpp"

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

constexpr double clip = 0.01, smoothing = 0.9;

Status verify_wgan(ZooContext& zoo) {
    Settings settings{{"filters", zoo.small() ? "16" : "32"}, {"ema", "0"}};
    if (zoo.small()) settings.insert({{"batch", "32"}, {"early", "20"}, {"lr", "0.0003"}});
    VKGAN_ASSIGN(const auto run, zoo.open({"wgan", settings, "digits"}));
    const int64_t steps = zoo.small() ? 250 : 4000, every = steps / 20;
    double smooth = 0, peak = 0;
    std::vector<double> estimates, distances;
    const auto watch = [&](const StepResult& result) -> Status {
        const double estimate = result.values.at("wasserstein");
        smooth = result.step == 1 ? estimate : smoothing * smooth + (1 - smoothing) * estimate;
        peak = std::max(peak, smooth);
        if (zoo.small() || result.step % every != 0) return {};
        VKGAN_ASSIGN(const Tensor images, zoo.samples(*run, 2000));
        VKGAN_ASSIGN(const SampleQuality quality, quality_of(zoo, images, "digits"));
        estimates.push_back(smooth);
        distances.push_back(quality.distance);
        return {};
    };
    VKGAN_TRY(zoo.train(*run, steps, watch));
    VKGAN_ASSIGN(const TrainingState state, run->session().state());
    double largest = 0;
    for (const auto& [name, tensor] : state.variables) {
        if (!name.starts_with("D.") || name.find("running_") != std::string::npos) continue;
        for (const float x : tensor.values) largest = std::max(largest, std::abs(double(x)));
    }
    zoo.at_most("largest weight of the critic", largest, double(float(clip)));
    zoo.at_most("estimate at the end / at its peak", smooth / peak, zoo.small() ? 0.8 : 0.5);
    VKGAN_ASSIGN(const Tensor images, zoo.samples(*run, 64));
    VKGAN_TRY(zoo.picture("samples", images));
    if (zoo.small()) return {};
    VKGAN_ASSIGN(const double correlation, spearman(estimates, distances));
    zoo.at_least("rank correlation of estimate and FID over 20 checkpoints", correlation, 0.6);
    return {};
}

Status verify_wgan_gp(ZooContext& zoo) {
    Settings settings{{"filters", zoo.small() ? "16" : "32"}, {"ema", zoo.small() ? "0.95" : "0.999"}};
    settings["batch"] = zoo.small() ? "32" : "64";
    if (zoo.small()) settings["lr"] = "0.001";  // at the authors' 0.0001 a few hundred steps make grey
    VKGAN_ASSIGN(const auto run, zoo.open({"wgan_gp", settings, "digits"}));
    VKGAN_TRY(zoo.train(*run, zoo.small() ? 200 : 5000));
    // Of one critic step the penalty is 10 E (n - 1)^2.
    zoo.at_most("distance of the critic's slope from 1, root mean square",
                std::sqrt(zoo.recent("penalty") / 10), zoo.small() ? 0.3 : 0.2);
    VKGAN_ASSIGN(const Tensor images, zoo.samples(*run, 2000));
    VKGAN_ASSIGN(const SampleQuality quality, quality_of(zoo, images, "digits"));
    if (zoo.small())
        zoo.at_least("IS(eval-digits)", quality.score, 3.7);
    else
        zoo.at_least("IS(eval-digits) / that of the test set", quality.score / quality.real_score, 0.7);
    zoo.show("FID-128(eval-digits)", quality.distance);
    return zoo.picture("samples", rows_of(images, 0, 64));
}

}  // namespace

namespace zoo_def {

extern const ZooEntry wgan;
const ZooEntry wgan = {
    .name = "wgan",
    .title = "WGAN",
    .what = "a critic with clipped weights estimates the Wasserstein distance",
    .criterion =
        "no weight of the critic above 0.01; S: the estimate falls to 80 % of its peak; M: to half, and "
        "goes with the FID (rank correlation 0.6)",
    .verify = verify_wgan,
};
extern const ZooEntry wgan_gp;
const ZooEntry wgan_gp = {
    .name = "wgan_gp",
    .title = "WGAN-GP",
    .what = "a critic with a gradient penalty instead of clipping",
    .criterion =
        "S: slope within 0.3 of 1 and IS 3.7 after 200 steps at a learning rate of 0.001; M: slope within 0.2, "
        "IS 70 % of the test set's after 5000",
    .verify = verify_wgan_gp,
};

}  // namespace zoo_def

}  // namespace vkgan
