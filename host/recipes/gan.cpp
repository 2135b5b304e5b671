// GAN: the first one, two multilayer perceptrons; sizes, starts and schedules are those of the authors'
// digits.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"

#include <array>

namespace vkgan {

namespace {

constexpr std::array parameters{
    RecipeParameter{"image", 28, 1, 128, true, "height and width in pixels"},
    RecipeParameter{"channels", 1, 1, 4, true, "of an image: 1 grey, 3 colour, 4 with opacity"},
    RecipeParameter{"nz", 100, 1, 4096, true, "entries of the latent vector"},
    RecipeParameter{"z_range", 1, 0.01, 100, false, "latent entries are uniform from minus this to this"},
    RecipeParameter{"hidden", 1200, 1, 16384, true, "units of the generator's two hidden layers"},
    RecipeParameter{"units", 240, 1, 16384, true, "maxout units of the discriminator's two hidden layers"},
    RecipeParameter{"pieces", 5, 1, 64, true, "linear pieces of a maxout unit"},
    RecipeParameter{"batch", 100, 1, 4096, true, "images a step"},
    RecipeParameter{"k", 1, 1, 100, true, "discriminator steps to one generator step"},
    RecipeParameter{"loss", 0, 0, 4, true, "adversarial loss", adversarial_losses},
    RecipeParameter{"lr", 0.1, 0, 10, false, "learning rate of both networks at the start"},
    parameter::lr_decay(1.000004),
    parameter::momentum,
    parameter::final_momentum,
    parameter::momentum_steps,
    RecipeParameter{"ema", 0, 0, 0.99999, false,
                    "decay of an averaged generator that draws samples; 0: none"},
};

constexpr double generator_reach = 0.05, discriminator_reach = 0.005;  // of the uniform weights at the start

void initialise(Network& network, double reach) {
    network.initialisers["linear.weight"] = {"uniform", -reach, reach};
    network.initialisers["linear.bias"] = {"constant", 0, 0};
}

// The authors' images lie in [0, 1], ours in [-1, 1]: one scale after G's sigmoid and its inverse before D.
Network generator(const RecipeValues& values, const std::vector<int64_t>& image) {
    Network g = network_of("G", {"z", {whole(values, "nz")}});
    const double hidden = value_of(values, "hidden");
    const std::vector<double> shape(image.begin(), image.end());
    Sequential main{g};
    main.add("linear", features(hidden)).add("relu").add("linear", features(hidden)).add("relu");
    main.add("linear", features(shape[0] * shape[1] * shape[2])).add("sigmoid");
    main.add("scale", {{"factor", 2.0}, {"offset", -1.0}}).add("reshape", {{"shape", shape}});
    initialise(g, generator_reach);
    g.initialisers["main.4.bias"] = {"data_logit", 0, 0};
    g.ema_decay = value_of(values, "ema");
    return g;
}

Network discriminator(const RecipeValues& values, const std::vector<int64_t>& image) {
    Network d = network_of("D", {"image", image});
    const double pieces = value_of(values, "pieces"), width = value_of(values, "units") * pieces;
    Sequential main{d};
    main.add("flatten").add("scale", {{"factor", 0.5}, {"offset", 0.5}}).add("dropout", {{"p", 0.2}});
    main.add("linear", features(width)).add("maxout", {{"pieces", pieces}}).add("dropout", {{"p", 0.5}});
    main.add("linear", features(width)).add("maxout", {{"pieces", pieces}}).add("dropout", {{"p", 0.5}});
    main.add("linear", features(1));
    initialise(d, discriminator_reach);
    return d;
}

// Goodfellow et al. 2014, Alg. 1: new noise for each of the k + 1 updates.
std::vector<Phase> program(const std::string& loss, int k) {
    Phase discriminate{"discriminator", k, {apply("fake", "G", "z"), {"fixed", "detach", {"fake"}, {}}}};
    discriminate.statements.push_back(apply("real_logits", "D", "real"));
    discriminate.statements.push_back(apply("fake_logits", "D", "fixed"));
    discriminate.statements.push_back(
        {"loss_d", "gan_discriminator", {"real_logits", "fake_logits"}, {{"kind", loss}}});
    discriminate.statements.push_back(update("D", "loss_d"));
    Phase generate{"generator", 1, {apply("drawn", "G", "z"), apply("judged", "D", "drawn")}};
    generate.statements.push_back({"loss_g", "gan_generator", {"judged"}, {{"kind", loss}}});
    generate.statements.push_back(update("G", "loss_g"));
    return {discriminate, generate};
}

Result<Model> make_gan(const RecipeValues& values) {
    const int64_t side = whole(values, "image"), channels = whole(values, "channels");
    const std::vector<int64_t> image{channels, side, side};
    const double reach = value_of(values, "z_range");
    Model model = model_of("gan", values);
    model.networks = {generator(values, image), discriminator(values, image)};
    add_momentum_sgd(model, values, {"G", "D"});
    model.sources = {{"real", "image", image}, {"z", "uniform", {whole(values, "nz")}, -reach, reach}};
    model.phases = program(choice(values, parameters, "loss"), whole(values, "k"));
    model.controls.insert(model.controls.begin(), latent_control("z", reach));
    model.reports = {
        {"loss_d", "loss_d"}, {"loss_g", "loss_g"}, {"d_real", "real_logits"}, {"d_fake", "fake_logits"}};
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe gan;
const Recipe gan = {
    .name = "gan",
    .summary = "the first GAN: multilayer perceptrons, maxout and dropout in the discriminator",
    .source = "Goodfellow et al. 2014, arXiv 1406.2661",
    .parameters = parameters,
    .make = make_gan,
};

}  // namespace recipe_def

}  // namespace vkgan
