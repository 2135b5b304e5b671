// The first conditional GAN: multilayer perceptrons that read noise or image and class apart, then together.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"

namespace vkgan {

namespace {

constexpr std::array parameters{
    RecipeParameter{"image", 28, 2, 128, true, "height and width in pixels"},
    RecipeParameter{"channels", 1, 1, 4, true, "of an image: 1 grey, 3 colour, 4 with opacity"},
    RecipeParameter{"condition", 10, 1, 1000, true, "classes of the data set"},
    RecipeParameter{"nz", 100, 1, 4096, true, "entries of the latent vector, uniform from -1 to 1"},
    RecipeParameter{"hidden_z", 200, 1, 16384, true, "of the generator: units that read the latent"},
    RecipeParameter{"hidden_y", 1000, 1, 16384, true, "of the generator: units that read the class"},
    RecipeParameter{"hidden", 1200, 1, 16384, true, "of the generator: units that read both"},
    RecipeParameter{"units", 240, 1, 4096, true,
                    "maxout units of the discriminator that read the image, and that read all"},
    RecipeParameter{"units_y", 50, 1, 4096, true, "maxout units of the discriminator that read the class"},
    RecipeParameter{"wrong", 0, 0, 1, true,
                    "real images with another sample's class are judged as fakes: not of the paper", off_on},
    RecipeParameter{"batch", 100, 2, 4096, true, "images a step"},
    RecipeParameter{"lr", 0.1, 0, 10, false, "learning rate of both networks (SGD)"},
    parameter::lr_decay(1.00004),
    parameter::momentum,
    parameter::final_momentum,
    parameter::momentum_steps,
    RecipeParameter{"loss", 0, 0, 4, true, "adversarial loss", adversarial_losses},
    parameter::ema,
};

constexpr double reach = 0.05;  // of the uniform weights at the start

void initialise(Network& network) {
    network.initialisers["linear.weight"] = {"uniform", -reach, reach};
    network.initialisers["linear.bias"] = {"constant", 0, 0};
}

Network generator(const RecipeValues& values, const std::vector<int64_t>& image) {
    Network g = network_of("G", {"z", {whole(values, "nz")}});
    g.inputs.push_back({"y", {whole(values, "condition")}});
    LayerChain main{g, "z", ""};
    LayerChain of_y{g, "y", ""};
    main.add("linear", features(value_of(values, "hidden_z"))).add("relu");
    of_y.add("linear", features(value_of(values, "hidden_y"))).add("relu");
    main.join(of_y.last).add("linear", features(value_of(values, "hidden"))).add("relu");
    main.add("dropout", {{"p", 0.5}});
    main.add("linear", features(double(image[0] * image[1] * image[2]))).add("sigmoid");
    main.add("scale", {{"factor", 2.0}, {"offset", -1.0}});  // the authors' images lie in [0, 1]
    main.add("reshape", {{"shape", std::vector<double>(image.begin(), image.end())}});
    initialise(g);
    g.ema_decay = value_of(values, "ema");
    return g;
}

Network discriminator(const RecipeValues& values, const std::vector<int64_t>& image) {
    Network d = network_of("D", {"image", image});
    d.inputs.push_back({"y", {whole(values, "condition")}});
    const auto maxout = [&](LayerChain& chain, std::string_view units, double pieces) {
        chain.add("linear", features(value_of(values, units) * pieces)).add("maxout", {{"pieces", pieces}});
        chain.add("dropout", {{"p", 0.5}});
    };
    LayerChain main{d, "image", ""};
    LayerChain of_y{d, "y", ""};
    main.add("flatten").add("scale", {{"factor", 0.5}, {"offset", 0.5}});
    maxout(main, "units", 5);
    maxout(of_y, "units_y", 5);
    main.join(of_y.last);
    maxout(main, "units", 4);
    main.add("linear", features(1));
    initialise(d);
    return d;
}

Result<Model> make_cgan_mlp(const RecipeValues& values) {
    const int64_t side = whole(values, "image"), channels = whole(values, "channels");
    const std::vector<int64_t> image{channels, side, side};
    Model model = model_of("cgan_mlp", values);
    model.networks = {generator(values, image), discriminator(values, image)};
    add_momentum_sgd(model, values, {"G", "D"});
    const SmallNets sizes{.image = int(side),
                          .channels = int(channels),
                          .latent = whole(values, "nz"),
                          .conditioning = Conditioning::input,
                          .condition = whole(values, "condition")};
    const Adversarial step{.loss = choice(values, parameters, "loss"),
                           .conditioning = Conditioning::input,
                           .wrong_pairs = value_of(values, "wrong") == 1};
    add_sources(model, sizes, step, "uniform");
    add_adversarial(model, step);
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe cgan_mlp;
const Recipe cgan_mlp = {
    .name = "cgan_mlp",
    .summary = "the first conditional GAN: perceptrons, maxout and dropout in the discriminator",
    .source = "Mirza, Osindero 2014, arXiv 1411.1784, section 4.1",
    .parameters = parameters,
    .make = make_cgan_mlp,
};

}  // namespace recipe_def

}  // namespace vkgan
