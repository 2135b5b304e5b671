// A discriminator between two distributions that stand still: it must come to p / (p + q).
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"
#include "host/recipes/points.hpp"

namespace vkgan {

namespace {

constexpr std::array parameters{
    RecipeParameter{"mean", 1, -100, 100, false, "of the generated points, which are normal"},
    RecipeParameter{"deviation", 0.8, 0, 100, false, "of the generated points"},
    RecipeParameter{"hidden", 64, 1, 4096, true, "units of each of two hidden layers"},
    RecipeParameter{"batch", 512, 2, 65536, true, "points a step of each kind"},
    RecipeParameter{"lr", 2e-3, 0, 1, false, "learning rate"},
    RecipeParameter{"beta1", 0.9, 0, 0.999, false, "Adam's decay of the first moment"},
};

Result<Model> make_optimal_d(const RecipeValues& values) {
    Model model = model_of("optimal_d", values);
    model.networks = {point_discriminator(
        {.dims = 1, .hidden = whole(values, "hidden"), .depth = 2, .d_activation = "tanh"})};
    model.sample_network = "none";
    add_adam(model, values, {"D"});
    model.sources = {{"real", "image", {1, 1, 1}}, {"z", "normal", {1, 1, 1}}};
    Phase phase{"step", 1, {}};
    auto& run = phase.statements;
    run.push_back({"fake",
                   "affine",
                   {"z"},
                   {{"factor", value_of(values, "deviation")}, {"offset", value_of(values, "mean")}}});
    run.push_back(apply("real_logits", "D", "real"));
    run.push_back(apply("fake_logits", "D", "fake"));
    run.push_back({"loss_d", "gan_discriminator", {"real_logits", "fake_logits"}, {}});
    run.push_back(update("D", "loss_d"));
    model.phases = {std::move(phase)};
    model.reports = {{"loss_d", "loss_d"}, {"d_real", "real_logits"}, {"d_fake", "fake_logits"}};
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe optimal_d;
const Recipe optimal_d = {
    .name = "optimal_d",
    .summary = "the best discriminator between two fixed distributions",
    .source = "Goodfellow et al. 2014, proposition 1, arXiv 1406.2661",
    .parameters = parameters,
    .make = make_optimal_d,
};

}  // namespace recipe_def

}  // namespace vkgan
