// GANs of points on a line or in a plane, small enough to watch: Goodfellow's figure 1, rings and grids of
// Gaussians, mode collapse and what helps against it.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"
#include "host/recipes/points.hpp"

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> latents{"uniform", "normal"};

constexpr std::array parameters{
    RecipeParameter{"dims", 1, 1, 2, true, "numbers a point: 1 a line, 2 a plane"},
    RecipeParameter{"nz", 1, 1, 64, true, "entries of the latent vector"},
    RecipeParameter{"z", 0, 0, 1, true, "distribution of the latent; uniform is from -1 to 1", latents},
    RecipeParameter{"hidden", 32, 1, 4096, true, "units of the generator's hidden layers"},
    RecipeParameter{"hidden_d", 64, 1, 4096, true, "units of the discriminator's hidden layers"},
    RecipeParameter{"depth", 2, 1, 8, true, "hidden layers of each network"},
    RecipeParameter{"activation", 2, 0, 2, true, "of the generator", point_activations},
    RecipeParameter{"activation_d", 1, 0, 2, true, "of the discriminator", point_activations},
    RecipeParameter{"norm", 0, 0, 1, true, "batch norm in the generator", off_on},
    RecipeParameter{"batch", 256, 2, 65536, true, "points a step"},
    RecipeParameter{"lr", 1e-3, 0, 1, false, "learning rate of the generator"},
    RecipeParameter{"lr_d", 2e-3, 0, 1, false, "learning rate of the discriminator"},
    RecipeParameter{"beta1", 0.5, 0, 0.999, false, "Adam's decay of the first moment"},
    RecipeParameter{"beta2", 0.999, 0, 0.9999999, false, "Adam's decay of the second moment"},
    RecipeParameter{"loss", 0, 0, 4, true, "adversarial loss", adversarial_losses},
    parameter::k,
    RecipeParameter{"penalty", 0, 0, 1e6, false, "weight of a gradient penalty towards norm 1; 0: none"},
    RecipeParameter{"r1", 0, 0, 1e4, false, "gamma of R1; 0: none"},
    parameter::pack,
};

Result<Model> make_toy(const RecipeValues& values) {
    PointNets nets{.dims = whole(values, "dims"),
                   .latent = whole(values, "nz"),
                   .hidden = whole(values, "hidden"),
                   .depth = whole(values, "depth"),
                   .activation = choice(values, parameters, "activation"),
                   .d_activation = choice(values, parameters, "activation_d"),
                   .batch_norm = value_of(values, "norm") == 1,
                   .pack = whole(values, "pack")};
    Model model = model_of("toy", values);
    if (model.batch % nets.pack != 0)
        return Error{Code::invalid_argument, "pack: " + std::to_string(nets.pack) +
                                                 " does not divide a batch of " +
                                                 std::to_string(model.batch)};
    Network g = point_generator(nets);
    nets.hidden = whole(values, "hidden_d");
    model.networks = {std::move(g), point_discriminator(nets)};
    const std::string latent = choice(values, parameters, "z");
    model.sources = {{"real", "image", {nets.dims, 1, 1}}, {"z", latent, {nets.latent}, -1, 1}};
    model.controls = {latent_control("z", latent == "uniform" ? 1 : 3)};
    for (const char* network : {"G", "D"}) {
        model.optimisers.push_back({.network = network,
                                    .learning_rate = value_of(values, *network == 'G' ? "lr" : "lr_d"),
                                    .beta1 = value_of(values, "beta1"),
                                    .beta2 = value_of(values, "beta2")});
        model.controls.push_back(learning_rate_control(model.optimisers.back()));
    }
    add_adversarial(model, {.loss = choice(values, parameters, "loss"),
                            .k = whole(values, "k"),
                            .pack = nets.pack,
                            .penalty = value_of(values, "penalty"),
                            .r1 = value_of(values, "r1")});
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe toy;
const Recipe toy = {
    .name = "toy",
    .summary = "GAN of points on a line or in a plane, to watch it learn",
    .source = "Goodfellow et al. 2014, figure 1, arXiv 1406.2661",
    .parameters = parameters,
    .make = make_toy,
};

}  // namespace recipe_def

}  // namespace vkgan
