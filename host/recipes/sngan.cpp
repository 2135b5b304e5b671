// SNGAN: spectral norm of every weight of the discriminator, hinge loss.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"
#include "host/recipes/residual.hpp"

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> kinds{"small", "residual"};

constexpr std::array parameters{
    RecipeParameter{
        "nets", 0, 0, 1, true,
        "small: convolutional; residual: the authors' for CIFAR-10, of `filters` 128, twice as many "
        "in the generator",
        kinds},
    parameter::image,
    parameter::channels,
    parameter::latent,
    parameter::filters,
    parameter::batch,
    parameter::rate,
    RecipeParameter{"beta1", 0, 0, 0.999, false, "Adam's decay of the first moment"},
    RecipeParameter{"beta2", 0.9, 0, 0.9999999, false, "Adam's decay of the second moment"},
    RecipeParameter{"loss", 3, 0, 4, true, "adversarial loss", adversarial_losses},
    RecipeParameter{"k", 5, 1, 100, true, "steps of the discriminator for each of the generator"},
    parameter::augment,
    parameter::pack,
    parameter::ema,
};

Result<Model> make_sngan(const RecipeValues& values) {
    const SmallNets nets{.image = whole(values, "image"),
                         .channels = whole(values, "channels"),
                         .latent = whole(values, "nz"),
                         .filters = whole(values, "filters"),
                         .spectral = true,
                         .pack = whole(values, "pack")};
    const bool residual = choice(values, parameters, "nets") == "residual";
    VKGAN_TRY(residual ? check_residual_size(nets.image) : check_small_size(nets.image));
    const Adversarial step{.loss = choice(values, parameters, "loss"),
                           .k = whole(values, "k"),
                           .pack = nets.pack,
                           .augment = value_of(values, "augment") == 1};
    Model model = model_of("sngan", values);
    if (model.batch % nets.pack != 0)
        return Error{Code::invalid_argument, "pack: " + std::to_string(nets.pack) +
                                                 " does not divide a batch of " +
                                                 std::to_string(model.batch)};
    if (residual) {
        const ResidualNets deep{.image = nets.image,
                                .channels = nets.channels,
                                .latent = nets.latent,
                                .g_filters = 2 * nets.filters,
                                .d_filters = nets.filters,
                                .pool = "sum",
                                .spectral = true,
                                .pack = nets.pack};
        model.networks = {residual_generator(deep), residual_discriminator(deep)};
    } else {
        model.networks = {small_generator(nets), small_discriminator(nets)};
    }
    model.networks[0].ema_decay = value_of(values, "ema");
    add_sources(model, nets, step, "normal");
    add_adam(model, values, {"G", "D"});
    for (Optimiser& optimiser : model.optimisers) optimiser.beta2 = value_of(values, "beta2");
    add_adversarial(model, step);
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe sngan;
const Recipe sngan = {
    .name = "sngan",
    .summary = "GAN with spectral norm in the discriminator and hinge loss",
    .source = "Miyato et al. 2018, arXiv 1802.05957",
    .parameters = parameters,
    .make = make_sngan,
};

}  // namespace recipe_def

}  // namespace vkgan
