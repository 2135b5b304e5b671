// WGAN: a critic with clipped weights estimates the Wasserstein distance; brought near its optimum at first
// and now and then.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"
#include "host/recipes/points.hpp"

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 3> kinds{"small", "mlp", "points"};
constexpr std::array<std::string_view, 2> optimisers{"rmsprop", "adam"};

constexpr std::array parameters{
    parameter::image,
    parameter::channels,
    RecipeParameter{"nets", 0, 0, 2, true,
                    "small: convolutional; mlp: a generator of four layers of 512 instead; points: no images "
                    "but points in a plane",
                    kinds},
    parameter::latent,
    parameter::filters,
    RecipeParameter{"hidden", 128, 1, 4096, true, "units of the hidden layers of networks for points"},
    parameter::batch,
    RecipeParameter{"lr", 5e-5, 0, 1, false, "learning rate of both networks"},
    RecipeParameter{"optimiser", 0, 0, 1, true, "one with momentum (adam, beta1 0.5) may not be stable",
                    optimisers},
    RecipeParameter{"clip", 0.01, 1e-6, 100, false, "the critic's weights are kept from -clip to clip"},
    RecipeParameter{"k", 5, 1, 100, true, "steps of the critic for each of the generator"},
    RecipeParameter{"early", 100, 0, 10000, true,
                    "steps of the critic instead in the first 25 steps and in every 500th; 0: k there, too"},
    parameter::ema,
};

constexpr int64_t early_steps = 25, early_every = 500;

// Arjovsky et al., the authors' code: 4 x 512, ReLU, as robust a generator as any under this loss.
Network mlp_generator(const SmallNets& nets) {
    constexpr double width = 512;
    const std::vector<double> image{double(nets.channels), double(nets.image), double(nets.image)};
    Network g = network_of("G", {"z", {nets.latent}});
    Sequential main{g};
    for (int i = 0; i < 3; ++i) main.add("linear", features(width)).add("relu");
    main.add("linear", features(image[0] * image[1] * image[2]))
        .add("reshape", {{"shape", image}})
        .add("tanh");
    return g;
}

Result<Model> make_wgan(const RecipeValues& values) {
    const std::string kind = choice(values, parameters, "nets");
    const SmallNets nets{.image = whole(values, "image"),
                         .channels = whole(values, "channels"),
                         .latent = whole(values, "nz"),
                         .filters = whole(values, "filters")};
    if (kind != "points") VKGAN_TRY(check_small_size(nets.image));
    Model model = model_of("wgan", values);
    const PointNets points{.latent = nets.latent, .hidden = whole(values, "hidden")};
    if (kind == "points") {
        model.networks = {point_generator(points), point_discriminator(points)};
        for (Network& network : model.networks) initialise_he(network);
    } else {
        model.networks = {kind == "mlp" ? mlp_generator(nets) : small_generator(nets),
                          small_discriminator(nets)};
    }
    model.networks[0].ema_decay = value_of(values, "ema");
    Adversarial step{.loss = "wasserstein", .k = whole(values, "k")};
    if (whole(values, "early") > 0)
        step.timing = {
            .early_repeat = whole(values, "early"), .early_steps = early_steps, .early_every = early_every};
    add_sources(model, nets, step, "normal");
    if (kind == "points") model.sources[0].shape = {points.dims, 1, 1};
    for (const char* network : {"G", "D"}) {
        Optimiser optimiser{.network = network,
                            .kind = choice(values, parameters, "optimiser"),
                            .learning_rate = value_of(values, "lr")};
        if (optimiser.kind == "rmsprop") optimiser.beta2 = 0.99;
        if (*network == 'D') optimiser.clip = value_of(values, "clip");
        model.optimisers.push_back(optimiser);
        model.controls.push_back(learning_rate_control(optimiser));
    }
    add_adversarial(model, step);
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe wgan;
const Recipe wgan = {
    .name = "wgan",
    .summary = "Wasserstein GAN with clipped weights",
    .source = "Arjovsky, Chintala, Bottou 2017, arXiv 1701.07875",
    .parameters = parameters,
    .make = make_wgan,
};

}  // namespace recipe_def

}  // namespace vkgan
