// DCGAN: convolutional generator and discriminator with batch norm. Parameter names are those of PyTorch's
// example.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"

#include <array>

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> kinds{"paper", "small"};
constexpr std::array<std::string_view, 2> latents{"normal", "uniform"};
constexpr std::array<std::string_view, 2> batches{"separate", "joint"};
constexpr std::array<std::string_view, 2> norms{"batch", "none"};

constexpr std::array parameters{
    RecipeParameter{"image", 64, 16, 128, true, "height and width in pixels: 16, 28, 32, 64 or 128"},
    RecipeParameter{"channels", 3, 1, 4, true, "of an image: 1 grey, 3 colour, 4 with opacity"},
    RecipeParameter{"nz", 100, 1, 4096, true, "entries of the latent vector"},
    RecipeParameter{"ngf", 64, 1, 1024, true, "channels of the generator's last hidden layer"},
    RecipeParameter{"ndf", 64, 1, 1024, true, "channels of the discriminator's first layer"},
    RecipeParameter{"batch", 64, 2, 4096, true, "images a step"},
    RecipeParameter{"lr", 2e-4, 0, 1, false, "learning rate of both networks"},
    RecipeParameter{"beta1", 0.5, 0, 0.999, false, "Adam's decay of the first moment"},
    parameter::decay_start,
    RecipeParameter{"decay_steps", 0, 0, 1e9, true,
                    "steps over which the learning rate then falls linearly to 0; 0: it stays"},
    RecipeParameter{"loss", 0, 0, 4, true, "adversarial loss", adversarial_losses},
    RecipeParameter{"smooth", 1, 0.5, 1, false, "the discriminator's target for real images; 0.9 smooths it"},
    RecipeParameter{"z", 0, 0, 1, true, "distribution of the latent vector; uniform is from -1 to 1",
                    latents},
    RecipeParameter{"d_batch", 0, 0, 1, true, "whether batch norm sees real and fake images together",
                    batches},
    RecipeParameter{"ema", 0.999, 0, 0.99999, false,
                    "decay of the averaged generator that draws samples; 0: none"},
    RecipeParameter{
        "nets", 0, 0, 1, true,
        "paper: as published, without biases; small: those of the other recipes, sized by ndf alone", kinds},
    RecipeParameter{"norm", 0, 0, 1, true, "in the discriminator", norms},
    parameter::k,
    parameter::pack,
    parameter::r1,
    parameter::r1_every,
    parameter::augment,
    parameter::replay,
};

constexpr double slope = 0.2;

// Weights N(0, 0.02), gamma N(1, 0.02), beta 0.
void initialise(Network& network) {
    for (const char* kind : {"conv.weight", "conv_transposed.weight", "linear.weight"}) {
        network.initialisers[kind] = {"normal", 0, 0.02};
    }
    network.initialisers["batch_norm.weight"] = {"normal", 1, 0.02};
    network.initialisers["batch_norm.bias"] = {"constant", 0, 0};
}

struct Sizes {
    int image, channels, nz, ngf, ndf;
    bool batch_norm = true;  // in the discriminator
    int doublings = 0;       // from 4 x 4 to the image, where that works
};

// From 1 x 1 by way of 4 x 4; channels halve as the image doubles.
Network generator(const Sizes& s) {
    Network g = network_of("G", {"z", {s.nz, 1, 1}});
    Sequential main{g};
    main.add("conv_transposed", conv_block({.filters = s.ngf << (s.doublings - 1), .stride = 1, .pad = 0}));
    for (int i = s.doublings - 2; i >= 0; --i) {
        main.add("batch_norm").add("relu").add("conv_transposed", conv_block({.filters = s.ngf << i}));
    }
    main.add("batch_norm")
        .add("relu")
        .add("conv_transposed", conv_block({.filters = s.channels}))
        .add("tanh");
    return g;
}

Network discriminator(const Sizes& s) {
    Network d = network_of("D", {"image", {s.channels, s.image, s.image}});
    Sequential main{d};
    for (int i = 0; i < s.doublings; ++i) {
        main.add("conv", conv_block({.filters = s.ndf << i, .bias = !s.batch_norm}));
        if (i > 0 && s.batch_norm) main.add("batch_norm");
        main.add("leaky_relu", {{"slope", slope}});
    }
    main.add("conv", conv_block({.filters = 1, .stride = 1, .pad = 0}));
    return d;
}

// The authors' nets for digits; 64 and 1024 features there are ngf and 16 ngf here.
Network generator_28(const Sizes& s) {
    Network g = network_of("G", {"z", {s.nz, 1, 1}});
    const auto linear = [](int features) { return Options{{"features", double(features)}, {"bias", 0.0}}; };
    const ConvBlock doubling{.filters = s.ngf, .kernel = 5, .pad = 2, .output_padding = 1};
    ConvBlock last = doubling;
    last.filters = s.channels;
    Sequential main{g};
    main.add("flatten").add("linear", linear(16 * s.ngf)).add("batch_norm").add("relu");
    main.add("linear", linear(2 * s.ngf * 7 * 7)).add("batch_norm").add("relu");
    main.add("reshape", {{"shape", std::vector<double>{2.0 * s.ngf, 7, 7}}});
    main.add("conv_transposed", conv_block(doubling)).add("batch_norm").add("relu");
    // The authors' sigmoid is for images in [0, 1].
    main.add("conv_transposed", conv_block(last))
        .add("sigmoid")
        .add("scale", {{"factor", 2.0}, {"offset", -1.0}});
    return g;
}

Network discriminator_28(const Sizes& s) {
    Network d = network_of("D", {"image", {s.channels, s.image, s.image}});
    const Options leak{{"slope", slope}};
    const bool bias = !s.batch_norm;
    Sequential main{d};
    const auto normed = [&] {
        if (s.batch_norm) main.add("batch_norm");
        main.add("leaky_relu", leak);
    };
    main.add("scale", {{"factor", 0.5}, {"offset", 0.5}});
    main.add("conv", conv_block({.filters = s.ndf, .kernel = 5, .pad = 2, .bias = bias}))
        .add("leaky_relu", leak);
    main.add("conv", conv_block({.filters = 2 * s.ndf, .kernel = 5, .pad = 2, .bias = bias}));
    normed();
    main.add("flatten").add("linear", {{"features", 16.0 * s.ndf}, {"bias", double(bias)}});
    normed();
    main.add("linear", {{"features", 1.0}, {"bias", 0.0}});
    return d;
}

// D sees reals and fakes in one batch, with joint statistics.
Phase joint_step(const std::string& loss, double smooth) {
    Phase phase{"step", 1, {apply("fake", "G", "z"), {"fixed", "detach", {"fake"}, {}}}};
    auto& run = phase.statements;
    run.push_back({"both", "join", {"real", "fixed"}, {}});
    run.push_back(apply("both_logits", "D", "both"));
    run.push_back({"real_logits", "part", {"both_logits"}, {{"index", 0.0}, {"of", 2.0}}});
    run.push_back({"fake_logits", "part", {"both_logits"}, {{"index", 1.0}, {"of", 2.0}}});
    Options options{{"kind", loss}};
    if (smooth != 1) options["smooth"] = smooth;
    run.push_back({"loss_d", "gan_discriminator", {"real_logits", "fake_logits"}, options});
    run.push_back(update("D", "loss_d"));
    run.push_back(apply("judged", "D", "fake"));
    run.push_back({"loss_g", "gan_generator", {"judged"}, {{"kind", loss}}});
    run.push_back(update("G", "loss_g"));
    return phase;
}

Result<int> doublings_to(int image) {
    for (int n = 2; n <= 5; ++n) {
        if (image == 4 << n) return n;
    }
    if (image == 28) return 0;
    return Error{Code::invalid_argument,
                 "image: " + std::to_string(image) + " is not one of 16, 28, 32, 64, 128"};
}

Result<Model> make_dcgan(const RecipeValues& values) {
    Sizes sizes{whole(values, "image"), whole(values, "channels"),
                whole(values, "nz"),    whole(values, "ngf"),
                whole(values, "ndf"),   choice(values, parameters, "norm") == "batch"};
    VKGAN_ASSIGN(sizes.doublings, doublings_to(sizes.image));
    const std::string loss = choice(values, parameters, "loss");
    const double smooth = value_of(values, "smooth");
    if (smooth != 1 && (loss == "hinge" || loss == "wasserstein")) {
        return Error{Code::invalid_argument, "smooth: has no meaning for loss " + loss + "; leave it at 1"};
    }
    const Adversarial step{.loss = loss,
                           .smooth = smooth,
                           .k = whole(values, "k"),
                           .pack = whole(values, "pack"),
                           .r1 = value_of(values, "r1"),
                           .r1_every = whole(values, "r1_every"),
                           .augment = value_of(values, "augment") == 1,
                           .replay = whole(values, "replay")};
    VKGAN_TRY(check_r1(step, choice(values, parameters, "norm")));
    const bool joint = choice(values, parameters, "d_batch") == "joint";
    if (joint && (step.k > 1 || step.pack > 1 || step.r1 > 0 || step.augment || step.replay > 0))
        return Error{Code::invalid_argument,
                     "d_batch: joint goes with none of k, pack, r1, augment and replay"};
    Model model = model_of("dcgan", values);
    VKGAN_TRY(check_replay(step, model.batch));
    if (model.batch % step.pack != 0)
        return Error{Code::invalid_argument, "pack: " + std::to_string(step.pack) +
                                                 " does not divide a batch of " +
                                                 std::to_string(model.batch)};
    const bool digits = sizes.doublings == 0;
    if (choice(values, parameters, "nets") == "small") {
        const SmallNets nets{.image = sizes.image,
                             .channels = sizes.channels,
                             .latent = sizes.nz,
                             .filters = sizes.ndf,
                             .batch_norm = sizes.batch_norm,
                             .pack = step.pack};
        model.networks = {small_generator(nets), small_discriminator(nets)};
        model.sources = {{"real", "image", {sizes.channels, sizes.image, sizes.image}},
                         {"z", choice(values, parameters, "z"), {sizes.nz}, -1, 1}};
    } else {
        Sizes packed = sizes;
        packed.channels *= step.pack;
        model.networks = {digits ? generator_28(sizes) : generator(sizes),
                          digits ? discriminator_28(packed) : discriminator(packed)};
        for (Network& network : model.networks) initialise(network);
        if (!sizes.batch_norm)
            for (const char* kind : {"conv.bias", "linear.bias"})
                model.networks[1].initialisers[kind] = {"constant", 0, 0};
        model.sources = {{"real", "image", {sizes.channels, sizes.image, sizes.image}},
                         {"z", choice(values, parameters, "z"), {sizes.nz, 1, 1}, -1, 1}};
    }
    model.networks[0].ema_decay = value_of(values, "ema");
    model.controls = {latent_control("z", 3)};
    add_adam(model, values, {"G", "D"});
    for (Optimiser& optimiser : model.optimisers) {
        optimiser.decay_start = whole(values, "decay_start");
        optimiser.linear_steps = whole(values, "decay_steps");
    }
    if (!joint) {
        add_adversarial(model, step);
        return model;
    }
    model.phases = {joint_step(loss, smooth)};
    model.reports = {
        {"loss_d", "loss_d"}, {"loss_g", "loss_g"}, {"d_real", "real_logits"}, {"d_fake", "fake_logits"}};
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe dcgan;
const Recipe dcgan = {
    .name = "dcgan",
    .summary = "convolutional GAN for images of 16 to 128 pixels",
    .source = "Radford, Metz, Chintala 2015, arXiv 1511.06434",
    .parameters = parameters,
    .make = make_dcgan,
};

}  // namespace recipe_def

}  // namespace vkgan
