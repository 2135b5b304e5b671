// VAE-GAN: a variational autoencoder whose reconstruction is judged by a discriminator's features, and whose
// decoder is a GAN's generator.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> losses{"minimax", "non_saturating"};

constexpr std::array parameters{
    parameter::image,
    parameter::channels,
    RecipeParameter{"latent", 64, 1, 4096, true, "entries of the code"},
    parameter::filters,
    parameter::batch,
    RecipeParameter{"lr", 3e-4, 0, 1, false, "learning rate of all networks (RMSProp)"},
    RecipeParameter{"gamma", 1e-3, 0, 1, false,
                    "how far the decoder learns to reconstruct features, against fooling the discriminator"},
    RecipeParameter{"beta", 1, 0, 1000, false, "weight of the divergence from the prior"},
    RecipeParameter{"loss", 0, 0, 1, true, "the decoder's adversarial loss", losses},
    RecipeParameter{"balance", 1, 0, 1, true, "a player that is far ahead rests", off_on},
};

// Of the discriminator, after its last convolution: the layer whose features are compared.
std::string compared_layer(const Network& d) {
    std::string last;
    for (const Layer& layer : d.layers) {
        if (layer.type == "leaky_relu") last = layer.name;
    }
    return last;
}

Phase step(const RecipeValues& values, const std::string& layer, const std::string& loss) {
    Phase phase{"step", 1, {}};
    auto& run = phase.statements;
    const Options inside{{"layer", layer}}, kind{{"kind", loss}};
    run.push_back(apply("code", "E", "real"));
    run.push_back({"latent", "reparameterise", {"code"}, {}});
    run.push_back(apply("decoded", "G", "latent"));
    run.push_back(apply("drawn", "G", "z"));
    run.push_back({"decoded_fixed", "detach", {"decoded"}, {}});
    run.push_back({"drawn_fixed", "detach", {"drawn"}, {}});
    run.push_back(apply("real_logits", "D", "real"));
    run.push_back(apply("decoded_logits", "D", "decoded_fixed"));
    run.push_back(apply("drawn_logits", "D", "drawn_fixed"));
    run.push_back(apply("decoded_judged", "D", "decoded"));
    run.push_back(apply("drawn_judged", "D", "drawn"));
    run.push_back({"real_features", "inside", {"real_logits"}, inside});
    run.push_back({"decoded_features", "inside", {"decoded_judged"}, inside});

    run.push_back({"kl", "kl_normal", {"code"}, {}});
    run.push_back({"loss_r", "gaussian_nll", {"real_features", "decoded_features"}, {}});
    run.push_back({"cost_real", "real_loss", {"real_logits"}, {}});
    run.push_back({"cost_decoded", "fake_loss", {"decoded_logits"}, {}});
    run.push_back({"cost_drawn", "fake_loss", {"drawn_logits"}, {}});
    run.push_back(
        {"cost_fake", "sum", {"cost_decoded", "cost_drawn"}, {{"weights", std::vector<double>{0.5, 0.5}}}});
    run.push_back({"fool_decoded", "gan_generator", {"decoded_judged"}, kind});
    run.push_back({"fool_drawn", "gan_generator", {"drawn_judged"}, kind});

    const double gamma = value_of(values, "gamma");
    run.push_back(
        {"loss_e", "sum", {"kl", "loss_r"}, {{"weights", std::vector<double>{value_of(values, "beta"), 1}}}});
    run.push_back({"loss_g",
                   "sum",
                   {"loss_r", "fool_decoded", "fool_drawn"},
                   {{"weights", std::vector<double>{gamma, 1 - gamma, 1 - gamma}}}});
    run.push_back({"loss_d", "sum", {"cost_real", "cost_fake"}, {{"weights", std::vector<double>{1, 1}}}});
    // All three at once, so that each sees the others as they were.
    run.push_back(update("E", "loss_e"));
    run.push_back(update("G", "loss_g"));
    run.push_back(update("D", "loss_d"));
    if (value_of(values, "balance") == 0) return phase;
    const auto place = run.end() - 3;
    const Statement g{
        "step_g", "balance", {"cost_real", "cost_fake"}, {{"player", std::string("generator")}}};
    const Statement d{
        "step_d", "balance", {"cost_real", "cost_fake"}, {{"player", std::string("discriminator")}}};
    run.insert(place, {g, d});
    run[run.size() - 2].arguments.push_back("step_g");
    run[run.size() - 1].arguments.push_back("step_d");
    return phase;
}

Result<Model> make_vae_gan(const RecipeValues& values) {
    const SmallNets nets{.image = whole(values, "image"),
                         .channels = whole(values, "channels"),
                         .latent = whole(values, "latent"),
                         .filters = whole(values, "filters")};
    VKGAN_TRY(check_small_size(nets.image));
    Model model = model_of("vae_gan", values);
    model.networks = {small_encoder(nets, 2 * nets.latent), small_generator(nets), small_discriminator(nets)};
    const std::string layer = compared_layer(model.networks[2]);
    add_sources(model, nets, {}, "normal");
    for (const char* network : {"E", "G", "D"}) {
        model.optimisers.push_back(
            {.network = network, .kind = "rmsprop", .learning_rate = value_of(values, "lr"), .beta2 = 0.9});
        model.controls.push_back(learning_rate_control(model.optimisers.back()));
    }
    model.phases = {step(values, layer, choice(values, parameters, "loss"))};
    model.reports = {{"loss_e", "loss_e"}, {"loss_g", "loss_g"},      {"loss_d", "loss_d"},      {"kl", "kl"},
                     {"loss_r", "loss_r"}, {"d_real", "real_logits"}, {"d_fake", "drawn_logits"}};
    if (value_of(values, "balance") == 1) {
        model.reports["stepped_g"] = "step_g";
        model.reports["stepped_d"] = "step_d";
    }
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe vae_gan;
const Recipe vae_gan = {
    .name = "vae_gan",
    .summary = "variational autoencoder with a learned measure of similarity",
    .source = "Larsen et al. 2016, arXiv 1512.09300",
    .parameters = parameters,
    .make = make_vae_gan,
};

}  // namespace recipe_def

}  // namespace vkgan
