// Settings as the recipe "toy" takes them, and which of them keep the weights.
// SPDX-License-Identifier: MIT
#include "samples/viewer/lab/lab_run.hpp"

#include <array>
#include <sstream>

namespace viewer {

vkgan::api::Texts lab_settings(const LabExperiment& experiment) {
    static constexpr std::array<const char*, 2> noises{"uniform", "normal"};
    static constexpr std::array<const char*, 3> activations{"relu", "leaky_relu", "tanh"};
    static constexpr std::array<const char*, 5> losses{"non_saturating", "minimax", "least_squares", "hinge",
                                                       "wasserstein"};
    const auto number = [](double value) {
        std::ostringstream text;
        text << value;
        return text.str();
    };
    return {{"dims", on_line(experiment) ? "1" : "2"},
            {"nz", number(experiment.noise_size)},
            {"z", noises[size_t(experiment.noise)]},
            {"hidden", number(experiment.hidden)},
            {"hidden_d", number(experiment.hidden_d)},
            {"depth", number(experiment.depth)},
            {"activation", activations[size_t(experiment.activation)]},
            {"loss", losses[size_t(experiment.loss)]},
            {"k", number(experiment.k)},
            {"penalty", number(experiment.penalty)},
            {"r1", number(experiment.r1)},
            {"lr", number(experiment.rate_g)},
            {"lr_d", number(experiment.rate_d)},
            {"batch", number(experiment.batch)}};
}

bool keeps_weights(const LabExperiment& before, const LabExperiment& now) {
    LabExperiment same = now;
    same.loss = before.loss;
    same.k = before.k;
    same.penalty = before.penalty;
    same.r1 = before.r1;
    same.batch = before.batch;
    same.rate_g = before.rate_g;
    same.rate_d = before.rate_d;
    // What belongs to other data.
    if (now.data != LabData::histogram) same.bars = before.bars;
    if (now.data != LabData::drawn) same.points = before.points;
    return same == before;
}

}  // namespace viewer
