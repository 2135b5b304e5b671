// VAE-GAN: a variational autoencoder whose reconstruction is judged by a discriminator's features, and whose
// decoder is a GAN's generator.
// SPDX-License-Identifier: MIT
#include "host/model/words.hpp"
#include "host/recipes/adversarial.hpp"

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> losses{"minimax", "non_saturating"};

constexpr std::array<std::string_view, 2> kinds{"small", "paper"};

constexpr std::array parameters{
    parameter::image,
    parameter::channels,
    RecipeParameter{
        "nets", 0, 0, 1, true,
        "small: those of the other recipes; paper: the authors' for 32 and 64 pixels, whose `filters` is "
        "32 and `latent` 128",
        kinds},
    RecipeParameter{"latent", 64, 1, 4096, true, "entries of the code"},
    parameter::filters,
    parameter::batch,
    RecipeParameter{"lr", 3e-4, 0, 1, false, "learning rate of all networks (RMSProp)"},
    RecipeParameter{
        "anneal_steps", 0, 0, 1e9, true,
        "steps over which the learning rate falls as lr (1 - (step / anneal_steps)^anneal_power); the "
        "authors' are 37500 with an lr of 3.125e-4; 0: it stays"},
    RecipeParameter{"anneal_power", 0.75, 0.01, 10, false, "below 1 it falls faster at first"},
    RecipeParameter{"lr_stop", 1.5625e-7, 0, 1, false, "where it stops falling"},
    RecipeParameter{"gamma", 1e-3, 0, 1, false,
                    "how far the decoder learns to reconstruct features, against fooling the discriminator"},
    RecipeParameter{"beta", 1, 0, 1000, false, "weight of the divergence from the prior"},
    RecipeParameter{"loss", 0, 0, 1, true, "the decoder's adversarial loss", losses},
    RecipeParameter{"balance", 1, 0, 1, true, "a player that is far ahead rests", off_on},
};

// The layer of the discriminator whose features are compared: after the third convolution, as the authors
// have it, or the last where there are fewer.
std::string compared_layer(const Network& d) {
    std::string last;
    int seen = 0;
    for (const Layer& layer : d.layers) {
        if ((layer.type == "leaky_relu" || layer.type == "relu") && ++seen <= 3) last = layer.name;
    }
    return last;
}

Options block(int filters, int stride) {
    return conv_block({.filters = filters, .kernel = 5, .stride = stride, .pad = 2});
}

// Larsen et al., architectures.py; widths are multiples of `filters` = 32 there.
Network paper_encoder(const SmallNets& nets) {
    Network e = network_of("E", {"image", {nets.channels, nets.image, nets.image}});
    Sequential main{e};
    for (const int width : {2, 4, 8})
        main.add("conv", block(width * nets.filters, 2)).add("batch_norm").add("relu");
    main.add("flatten").add("linear", {{"features", 32.0 * nets.filters}, {"bias", 0.0}});
    main.add("batch_norm").add("relu").add("linear", features(2 * nets.latent));
    initialise_n02(e);
    return e;
}

Network paper_generator(const SmallNets& nets) {
    Network g = network_of("G", {"z", {nets.latent}});
    Sequential main{g};
    const bool large = nets.image == 64;
    const int first = 8 * nets.filters, side = nets.image / 8;
    main.add("linear", {{"features", double(first * side * side)}, {"bias", 0.0}});
    main.add("batch_norm").add("relu");
    main.add("reshape", {{"shape", std::vector<double>{double(first), double(side), double(side)}}});
    for (const int width : {large ? 8 : 6, 4, 1}) {
        Options up = block(width * nets.filters, 2);
        up["output_padding"] = 1.0;
        main.add("conv_transposed", up).add("batch_norm").add("relu");
    }
    Options last = block(nets.channels, 1);
    last["bias"] = 1.0;
    main.add("conv", last).add("tanh");
    initialise_n02(g);
    return g;
}

Network paper_discriminator(const SmallNets& nets) {
    Network d = network_of("D", {"image", {nets.channels, nets.image, nets.image}});
    Sequential main{d};
    Options first = block(nets.filters, 1);
    first["bias"] = 1.0;
    main.add("conv", first).add("relu");
    const bool large = nets.image == 64;
    for (const int width : {4, large ? 8 : 6, 8})
        main.add("conv", block(width * nets.filters, 2)).add("batch_norm").add("relu");
    main.add("flatten").add("linear", {{"features", 16.0 * nets.filters}, {"bias", 0.0}});
    main.add("batch_norm").add("relu").add("linear", features(1));
    initialise_n02(d);
    return d;
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
    const bool paper = choice(values, parameters, "nets") == "paper";
    if (paper && nets.image != 32 && nets.image != 64)
        return Error{Code::invalid_argument, "nets: the paper's are for 32 and 64 pixels, but image is " +
                                                 std::to_string(nets.image)};
    const int anneal_steps = whole(values, "anneal_steps");
    if (anneal_steps > 0 && value_of(values, "lr_stop") > value_of(values, "lr"))
        return Error{Code::invalid_argument, "lr_stop: " + number_text(value_of(values, "lr_stop")) +
                                                 " is more than lr " + number_text(value_of(values, "lr"))};
    Model model = model_of("vae_gan", values);
    if (paper)
        model.networks = {paper_encoder(nets), paper_generator(nets), paper_discriminator(nets)};
    else
        model.networks = {small_encoder(nets, 2 * nets.latent), small_generator(nets),
                          small_discriminator(nets)};
    const std::string layer = compared_layer(model.networks[2]);
    add_sources(model, nets, {}, "normal");
    for (const char* network : {"E", "G", "D"}) {
        Optimiser& optimiser = model.optimisers.emplace_back(Optimiser{
            .network = network, .kind = "rmsprop", .learning_rate = value_of(values, "lr"), .beta2 = 0.9});
        if (anneal_steps > 0) {
            optimiser.minimum_learning_rate = value_of(values, "lr_stop");
            optimiser.linear_steps = anneal_steps;
            optimiser.fall_power = value_of(values, "anneal_power");
        }
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
