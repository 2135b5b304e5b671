// InfoGAN: parts of the latent that a second head of the discriminator must be able to read from the image: a
// category and continuous codes that come to mean something.
// SPDX-License-Identifier: MIT
#include "host/recipes/nets.hpp"

#include <cmath>

namespace vkgan {

namespace {

constexpr std::array<std::string_view, 2> routings{"both", "generator"};

constexpr std::array parameters{
    RecipeParameter{"image", 28, 28, 28, true, "height and width in pixels"},
    RecipeParameter{"channels", 1, 1, 4, true, "of an image"},
    RecipeParameter{"noise", 62, 1, 4096, true, "entries of the latent without meaning"},
    RecipeParameter{"categories", 10, 2, 1000, true, "values of the categorical code"},
    RecipeParameter{"codes", 2, 1, 64, true, "continuous codes, from -1 to 1"},
    RecipeParameter{"filters", 64, 1, 1024, true, "of the discriminator's first layer"},
    RecipeParameter{"width", 1024, 1, 65536, true, "units of the fully connected layers"},
    RecipeParameter{"lambda", 1, 0, 1000, false, "weight of the information on the category"},
    RecipeParameter{"lambda_codes", 1, 0, 1000, false, "weight of the information on the continuous codes"},
    RecipeParameter{
        "routing", 0, 0, 1, true,
        "whose steps learn the information: both, as the authors have it, or only the generator's "
        "and the head's",
        routings},
    RecipeParameter{"batch", 128, 2, 4096, true, "images a step"},
    RecipeParameter{"lr", 2e-4, 0, 1, false, "learning rate of the discriminator"},
    RecipeParameter{"lr_g", 1e-3, 0, 1, false, "learning rate of the generator"},
    RecipeParameter{"beta1", 0.5, 0, 0.999, false, "Adam's decay of the first moment"},
    RecipeParameter{"ema", 0, 0, 0.99999, false,
                    "decay of the averaged generator that draws samples; 0: none"},
};

constexpr double slope = 0.1;

Options plain(double count) { return {{"features", count}, {"bias", 0.0}}; }

Network generator(const RecipeValues& values) {
    const int filters = whole(values, "filters"), channels = whole(values, "channels");
    Network g = network_of("G", {"z", {whole(values, "noise")}});
    g.inputs.push_back({"c", {whole(values, "categories")}});
    g.inputs.push_back({"code", {whole(values, "codes")}});
    g.layers.push_back({"concat", "main.0", {"z", "c", "code"}, {}});
    Sequential main{g};
    main.add("linear", plain(value_of(values, "width"))).add("batch_norm").add("relu");
    main.add("linear", plain(7 * 7 * 2.0 * filters)).add("batch_norm").add("relu");
    main.add("reshape", {{"shape", std::vector<double>{2.0 * filters, 7, 7}}});
    main.add("conv_transposed", conv_block({.filters = filters})).add("batch_norm").add("relu");
    main.add("conv_transposed", conv_block({.filters = channels, .bias = true})).add("sigmoid");
    main.add("scale", {{"factor", 2.0}, {"offset", -1.0}});
    initialise_n02(g);
    return g;
}

Network discriminator(const RecipeValues& values) {
    const int filters = whole(values, "filters");
    Network d = network_of("D", {"image", {whole(values, "channels"), 28, 28}});
    const Options leak{{"slope", slope}};
    LayerChain main{d, "image", ""};
    main.add("conv", conv_block({.filters = filters, .bias = true})).add("leaky_relu", leak);
    main.add("conv", conv_block({.filters = 2 * filters})).add("batch_norm").add("leaky_relu", leak);
    main.add("flatten").add("linear", plain(value_of(values, "width"))).add("batch_norm");
    main.add("leaky_relu", leak, "features");
    LayerChain q = main;
    q.add("linear", plain(128), "q.0").add("batch_norm", {}, "q.1").add("leaky_relu", leak, "q.2");
    LayerChain category = q;
    category.add("linear", features(value_of(values, "categories")), "category");
    q.add("linear", features(value_of(values, "codes")), "codes");
    main.add("linear", features(1), "score");
    d.output = "score";
    initialise_n02(d);
    return d;
}

// Chen et al. 2016, (5): what Q reads of the codes, from the image behind `judged`.
void add_information(Phase& phase, const std::string& suffix, const std::string& judged) {
    auto& run = phase.statements;
    run.push_back({"category" + suffix, "inside", {judged}, {{"layer", std::string("category")}}});
    run.push_back({"codes" + suffix, "inside", {judged}, {{"layer", std::string("codes")}}});
    run.push_back({"category_nll" + suffix, "cross_entropy", {"category" + suffix, "c"}, {}});
    run.push_back({"codes_nll" + suffix, "gaussian_nll", {"code", "codes" + suffix}, {}});
}

// The head and the trunk before it learn to read new images, but not to tell real from fake, here.
Phase reading(const RecipeValues& values) {
    Phase phase{"read", 1, {{"fake", "apply", {"z", "c", "code"}, {{"network", std::string("G")}}}}};
    auto& run = phase.statements;
    run.push_back({"fixed", "detach", {"fake"}, {}});
    run.push_back(apply("read", "D", "fixed"));
    add_information(phase, "_q", "read");
    const std::vector<double> weights{value_of(values, "lambda"), value_of(values, "lambda_codes")};
    run.push_back({"loss_q", "sum", {"category_nll_q", "codes_nll_q"}, {{"weights", weights}}});
    run.push_back(update("D", "loss_q"));
    return phase;
}

Phase step(const RecipeValues& values, bool both) {
    Phase phase{"step", 1, {}};
    auto& run = phase.statements;
    run.push_back({"fake", "apply", {"z", "c", "code"}, {{"network", std::string("G")}}});
    run.push_back({"fixed", "detach", {"fake"}, {}});
    run.push_back(apply("real_logits", "D", "real"));
    run.push_back(apply("fake_logits", "D", "fixed"));
    run.push_back({"adversarial_d", "gan_discriminator", {"real_logits", "fake_logits"}, {}});
    const double category = value_of(values, "lambda"), codes = value_of(values, "lambda_codes");
    const Options weights{{"weights", std::vector<double>{1, category, codes}}};
    if (both) {
        add_information(phase, "_d", "fake_logits");
        run.push_back({"loss_d", "sum", {"adversarial_d", "category_nll_d", "codes_nll_d"}, weights});
    } else {
        run.back().result = "loss_d";
    }
    run.push_back(update("D", "loss_d"));
    run.push_back(apply("judged", "D", "fake"));
    run.push_back({"adversarial_g", "gan_generator", {"judged"}, {}});
    add_information(phase, "", "judged");
    run.push_back({"loss_g", "sum", {"adversarial_g", "category_nll", "codes_nll"}, weights});
    run.push_back(update("G", "loss_g"));
    const double entropy = std::log(value_of(values, "categories"));
    run.push_back({"information", "affine", {"category_nll"}, {{"factor", -1.0}, {"offset", entropy}}});
    return phase;
}

Result<Model> make_infogan(const RecipeValues& values) {
    Model model = model_of("infogan", values);
    model.networks = {generator(values), discriminator(values)};
    model.networks[0].ema_decay = value_of(values, "ema");
    model.sources = {{"real", "image", {whole(values, "channels"), 28, 28}},
                     {"z", "uniform", {whole(values, "noise")}, -1, 1},
                     {"c", "categorical", {whole(values, "categories")}},
                     {"code", "uniform", {whole(values, "codes")}, -1, 1}};
    model.controls = {latent_control("z", 1), latent_control("code", 2)};
    model.controls[1].help = "continuous codes; training draws them from -1 to 1";
    model.controls.push_back({"c", "label", -1, -1, value_of(values, "categories") - 1, false,
                              "the category, -1 any; its entries blend categories"});
    for (const char* network : {"G", "D"}) {
        model.optimisers.push_back({.network = network,
                                    .learning_rate = value_of(values, *network == 'G' ? "lr_g" : "lr"),
                                    .beta1 = value_of(values, "beta1")});
        model.controls.push_back(learning_rate_control(model.optimisers.back()));
    }
    const bool both = choice(values, parameters, "routing") == "both";
    model.phases = {step(values, both)};
    if (!both) model.phases.push_back(reading(values));
    model.reports = {{"loss_d", "loss_d"},      {"loss_g", "loss_g"},           {"d_real", "real_logits"},
                     {"d_fake", "fake_logits"}, {"information", "information"}, {"codes_nll", "codes_nll"}};
    return model;
}

}  // namespace

namespace recipe_def {

extern const Recipe infogan;
const Recipe infogan = {
    .name = "infogan",
    .summary = "GAN whose latent has a category and codes that it learns to show",
    .source = "Chen et al. 2016, arXiv 1606.03657",
    .parameters = parameters,
    .make = make_infogan,
};

}  // namespace recipe_def

}  // namespace vkgan
