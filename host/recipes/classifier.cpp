// A small classifier of classes or attributes: what metrics look at images with. Trained on real images only.
// SPDX-License-Identifier: MIT
#include "host/recipes/nets.hpp"

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> kinds{"class", "attributes"};

constexpr std::array parameters{
    RecipeParameter{"image", 28, 8, 128, true, "height and width in pixels, twice divisible by 2 at least"},
    RecipeParameter{"channels", 1, 1, 4, true, "of an image"},
    RecipeParameter{"condition", 10, 1, 1000, true, "classes, or attributes, of the data set"},
    RecipeParameter{"of", 0, 0, 1, true, "whether a sample has one class or independent attributes", kinds},
    RecipeParameter{"filters", 32, 1, 1024, true, "of the first layer; the others have twice as many"},
    RecipeParameter{"stages", 2, 1, 5, true, "convolutions, each followed by max pooling by 2"},
    RecipeParameter{"features", 128, 1, 16384, true, "units of the layer before the last"},
    RecipeParameter{"dropout", 0, 0, 0.95, false,
                    "of the last layer's inputs while training, half before that"},
    RecipeParameter{"shift", 2, 0, 16, true, "pixels that training images are moved by at most"},
    RecipeParameter{"batch", 64, 1, 4096, true, "images a step"},
    RecipeParameter{"lr", 1e-3, 0, 1, false, "learning rate"},
    RecipeParameter{"decay", 0.9995, 0.9, 1, false, "of the learning rate, from step to step"},
    RecipeParameter{"beta1", 0.9, 0, 0.999, false, "Adam's decay of the first moment"},
    RecipeParameter{"ema", 0.995, 0, 0.99999, false,
                    "decay of the averaged weights, which are the result; 0: none"},
};

Network classifier(const RecipeValues& values) {
    const int side = whole(values, "image");
    Network c = network_of("C", {"image", {whole(values, "channels"), side, side}});
    LayerChain main{c, "image", ""};
    for (int i = 0; i < whole(values, "stages"); ++i) {
        const int filters = whole(values, "filters") * (i == 0 ? 1 : 2);
        main.add("conv", conv_block({.filters = filters, .kernel = 3, .stride = 1, .bias = true}))
            .add("relu");
        main.add("downsample", {{"mode", std::string("max")}});
    }
    const double dropout = value_of(values, "dropout");
    main.add("flatten")
        .add("dropout", {{"p", dropout / 2}})
        .add("linear", features(value_of(values, "features")))
        .add("relu", {}, "features");
    main.add("dropout", {{"p", dropout}}).add("linear", features(value_of(values, "condition")), "classes");
    return c;
}

Result<Model> make_classifier(const RecipeValues& values) {
    const int side = whole(values, "image"), stages = whole(values, "stages");
    if (side % (1 << stages) != 0)
        return Error{Code::invalid_argument, "stages: " + std::to_string(stages) +
                                                 " halvings do not divide " + std::to_string(side) +
                                                 " pixels"};
    if (whole(values, "shift") > side)
        return Error{Code::invalid_argument, "shift: " + std::to_string(whole(values, "shift")) +
                                                 " is more than the " + std::to_string(side) +
                                                 " pixels of an image"};
    Model model = model_of("classifier", values);
    model.networks = {classifier(values)};
    model.sample_network = "none";
    model.networks[0].ema_decay = value_of(values, "ema");
    add_adam(model, values, {"C"});
    model.optimisers[0].decay = value_of(values, "decay");
    model.sources = {{"real", "image", {whole(values, "channels"), side, side}},
                     {"y", "attributes", {whole(values, "condition")}}};
    Phase phase{"step", 1, {}};
    auto& run = phase.statements;
    run.push_back({"moved",
                   "augment",
                   {"real"},
                   {{"colour", 0.0}, {"cutout", 0.0}, {"translation", value_of(values, "shift") / side}}});
    run.push_back(apply("logits", "C", "moved"));
    if (choice(values, parameters, "of") == "class") {
        run.push_back({"loss", "cross_entropy", {"logits", "y"}, {}});
    } else {
        run.push_back({"shares", "affine", {"y"}, {{"factor", 0.5}, {"offset", 0.5}}});
        run.push_back({"loss", "bernoulli_nll", {"logits", "shares"}, {}});
    }
    run.push_back(update("C", "loss"));
    model.phases = {std::move(phase)};
    model.reports = {{"loss", "loss"}};
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe classifier_recipe;
const Recipe classifier_recipe = {
    .name = "classifier",
    .summary = "tells classes or attributes of images: what metrics look with",
    .source = "docs/zoo.md, EVAL-CNN",
    .parameters = parameters,
    .make = make_classifier,
};

}  // namespace recipe_def

}  // namespace vkgan
