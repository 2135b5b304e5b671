// A discriminator or a critic between two distributions of one shape, a distance apart, that stand still.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"
#include "host/recipes/points.hpp"

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> shapes{"uniform", "normal"};
constexpr std::array<std::string_view, 2> losses{"gan", "wasserstein"};

constexpr std::array parameters{
    RecipeParameter{"shape", 0, 0, 1, true, "of both distributions", shapes},
    RecipeParameter{"width", 0.1, 0, 100, false, "of the segment, or the normal's deviation"},
    RecipeParameter{"distance", 1, -100, 100, false, "real points lie around 0, fakes around this"},
    RecipeParameter{"loss", 0, 0, 1, true, "of a discriminator, or of a critic", losses},
    RecipeParameter{"penalty", 1, 0, 1e6, false, "of the critic: weight of the gradient penalty"},
    RecipeParameter{"ramp", 0, 0, 1e9, false,
                    "of the critic: steps over which the penalty's weight rises from 0; at once, a slope of "
                    "the wrong sign would stay"},
    RecipeParameter{"hidden", 64, 1, 4096, true, "units of each of two hidden layers"},
    RecipeParameter{"batch", 256, 2, 65536, true, "points a step of each kind"},
    RecipeParameter{"lr", 2e-3, 0, 1, false, "learning rate"},
    RecipeParameter{"beta1", 0.9, 0, 0.999, false, "Adam's decay of the first moment"},
};

void judge(Phase& phase, bool critic, double penalty, double ramp) {
    auto& run = phase.statements;
    run.push_back(apply("real_logits", "D", "real"));
    run.push_back(apply("fake_logits", "D", "fake"));
    if (!critic) {
        run.push_back({"loss_d", "gan_discriminator", {"real_logits", "fake_logits"}, {}});
        run.push_back(update("D", "loss_d"));
        return;
    }
    run.push_back({"adversarial",
                   "gan_discriminator",
                   {"real_logits", "fake_logits"},
                   {{"kind", std::string("wasserstein")}}});
    run.push_back(
        {"penalty", "gradient_penalty", {"real", "fake"}, {{"network", std::string("D")}, {"weight", 1.0}}});
    run.push_back({"loss_d",
                   "sum",
                   {"adversarial", "penalty"},
                   {{"weights", std::vector<double>{1, penalty}}, {"ramps", std::vector<double>{0, ramp}}}});
    run.push_back(update("D", "loss_d"));
    run.push_back({"real_score", "mean", {"real_logits"}, {}});
    run.push_back({"fake_score", "mean", {"fake_logits"}, {}});
    run.push_back(
        {"estimate", "sum", {"real_score", "fake_score"}, {{"weights", std::vector<double>{1, -1}}}});
}

Result<Model> make_two_distributions(const RecipeValues& values) {
    Model model = model_of("two_distributions", values);
    model.networks = {point_discriminator(
        {.dims = 1, .hidden = whole(values, "hidden"), .depth = 2, .d_activation = "tanh"})};
    model.sample_network = "none";
    add_adam(model, values, {"D"});
    const std::string shape = choice(values, parameters, "shape");
    model.sources = {{"a", shape, {1, 1, 1}, -1, 1}, {"b", shape, {1, 1, 1}, -1, 1}};
    // Uniform sources are 2 wide.
    const double factor = value_of(values, "width") / (shape == "uniform" ? 2 : 1);
    Phase phase{"step", 1, {}};
    phase.statements.push_back({"real", "affine", {"a"}, {{"factor", factor}, {"offset", 0.0}}});
    phase.statements.push_back(
        {"fake", "affine", {"b"}, {{"factor", factor}, {"offset", value_of(values, "distance")}}});
    const bool critic = choice(values, parameters, "loss") == "wasserstein";
    judge(phase, critic, value_of(values, "penalty"), value_of(values, "ramp"));
    model.phases = {std::move(phase)};
    model.reports = {{"loss_d", "loss_d"}, {"d_real", "real_logits"}, {"d_fake", "fake_logits"}};
    if (critic) model.reports["wasserstein"] = "estimate";
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe two_distributions;
const Recipe two_distributions = {
    .name = "two_distributions",
    .summary = "a discriminator or critic between two fixed distributions a distance apart",
    .source = "Arjovsky et al. 2017, example 1, arXiv 1701.07875",
    .parameters = parameters,
    .make = make_two_distributions,
};

}  // namespace recipe_def

}  // namespace vkgan
