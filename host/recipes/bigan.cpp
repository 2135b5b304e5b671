// BiGAN: the discriminator judges pairs of an image and a code, so that an encoder comes to invert the
// generator.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"

#include <cmath>

namespace vkgan {

namespace {

constexpr std::array parameters{
    RecipeParameter{"image", 28, 2, 128, true, "height and width in pixels"},
    RecipeParameter{"channels", 1, 1, 4, true, "of an image"},
    RecipeParameter{"nz", 50, 1, 4096, true, "entries of the latent vector, uniform from -1 to 1"},
    RecipeParameter{"hidden", 1024, 1, 16384, true, "units of the hidden layers"},
    RecipeParameter{"batch", 128, 2, 4096, true, "images a step"},
    RecipeParameter{"lr", 2e-4, 0, 1, false, "learning rate of all networks"},
    RecipeParameter{"beta1", 0.5, 0, 0.999, false, "Adam's decay of the first moment"},
    parameter::decay_start,
    RecipeParameter{
        "decay_steps", 0, 0, 1e9, true,
        "steps over which the learning rate then falls to a hundredth, exponentially; 0: it stays"},
    RecipeParameter{"weight_decay", 2.5e-5, 0, 1, false, "L2 penalty"},
    RecipeParameter{"recon", 0, 0, 1000, false,
                    "an extension: weight of the distance between an image and its reconstruction"},
};

constexpr double slope = 0.2;
const Options no_affine{{"affine", 0.0}};

// The authors' nets for MNIST see images in [0, 1].
Network generator(const RecipeValues& values, const std::vector<int64_t>& image) {
    Network g = network_of("G", {"z", {whole(values, "nz")}});
    Sequential main{g};
    for (int i = 0; i < 2; ++i)
        main.add("linear", features(value_of(values, "hidden"))).add("batch_norm", no_affine).add("relu");
    main.add("linear", features(double(image[0] * image[1] * image[2]))).add("sigmoid");
    main.add("scale", {{"factor", 2.0}, {"offset", -1.0}});
    main.add("reshape", {{"shape", std::vector<double>(image.begin(), image.end())}});
    return g;
}

Network encoder(const RecipeValues& values, const std::vector<int64_t>& image) {
    Network e = network_of("E", {"image", image});
    Sequential main{e};
    main.add("flatten").add("scale", {{"factor", 0.5}, {"offset", 0.5}});
    main.add("linear", features(value_of(values, "hidden"))).add("leaky_relu", {{"slope", slope}});
    main.add("linear", features(value_of(values, "hidden"))).add("batch_norm", no_affine);
    main.add("leaky_relu", {{"slope", slope}}).add("linear", features(value_of(values, "nz")));
    return e;
}

// The code enters every layer, by weights of its own.
Network discriminator(const RecipeValues& values, const std::vector<int64_t>& image) {
    Network d = network_of("D", {"image", image});
    d.inputs.push_back({"z", {whole(values, "nz")}});
    LayerChain main{d, "image", ""};
    main.add("flatten").add("scale", {{"factor", 0.5}, {"offset", 0.5}});
    const auto layer = [&](double count, int number) {
        const std::string of_x = "x." + std::to_string(number), of_z = "z." + std::to_string(number);
        main.add("linear", features(count), of_x);
        d.layers.push_back({"linear", of_z, {"z"}, {{"features", count}, {"bias", 0.0}}});
        d.layers.push_back({"add", "sum." + std::to_string(number), {of_x, of_z}, {}});
        main.last = d.layers.back().name;
    };
    layer(value_of(values, "hidden"), 0);
    main.add("leaky_relu", {{"slope", slope}});
    layer(value_of(values, "hidden"), 1);
    main.add("batch_norm", no_affine).add("leaky_relu", {{"slope", slope}});
    layer(1, 2);
    return d;
}

Phase step(double recon) {
    Phase phase{"step", 1, {apply("fake", "G", "z"), apply("code", "E", "real")}};
    auto& run = phase.statements;
    const auto judge = [&](const char* result, const char* image, const char* code) {
        run.push_back({result, "apply", {image, code}, {{"network", std::string("D")}}});
    };
    run.push_back({"fixed", "detach", {"fake"}, {}});
    run.push_back({"code_fixed", "detach", {"code"}, {}});
    judge("real_logits", "real", "code_fixed");
    judge("fake_logits", "fixed", "z");
    judge("real_judged", "real", "code");
    judge("fake_judged", "fake", "z");
    run.push_back({"loss_d", "gan_discriminator", {"real_logits", "fake_logits"}, {}});
    // Both players against the discriminator take the other label.
    run.push_back({"fool_e", "bce_with_logits", {"real_judged"}, {{"target", 0.0}}});
    run.push_back({"fool_g", "gan_generator", {"fake_judged"}, {}});
    std::vector<std::string> parts{"fool_e", "fool_g"};
    std::vector<double> weights{1, 1};
    if (recon > 0) {
        run.push_back(apply("again", "G", "code"));
        run.push_back({"loss_r", "mse", {"real", "again"}, {}});
        parts.push_back("loss_r");
        weights.push_back(recon);
    }
    run.push_back({"loss_g", "sum", parts, {{"weights", weights}}});
    run.push_back(update("D", "loss_d"));
    run.push_back(update("E", "loss_g"));
    run.push_back(update("G", "loss_g"));
    return phase;
}

Result<Model> make_bigan(const RecipeValues& values) {
    const int64_t side = whole(values, "image");
    const std::vector<int64_t> image{whole(values, "channels"), side, side};
    Model model = model_of("bigan", values);
    model.networks = {generator(values, image), encoder(values, image), discriminator(values, image)};
    for (Network& network : model.networks) initialise_n02(network);
    model.controls = {latent_control("z", 1)};
    add_adam(model, values, {"G", "E", "D"});
    for (Optimiser& optimiser : model.optimisers) {
        optimiser.weight_decay = value_of(values, "weight_decay");
        optimiser.decay_start = whole(values, "decay_start");
        if (value_of(values, "decay_steps") > 0)
            optimiser.decay = std::pow(0.01, 1 / value_of(values, "decay_steps"));
    }
    model.sources = {{"real", "image", image}, {"z", "uniform", {whole(values, "nz")}, -1, 1}};
    const double recon = value_of(values, "recon");
    model.phases = {step(recon)};
    model.reports = {
        {"loss_d", "loss_d"}, {"loss_g", "loss_g"}, {"d_real", "real_logits"}, {"d_fake", "fake_logits"}};
    if (recon > 0) model.reports["loss_r"] = "loss_r";
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe bigan;
const Recipe bigan = {
    .name = "bigan",
    .summary = "GAN with an encoder that learns to invert the generator",
    .source = "Donahue, Kraehenbuehl, Darrell 2016, arXiv 1605.09782",
    .parameters = parameters,
    .make = make_bigan,
};

}  // namespace recipe_def

}  // namespace vkgan
