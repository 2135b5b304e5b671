// VAE: an encoder to Gaussian codes and a decoder, trained by the evidence lower bound.
// SPDX-License-Identifier: MIT
#include "host/recipes/blocks.hpp"

#include <array>

namespace vkgan {

namespace {

constexpr std::array parameters{
    RecipeParameter{"image", 28, 1, 128, true, "height and width in pixels"},
    RecipeParameter{"channels", 1, 1, 4, true, "of an image: 1 grey, 3 colour, 4 with opacity"},
    RecipeParameter{"latent", 20, 1, 4096, true, "entries of the latent vector"},
    RecipeParameter{"hidden", 400, 1, 16384, true, "units of the hidden layer of each network"},
    RecipeParameter{"beta", 1, 0, 1000, false, "weight of the divergence from the prior; live"},
    RecipeParameter{"batch", 128, 1, 4096, true, "images a step"},
    RecipeParameter{"lr", 1e-3, 0, 1, false, "learning rate of both networks"},
    RecipeParameter{"beta1", 0.9, 0, 0.999, false, "Adam's decay of the first moment"},
};

Network encoder(const RecipeValues& values, const std::vector<int64_t>& image) {
    Network e = network_of("E", {"image", image});
    Sequential main{e};
    main.add("flatten").add("scale", {{"factor", 0.5}, {"offset", 0.5}});
    main.add("linear", features(value_of(values, "hidden"))).add("relu");
    main.add("linear", features(2 * value_of(values, "latent")));  // means, then log variances
    return e;
}

Network decoder(const RecipeValues& values, const std::vector<int64_t>& image) {
    Network g = network_of("G", {"z", {whole(values, "latent")}});
    const std::vector<double> shape(image.begin(), image.end());
    Sequential main{g};
    main.add("linear", features(value_of(values, "hidden"))).add("relu");
    main.add("linear", features(shape[0] * shape[1] * shape[2])).add("reshape", {{"shape", shape}});
    g.layers.back().name = "logits";
    main.add("sigmoid").add("scale", {{"factor", 2.0}, {"offset", -1.0}});
    return g;
}

// Kingma & Welling 2013, (10): pixels are chances of ink, so images are taken to [0, 1].
Phase step(double beta) {
    Phase phase{"step", 1, {apply("code", "E", "real"), {"latent", "reparameterise", {"code"}, {}}}};
    auto& run = phase.statements;
    run.push_back(apply("decoded", "G", "latent"));
    run.push_back({"logits", "inside", {"decoded"}, {{"layer", "logits"}}});
    run.push_back({"ink", "affine", {"real"}, {{"factor", 0.5}, {"offset", 0.5}}});
    run.push_back({"loss_r", "bernoulli_nll", {"logits", "ink"}, {}});
    run.push_back({"kl", "kl_normal", {"code"}, {}});
    run.push_back({"loss", "sum", {"loss_r", "kl"}, {{"weights", std::vector<double>{1, beta}}}});
    run.push_back(update("E", "loss"));
    run.push_back(update("G", "loss"));
    return phase;
}

Result<Model> make_vae(const RecipeValues& values) {
    const int64_t side = whole(values, "image"), channels = whole(values, "channels");
    const std::vector<int64_t> image{channels, side, side};
    Model model = model_of("vae", values);
    model.networks = {encoder(values, image), decoder(values, image)};
    model.controls = {latent_control("z", 3)};
    add_adam(model, values, {"E", "G"});
    model.sources = {{"real", "image", image}, {"z", "normal", {whole(values, "latent")}}};
    model.phases = {step(value_of(values, "beta"))};
    model.controls.push_back({"loss.weight.1", "loss_weight", value_of(values, "beta"), 0, 1000, true,
                              "weight of the divergence from the prior"});
    model.reports = {{"loss", "loss"}, {"loss_r", "loss_r"}, {"kl", "kl"}};
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe vae;
const Recipe vae = {
    .name = "vae",
    .summary = "variational autoencoder with Gaussian codes",
    .source = "Kingma, Welling 2013, arXiv 1312.6114",
    .parameters = parameters,
    .make = make_vae,
};

}  // namespace recipe_def

}  // namespace vkgan
