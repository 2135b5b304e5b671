// Autoencoder: an encoder and a decoder that learn to repeat their input, or its clean version.
// SPDX-License-Identifier: MIT
#include "host/recipes/blocks.hpp"

#include <array>

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> nets{"dense", "convolutional"};
constexpr std::array<std::string_view, 2> losses{"mse", "bce"};

constexpr std::array parameters{
    RecipeParameter{"image", 28, 4, 128, true,
                    "height and width in pixels; a multiple of 4 if convolutional"},
    RecipeParameter{"channels", 1, 1, 4, true, "of an image: 1 grey, 3 colour, 4 with opacity"},
    RecipeParameter{"nets", 0, 0, 1, true, "kind of the networks", nets},
    RecipeParameter{"latent", 32, 1, 4096, true, "entries of the code"},
    RecipeParameter{"hidden", 400, 1, 16384, true, "units of the hidden layers of dense networks"},
    RecipeParameter{"filters", 32, 1, 1024, true, "of the outer layers of convolutional networks"},
    RecipeParameter{"loss", 0, 0, 1, true, "reconstruction loss: mse a mean over pixels, bce a sum", losses},
    RecipeParameter{"noise", 0, 0, 10, false, "deviation of the noise that the encoder's images get"},
    RecipeParameter{"mask", 0, 0, 0.95, false, "share of the encoder's pixels that are blackened"},
    RecipeParameter{"batch", 128, 1, 4096, true, "images a step"},
    RecipeParameter{"lr", 1e-3, 0, 1, false, "learning rate of both networks"},
    RecipeParameter{"beta1", 0.9, 0, 0.999, false, "Adam's decay of the first moment"},
};

Network encoder(const RecipeValues& values, const std::vector<int64_t>& image, bool dense) {
    Network e = network_of("E", {"image", image});
    const int filters = whole(values, "filters");
    Sequential main{e};
    if (dense) {
        main.add("flatten").add("linear", features(value_of(values, "hidden"))).add("relu");
    } else {
        main.add("conv", conv_block({.filters = filters, .bias = true})).add("relu");
        main.add("conv", conv_block({.filters = 2 * filters, .bias = true})).add("relu").add("flatten");
    }
    main.add("linear", features(value_of(values, "latent")));
    return e;
}

// Ends with logits, then a sigmoid scaled to [-1, 1].
Network decoder(const RecipeValues& values, const std::vector<int64_t>& image, bool dense) {
    Network g = network_of("G", {"z", {whole(values, "latent")}});
    const int filters = whole(values, "filters");
    const double quarter = double(image[1]) / 4;
    const std::vector<double> shape(image.begin(), image.end());
    Sequential main{g};
    if (dense) {
        main.add("linear", features(value_of(values, "hidden"))).add("relu");
        main.add("linear", features(shape[0] * shape[1] * shape[2])).add("reshape", {{"shape", shape}});
    } else {
        main.add("linear", features(2 * filters * quarter * quarter)).add("relu");
        main.add("reshape", {{"shape", std::vector<double>{2.0 * filters, quarter, quarter}}});
        main.add("conv_transposed", conv_block({.filters = filters, .bias = true})).add("relu");
        main.add("conv_transposed", conv_block({.filters = int(image[0]), .bias = true}));
    }
    g.layers.back().name = "logits";
    main.add("sigmoid").add("scale", {{"factor", 2.0}, {"offset", -1.0}});
    return g;
}

Phase step(const RecipeValues& values, const std::string& loss) {
    Phase phase{"step", 1, {}};
    auto& run = phase.statements;
    std::string seen = "real";
    if (value_of(values, "noise") > 0) {
        run.push_back({"noisy", "with_noise", {seen}, {{"deviation", value_of(values, "noise")}}});
        seen = "noisy";
    }
    if (value_of(values, "mask") > 0) {
        run.push_back({"masked", "with_mask", {seen}, {{"share", value_of(values, "mask")}, {"fill", -1.0}}});
        seen = "masked";
    }
    run.push_back(apply("code", "E", seen));
    run.push_back(apply("decoded", "G", "code"));
    if (loss == "mse") {
        run.push_back({"loss_r", "mse", {"decoded", "real"}, {}});
    } else {
        run.push_back({"logits", "inside", {"decoded"}, {{"layer", "logits"}}});
        run.push_back({"shares", "affine", {"real"}, {{"factor", 0.5}, {"offset", 0.5}}});
        run.push_back({"loss_r", "bernoulli_nll", {"logits", "shares"}, {}});
    }
    run.push_back(update("E", "loss_r"));
    run.push_back(update("G", "loss_r"));
    return phase;
}

Result<Model> make_autoencoder(const RecipeValues& values) {
    const int64_t side = whole(values, "image"), channels = whole(values, "channels");
    const bool dense = choice(values, parameters, "nets") == "dense";
    if (!dense && side % 4 != 0)
        return Error{Code::invalid_argument, "image: " + std::to_string(side) +
                                                 " is not a multiple of 4, as nets convolutional needs"};
    const std::vector<int64_t> image{channels, side, side};
    Model model = model_of("autoencoder", values);
    model.networks = {encoder(values, image, dense), decoder(values, image, dense)};
    model.controls = {latent_control("z", 3)};
    add_adam(model, values, {"E", "G"});
    model.sources = {{"real", "image", image}, {"z", "normal", {whole(values, "latent")}}};
    model.phases = {step(values, choice(values, parameters, "loss"))};
    model.reports = {{"loss_r", "loss_r"}};
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe autoencoder;
const Recipe autoencoder = {
    .name = "autoencoder",
    .summary = "repeats images by way of a short code; denoising by option",
    .source = "Hinton, Salakhutdinov 2006; denoising: Vincent et al. 2008",
    .parameters = parameters,
    .make = make_autoencoder,
};

}  // namespace recipe_def

}  // namespace vkgan
