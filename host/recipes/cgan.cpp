// Conditional GAN: classes or attributes given to both networks, in one of four ways, with mismatched pairs
// as a third kind of sample.
// SPDX-License-Identifier: MIT
#include "host/recipes/adversarial.hpp"

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> kinds{"class", "attributes"};
constexpr std::array<std::string_view, 3> norms{"batch", "none", "spectral"};
constexpr std::array<std::string_view, 2> norms_g{"batch", "conditional"};

constexpr std::array parameters{
    parameter::image,
    parameter::channels,
    parameter::latent,
    parameter::filters,
    RecipeParameter{"condition", 10, 1, 1000, true, "classes, or attributes, of the data set"},
    RecipeParameter{"of", 0, 0, 1, true, "whether a sample has one class or independent attributes", kinds},
    RecipeParameter{"conditioning", 1, 0, 3, true,
                    "input and every_layer: read by both networks there; acgan: told by the discriminator; "
                    "projection: on its features",
                    conditionings},
    RecipeParameter{"wrong", 1, 0, 1, true,
                    "real images with another sample's condition are judged as fakes; not for acgan", off_on},
    RecipeParameter{"class_weight", 1, 0, 1000, false, "of acgan's loss of classes"},
    RecipeParameter{
        "class_fakes", 1, 0, 1, true,
        "acgan's discriminator learns classes from generated images, too; off: from real ones only", off_on},
    RecipeParameter{"batch", 64, 2, 4096, true, "images a step"},
    parameter::rate,
    parameter::beta1,
    RecipeParameter{"loss", 0, 0, 4, true, "adversarial loss", adversarial_losses},
    RecipeParameter{"smooth", 1, 0.5, 1, false, "the discriminator's target for real images"},
    RecipeParameter{"norm", 0, 0, 2, true, "in the discriminator: batch norm, none, or spectral", norms},
    RecipeParameter{
        "norm_g", 0, 0, 1, true,
        "in the generator; conditional: its gain and shift alone tell of the condition, for acgan and "
        "projection",
        norms_g},
    parameter::k,
    parameter::r1,
    parameter::r1_every,
    parameter::augment,
    parameter::replay,
    RecipeParameter{"stddev", 0, 0, 64, true, "group of a minibatch standard deviation; 0: none"},
    parameter::ema,
};

Result<Model> make_cgan(const RecipeValues& values) {
    const auto how = Conditioning(1 + whole(values, "conditioning"));
    const std::string norm = choice(values, parameters, "norm");
    const bool conditional = choice(values, parameters, "norm_g") == "conditional";
    if (conditional && how != Conditioning::acgan && how != Conditioning::projection)
        return Error{Code::invalid_argument,
                     "norm_g: conditional goes with conditioning acgan and projection, not " +
                         choice(values, parameters, "conditioning")};
    const SmallNets nets{.image = whole(values, "image"),
                         .channels = whole(values, "channels"),
                         .latent = whole(values, "nz"),
                         .filters = whole(values, "filters"),
                         .conditioning = how,
                         .condition = whole(values, "condition"),
                         .conditional_norm = conditional,
                         .batch_norm = norm == "batch",
                         .spectral = norm == "spectral",
                         .stddev_group = whole(values, "stddev") > 1 ? whole(values, "stddev") : 0};
    VKGAN_TRY(check_small_size(nets.image));
    const std::string loss = choice(values, parameters, "loss");
    if (value_of(values, "smooth") != 1 && (loss == "hinge" || loss == "wasserstein"))
        return Error{Code::invalid_argument, "smooth: has no meaning for loss " + loss + "; leave it at 1"};
    const Adversarial step{.loss = loss,
                           .smooth = value_of(values, "smooth"),
                           .k = whole(values, "k"),
                           .r1 = value_of(values, "r1"),
                           .r1_every = whole(values, "r1_every"),
                           .augment = value_of(values, "augment") == 1,
                           .replay = whole(values, "replay"),
                           .conditioning = how,
                           .exclusive = choice(values, parameters, "of") == "class",
                           .wrong_pairs = value_of(values, "wrong") == 1 && how != Conditioning::acgan,
                           .class_weight = value_of(values, "class_weight"),
                           .class_weight_g = value_of(values, "class_weight"),
                           .class_fakes = value_of(values, "class_fakes") == 1};
    VKGAN_TRY(check_r1(step, norm));
    Model model = model_of("cgan", values);
    VKGAN_TRY(check_replay(step, model.batch));
    model.networks = {small_generator(nets), small_discriminator(nets)};
    model.networks[0].ema_decay = value_of(values, "ema");
    add_sources(model, nets, step, "normal");
    add_adam(model, values, {"G", "D"});
    add_adversarial(model, step);
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe cgan;
const Recipe cgan = {
    .name = "cgan",
    .summary = "GAN of a class or of attributes that one chooses",
    .source = "Mirza, Osindero 2014, arXiv 1411.1784; Odena et al. 2017; Miyato, Koyama 2018",
    .parameters = parameters,
    .make = make_cgan,
};

}  // namespace recipe_def

}  // namespace vkgan
