// EBGAN: the discriminator is an autoencoder, whose error on an image is the image's energy.
// SPDX-License-Identifier: MIT
#include "host/recipes/nets.hpp"

namespace vkgan {

namespace {

constexpr std::array parameters{
    RecipeParameter{"image", 28, 16, 128, true, "height and width in pixels: 16, 28, 32, 64 or 128"},
    RecipeParameter{"channels", 1, 1, 4, true, "of an image: 1 grey, 3 colour, 4 with opacity"},
    RecipeParameter{"nz", 50, 1, 4096, true, "entries of the latent vector, uniform from -1 to 1"},
    RecipeParameter{"filters", 32, 1, 1024, true, "of the outer layers"},
    RecipeParameter{"code", 32, 1, 4096, true, "entries of the discriminator's code"},
    RecipeParameter{"margin", 0, 0, 1e4, false,
                    "energy up to which generated images are pushed; 0: four times the mean energy of real "
                    "images"},
    RecipeParameter{"pull_away", 0.1, 0, 1000, false, "weight of the squared cosine between codes"},
    RecipeParameter{"batch", 64, 2, 4096, true, "images a step"},
    RecipeParameter{"lr", 1e-3, 0, 1, false, "learning rate of both networks"},
    RecipeParameter{"beta1", 0.5, 0, 0.999, false, "Adam's decay of the first moment"},
    RecipeParameter{"ema", 0.999, 0, 0.99999, false,
                    "decay of the averaged generator that draws samples; 0: none"},
};

constexpr double automatic_margin = 4;

// A small discriminator's convolutions down to a code, and a small generator's layers up again.
Network autoencoder(const SmallNets& nets, int code) {
    Network d = small_encoder(nets, code);
    d.name = "D";
    d.layers.back().name = "code";
    SmallNets back = nets;
    back.latent = code;
    const Network decoder = small_generator(back);
    std::string last = "code";
    for (Layer layer : decoder.layers) {
        layer.name = "back." + layer.name;
        layer.from = {last};
        last = layer.name;
        d.layers.push_back(std::move(layer));
    }
    return d;
}

Phase step(const RecipeValues& values) {
    Phase phase{"step", 1, {apply("fake", "G", "z"), {"fixed", "detach", {"fake"}, {}}}};
    auto& run = phase.statements;
    run.push_back(apply("real_back", "D", "real"));
    run.push_back(apply("fake_back", "D", "fixed"));
    run.push_back({"real_energies", "energy", {"real", "real_back"}, {}});
    run.push_back({"fake_energies", "energy", {"fixed", "fake_back"}, {}});
    run.push_back({"energy_real", "mean", {"real_energies"}, {}});
    run.push_back({"energy_fake", "mean", {"fake_energies"}, {}});
    const double margin = value_of(values, "margin");
    Statement loss{"loss_d",
                   "energy_margin",
                   {"real_energies", "fake_energies"},
                   {{"margin", margin > 0 ? margin : automatic_margin}}};
    if (margin == 0) {
        run.push_back({"usual", "running_mean", {"energy_real"}, {{"decay", 0.99}}});
        loss.arguments.push_back("usual");
    }
    run.push_back(std::move(loss));
    run.push_back(update("D", "loss_d"));
    run.push_back(apply("judged", "D", "fake"));
    run.push_back({"energies", "energy", {"fake", "judged"}, {}});
    run.push_back({"energy", "mean", {"energies"}, {}});
    run.push_back({"codes", "inside", {"judged"}, {{"layer", std::string("code")}}});
    run.push_back({"alike", "pull_away", {"codes"}, {}});
    run.push_back({"loss_g",
                   "sum",
                   {"energy", "alike"},
                   {{"weights", std::vector<double>{1, value_of(values, "pull_away")}}}});
    run.push_back(update("G", "loss_g"));
    return phase;
}

Result<Model> make_ebgan(const RecipeValues& values) {
    const SmallNets nets{.image = whole(values, "image"),
                         .channels = whole(values, "channels"),
                         .latent = whole(values, "nz"),
                         .filters = whole(values, "filters")};
    VKGAN_TRY(check_small_size(nets.image));
    Model model = model_of("ebgan", values);
    model.networks = {small_generator(nets), autoencoder(nets, whole(values, "code"))};
    model.networks[0].ema_decay = value_of(values, "ema");
    model.controls = {latent_control("z", 1)};
    add_adam(model, values, {"G", "D"});
    model.sources = {{"real", "image", {nets.channels, nets.image, nets.image}},
                     {"z", "uniform", {nets.latent}, -1, 1}};
    model.phases = {step(values)};
    model.reports = {{"loss_d", "loss_d"},
                     {"loss_g", "loss_g"},
                     {"energy_real", "energy_real"},
                     {"energy_fake", "energy_fake"},
                     {"pull_away", "alike"}};
    if (value_of(values, "margin") == 0) model.reports["usual_energy"] = "usual";
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe ebgan;
const Recipe ebgan = {
    .name = "ebgan",
    .summary = "energy-based GAN: the discriminator is an autoencoder",
    .source = "Zhao, Mathieu, LeCun 2016, arXiv 1609.03126",
    .parameters = parameters,
    .make = make_ebgan,
};

}  // namespace recipe_def

}  // namespace vkgan
