// WGAN-GP: the critic's gradient between real and generated images is held near norm 1.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"
#include "host/recipes/points.hpp"
#include "host/recipes/residual.hpp"

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 5> kinds{"small", "digits", "points", "colour", "residual"};
constexpr std::array<std::string_view, 2> norms{"none", "layer"};

constexpr std::array parameters{
    parameter::image,
    parameter::channels,
    RecipeParameter{
        "nets", 0, 0, 4, true,
        "small: convolutional; digits, colour and residual: the authors' for 28x28 and for CIFAR-10, of "
        "`filters` 64, 128 and 128; points: a plane's points",
        kinds},
    RecipeParameter{"nz", 128, 1, 4096, true, "entries of the latent vector"},
    parameter::filters,
    RecipeParameter{"hidden", 512, 1, 4096, true, "units of the three hidden layers of networks for points"},
    RecipeParameter{"norm", 0, 0, 1, true, "in the critic of small nets; batch norm would couple samples",
                    norms},
    parameter::batch,
    RecipeParameter{"lr", 1e-4, 0, 1, false, "learning rate of both networks"},
    RecipeParameter{"beta1", 0.5, 0, 0.999, false, "Adam's decay of the first moment"},
    RecipeParameter{"beta2", 0.9, 0, 0.9999999, false, "Adam's decay of the second moment"},
    RecipeParameter{"classes", 0, 0, 1000, true,
                    "of the data set, for residual nets: read by the generator's batch norms and told by the "
                    "critic; 0: none"},
    RecipeParameter{"penalty", 10, 0, 1e6, false, "weight of the gradient penalty; 0.1 for points"},
    RecipeParameter{"k", 5, 1, 100, true, "steps of the critic for each of the generator"},
    parameter::ema,
};

// The authors' nets for MNIST, of `dim` = 64 there: without batch norm in either.
Network digits_generator(int latent, int dim) {
    Network g = network_of("G", {"z", {latent}});
    Sequential main{g};
    main.add("linear", features(4 * 4 * 4 * dim));
    main.add("reshape", {{"shape", std::vector<double>{4.0 * dim, 4, 4}}}).add("relu");
    const auto up = [](int filters, int output_padding) {
        return conv_block(
            {.filters = filters, .kernel = 5, .pad = 2, .output_padding = output_padding, .bias = true});
    };
    main.add("conv_transposed", up(2 * dim, 0)).add("relu");  // 7 x 7: theirs makes 8 x 8 and cuts it
    main.add("conv_transposed", up(dim, 1)).add("relu").add("conv_transposed", up(1, 1)).add("sigmoid");
    main.add("scale", {{"factor", 2.0}, {"offset", -1.0}});
    return g;
}

// Theirs for CIFAR-10, of `dim` = 128 there: batch norm in the generator only.
Network colour_generator(const SmallNets& nets) {
    Network g = network_of("G", {"z", {nets.latent}});
    Sequential main{g};
    const auto up = [](int filters) {
        return conv_block({.filters = filters, .kernel = 5, .pad = 2, .output_padding = 1, .bias = true});
    };
    int steps = 0;
    while (4 << steps < nets.image) ++steps;
    int filters = nets.filters << (steps - 1);
    main.add("linear", features(16.0 * filters)).add("batch_norm").add("relu");
    main.add("reshape", {{"shape", std::vector<double>{double(filters), 4, 4}}});
    for (int i = 1; i < steps; ++i) {
        filters /= 2;
        main.add("conv_transposed", up(filters)).add("batch_norm").add("relu");
    }
    main.add("conv_transposed", up(nets.channels)).add("tanh");
    return g;
}

Network colour_critic(const SmallNets& nets) {
    Network d = network_of("D", {"image", {nets.channels, nets.image, nets.image}});
    Sequential main{d};
    int filters = nets.filters;
    for (int side = nets.image; side > 4; side /= 2, filters *= 2) {
        main.add("conv", conv_block({.filters = filters, .kernel = 5, .pad = 2, .bias = true}));
        main.add("leaky_relu", {{"slope", 0.2}});
    }
    main.add("flatten").add("linear", features(1));
    return d;
}

Network digits_critic(int dim) {
    Network d = network_of("D", {"image", {1, 28, 28}});
    Sequential main{d};
    main.add("scale", {{"factor", 0.5}, {"offset", 0.5}});
    for (int i = 0; i < 3; ++i) {
        main.add("conv", conv_block({.filters = dim << i, .kernel = 5, .pad = 2, .bias = true}));
        main.add("leaky_relu", {{"slope", 0.2}});
    }
    main.add("flatten").add("linear", features(1));
    return d;
}

Result<Model> make_wgan_gp(const RecipeValues& values) {
    const std::string kind = choice(values, parameters, "nets");
    SmallNets nets{.image = whole(values, "image"),
                   .channels = whole(values, "channels"),
                   .latent = whole(values, "nz"),
                   .filters = whole(values, "filters"),
                   .batch_norm = false,
                   .layer_norm = choice(values, parameters, "norm") == "layer"};
    if (kind != "points") VKGAN_TRY(check_small_size(nets.image));
    if (kind == "digits" && (nets.image != 28 || nets.channels != 1))
        return Error{Code::invalid_argument, "nets: digits are of 28 pixels and 1 channel, but image is " +
                                                 std::to_string(nets.image) + " and channels " +
                                                 std::to_string(nets.channels)};
    nets.condition = whole(values, "classes");
    if (nets.condition > 0 && kind != "residual")
        return Error{Code::invalid_argument,
                     "classes: " + std::to_string(nets.condition) + " are for nets residual, not " + kind};
    const bool authors = kind == "colour" || kind == "residual";
    if (authors) VKGAN_TRY(check_residual_size(nets.image));
    Model model = model_of("wgan_gp", values);
    const PointNets points{.latent = nets.latent, .hidden = whole(values, "hidden")};
    if (kind == "points") {
        model.networks = {point_generator(points), point_discriminator(points)};
        for (Network& network : model.networks) initialise_he(network);
    } else if (kind == "digits") {
        model.networks = {digits_generator(nets.latent, nets.filters), digits_critic(nets.filters)};
    } else if (kind == "colour") {
        model.networks = {colour_generator(nets), colour_critic(nets)};
    } else if (kind == "residual") {
        const ResidualNets residual{.image = nets.image,
                                    .channels = nets.channels,
                                    .latent = nets.latent,
                                    .g_filters = nets.filters,
                                    .d_filters = nets.filters,
                                    .condition = nets.condition};
        model.networks = {residual_generator(residual), residual_discriminator(residual)};
    } else {
        model.networks = {small_generator(nets), small_discriminator(nets)};
    }
    model.networks[0].ema_decay = value_of(values, "ema");
    // Classes as the authors have them: told of real images, and a tenth as much of the generator's.
    const Adversarial step{.loss = "wasserstein",
                           .k = whole(values, "k"),
                           .penalty = value_of(values, "penalty"),
                           .conditioning = nets.condition > 0 ? Conditioning::acgan : Conditioning::none,
                           .class_weight_g = 0.1,
                           .class_fakes = false};
    add_sources(model, nets, step, "normal");
    if (kind == "points") model.sources[0].shape = {points.dims, 1, 1};
    add_adam(model, values, {"G", "D"});
    for (Optimiser& optimiser : model.optimisers) optimiser.beta2 = value_of(values, "beta2");
    add_adversarial(model, step);
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe wgan_gp;
const Recipe wgan_gp = {
    .name = "wgan_gp",
    .summary = "Wasserstein GAN with a gradient penalty",
    .source = "Gulrajani et al. 2017, arXiv 1704.00028",
    .parameters = parameters,
    .make = make_wgan_gp,
};

}  // namespace recipe_def

}  // namespace vkgan
