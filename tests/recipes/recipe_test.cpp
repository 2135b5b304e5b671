// Recipes: names, shapes and numbers of the models they make; what they refuse.
// SPDX-License-Identifier: MIT
#include "host/lower/lower.hpp"
#include "host/recipes/page.hpp"
#include "tests/house/source_tree.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;

namespace {

using Texts = std::map<std::string, std::string, std::less<>>;

std::string failure(std::string_view recipe, const Texts& values) {
    const auto model = make_model(recipe, values);
    REQUIRE(!model.ok());
    CHECK(is_bad_input(model.error().code));
    return model.error().message;
}

std::map<std::string, Shape> variables_of(std::string_view recipe, const Texts& values, int batch) {
    const auto model = make_model(recipe, values);
    REQUIRE_MESSAGE(model.ok(), (model.ok() ? "" : model.error().message));
    const auto lowered = lower_training(*model, {.batch = batch});
    REQUIRE_MESSAGE(lowered.ok(), (lowered.ok() ? "" : lowered.error().message));
    std::map<std::string, Shape> shapes;
    for (const LoweredPhase& phase : lowered->phases) {
        for (const Variable& v : phase.graph.variables()) {
            const bool own = v.group.ends_with(".parameters") || v.group.ends_with(".buffers");
            if (own) shapes.emplace(v.name, v.shape);
        }
    }
    return shapes;
}

}  // namespace

TEST_CASE("dcgan 64 has the names and shapes of PyTorch's example") {
    std::map<std::string, Shape> wanted{
        {"G.main.0.weight", {100, 512, 4, 4}}, {"G.main.3.weight", {512, 256, 4, 4}},
        {"G.main.6.weight", {256, 128, 4, 4}}, {"G.main.9.weight", {128, 64, 4, 4}},
        {"G.main.12.weight", {64, 3, 4, 4}},   {"D.main.0.weight", {64, 3, 4, 4}},
        {"D.main.2.weight", {128, 64, 4, 4}},  {"D.main.5.weight", {256, 128, 4, 4}},
        {"D.main.8.weight", {512, 256, 4, 4}}, {"D.main.11.weight", {1, 512, 4, 4}}};
    const std::array<std::pair<const char*, int64_t>, 7> norms{{{"G.main.1", 512},
                                                                {"G.main.4", 256},
                                                                {"G.main.7", 128},
                                                                {"G.main.10", 64},
                                                                {"D.main.3", 128},
                                                                {"D.main.6", 256},
                                                                {"D.main.9", 512}}};
    for (const auto& [norm, channels] : norms) {
        for (const char* kind : {".weight", ".bias", ".running_mean", ".running_var"}) {
            wanted.emplace(std::string(norm) + kind, Shape{channels});
        }
    }
    CHECK(variables_of("dcgan", {}, 2) == wanted);
}

TEST_CASE("every image size and channel count of dcgan lowers") {
    for (const char* image : {"16", "28", "32", "64", "128"}) {
        for (const char* channels : {"1", "4"}) {
            CAPTURE(image);
            const auto shapes = variables_of(
                "dcgan", {{"image", image}, {"channels", channels}, {"ngf", "4"}, {"ndf", "4"}}, 2);
            CHECK(shapes.size() > 10);
        }
    }
}

TEST_CASE("dcgan takes every loss, joint batches and other sources") {
    for (const char* loss : {"non_saturating", "minimax", "least_squares", "hinge", "wasserstein"}) {
        CAPTURE(loss);
        variables_of("dcgan", {{"image", "16"}, {"loss", loss}, {"d_batch", "joint"}, {"z", "uniform"}}, 2);
    }
}

TEST_CASE("gan has the sizes of Goodfellow's nets") {
    const std::map<std::string, Shape> wanted{
        {"G.main.0.weight", {1200, 100}}, {"G.main.0.bias", {1200}},        {"G.main.2.weight", {1200, 1200}},
        {"G.main.2.bias", {1200}},        {"G.main.4.weight", {784, 1200}}, {"G.main.4.bias", {784}},
        {"D.main.3.weight", {1200, 784}}, {"D.main.3.bias", {1200}},        {"D.main.6.weight", {1200, 240}},
        {"D.main.6.bias", {1200}},        {"D.main.9.weight", {1, 240}},    {"D.main.9.bias", {1}}};
    CHECK(variables_of("gan", {}, 2) == wanted);
}

TEST_CASE("parameters become the model's numbers") {
    const auto model = make_model("dcgan", {{"lr", "1e-3"}, {"batch", "16"}, {"image", "32"}, {"ema", "0"}});
    REQUIRE(model.ok());
    CHECK(model->batch == 16);
    CHECK(model->optimisers[0].learning_rate == 1e-3);
    CHECK(model->optimisers[1].beta1 == 0.5);
    CHECK(model->networks[0].ema_decay == 0);
    CHECK(model->parameters.at("image") == 32);
    const auto gan = make_model("gan", {{"k", "5"}});
    REQUIRE(gan.ok());
    CHECK(gan->phases[0].repeat == 5);
    CHECK(gan->optimisers[0].decay == doctest::Approx(1 / 1.000004));
    CHECK(make_model("cgan_mlp", {})->optimisers[1].decay == doctest::Approx(1 / 1.00004));
    const auto larsen = make_model("vae_gan", {{"anneal_steps", "37500"}, {"lr", "3.125e-4"}});
    REQUIRE(larsen.ok());
    REQUIRE(larsen->optimisers.size() == 3);
    for (const Optimiser& optimiser : larsen->optimisers) {
        CHECK(optimiser.kind == "rmsprop");
        CHECK(optimiser.linear_steps == 37500);
        CHECK(optimiser.fall_power == 0.75);
        CHECK(optimiser.minimum_learning_rate == 1e-5 / 64);
    }
}

TEST_CASE("wrong recipes and parameters are refused with the nearest name or the range") {
    CHECK(failure("dcgn", {}) == "unknown recipe \"dcgn\"; did you mean \"dcgan\"?");
    CHECK(failure("dcgan", {{"imaeg", "64"}}) ==
          "recipe dcgan has no parameter \"imaeg\"; did you mean \"image\"?");
    CHECK(failure("dcgan", {{"image", "48"}}) == "image: 48 is not one of 16, 28, 32, 64, 128");
    CHECK(failure("dcgan", {{"channels", "5"}}) == "channels: 5 is not from 1 to 4");
    CHECK(failure("dcgan", {{"batch", "-3"}}) == "batch: -3 is not from 2 to 4096");
    CHECK(failure("dcgan", {{"batch", "2.5"}}) == "batch: 2.5 is not a whole number");
    CHECK(failure("dcgan", {{"lr", "fast"}}) == "lr: \"fast\" is not a number");
    CHECK(failure("dcgan", {{"lr", "nan"}}) == "lr: nan is not from 0 to 1");
    CHECK(failure("dcgan", {{"lr", ""}}) == "lr: \"\" is not a number");
    CHECK(failure("dcgan", {{"loss", "hnge"}}).find("did you mean \"hinge\"?") != std::string::npos);
    CHECK(failure("dcgan", {{"loss", "hinge"}, {"smooth", "0.9"}}) ==
          "smooth: has no meaning for loss hinge; leave it at 1");
}

TEST_CASE("sizes and numbers that do not go together are refused with both") {
    for (const char* recipe : {"wgan", "wgan_gp", "cgan", "sngan", "ebgan", "vae_gan"}) {
        CAPTURE(recipe);
        CHECK(failure(recipe, {{"image", "48"}}) == "image: 48 is not one of 16, 28, 32, 64, 128");
    }
    CHECK(failure("toy", {{"pack", "3"}, {"batch", "64"}}) == "pack: 3 does not divide a batch of 64");
    CHECK(failure("sngan", {{"pack", "3"}, {"batch", "64"}}) == "pack: 3 does not divide a batch of 64");
    CHECK(failure("wgan_gp", {{"nets", "digits"}, {"image", "32"}}) ==
          "nets: digits are of 28 pixels and 1 channel, but image is 32 and channels 1");
    CHECK(failure("infogan", {{"image", "32"}}) == "image: 32 is not from 28 to 28");
    CHECK(failure("classifier", {{"stages", "3"}}) == "stages: 3 halvings do not divide 28 pixels");
    CHECK(failure("classifier", {{"image", "8"}, {"shift", "9"}}) ==
          "shift: 9 is more than the 8 pixels of an image");
    CHECK(failure("cgan", {{"loss", "hinge"}, {"smooth", "0.9"}}) ==
          "smooth: has no meaning for loss hinge; leave it at 1");
    CHECK(failure("bigan", {{"nz", "0"}}) == "nz: 0 is not from 1 to 4096");
    for (const char* recipe : {"cgan", "dcgan"}) {
        CAPTURE(recipe);
        CHECK(failure(recipe, {{"r1", "0.5"}}) ==
              "r1: 0.5 needs scores of one image each, which norm batch couples; set norm none");
        CHECK(failure(recipe, {{"replay", "20"}, {"batch", "32"}}) ==
              "replay: a pool of 20 images is less than a batch of 32; 0 keeps none");
    }
    CHECK(failure("dcgan", {{"replay", "128"}, {"pack", "2"}}) ==
          "replay: 128 would mix images of many steps in one pack; it goes with pack 1, not 2");
    CHECK(failure("dcgan", {{"replay", "128"}, {"d_batch", "joint"}}) ==
          "d_batch: joint goes with none of k, pack, r1, augment and replay");
    CHECK(failure("cgan", {{"norm_g", "conditional"}, {"conditioning", "input"}}) ==
          "norm_g: conditional goes with conditioning acgan and projection, not input");
    CHECK(failure("vae_gan", {{"anneal_steps", "100"}, {"lr", "1e-8"}}) ==
          "lr_stop: 1.5625e-07 is more than lr 1e-08");
    CHECK(failure("wgan_gp", {{"classes", "10"}}) == "classes: 10 are for nets residual, not small");
}

TEST_CASE("every image size and every way to condition lowers") {
    for (const char* image : {"16", "28", "32", "64", "128"}) {
        for (const char* conditioning : {"input", "every_layer", "acgan", "projection"}) {
            CAPTURE(image);
            CAPTURE(conditioning);
            const auto shapes = variables_of("cgan",
                                             {{"image", image},
                                              {"conditioning", conditioning},
                                              {"filters", "2"},
                                              {"stddev", "2"},
                                              {"nz", "3"}},
                                             2);
            CHECK(shapes.size() > 10);
        }
    }
}

TEST_CASE("small nets have the sizes of the table of reference nets") {
    const auto shapes = variables_of("sngan", {{"nz", "100"}, {"filters", "32"}}, 2);  // 28 pixels
    CHECK(shapes.at("G.main.0.weight") == Shape{128 * 7 * 7, 100});
    CHECK(shapes.at("G.main.4.weight") == Shape{128, 64, 4, 4});
    CHECK(shapes.at("G.main.7.weight") == Shape{64, 1, 4, 4});
    CHECK(shapes.at("D.main.0.weight") == Shape{32, 1, 4, 4});
    CHECK(shapes.at("D.main.2.weight") == Shape{64, 32, 4, 4});
    CHECK(shapes.at("D.score.weight") == Shape{1, 98 * 32});
    CHECK(shapes.at("D.score.weight_u") == Shape{1});
    const auto of_64 = variables_of("wgan", {{"image", "64"}, {"filters", "32"}, {"channels", "3"}}, 2);
    CHECK(of_64.at("G.main.0.weight") == Shape{256 * 4 * 4, 64});
    CHECK(of_64.at("D.score.weight") == Shape{1, 256 * 4 * 4});
}

TEST_CASE("conditional norms take the place of the condition beside the latent") {
    const auto shapes = variables_of(
        "cgan", {{"conditioning", "projection"}, {"norm_g", "conditional"}, {"filters", "2"}, {"nz", "3"}},
        2);
    CHECK(shapes.at("G.main.0.weight") == Shape{8 * 7 * 7, 3});
    CHECK(shapes.at("G.main.1.weight") == Shape{8 * 7 * 7});
    CHECK(shapes.at("G.main.1.bias_y") == Shape{8 * 7 * 7, 10});
    CHECK(shapes.at("G.main.5.weight_y") == Shape{4, 10});
    const auto deep = variables_of(
        "wgan_gp", {{"nets", "residual"}, {"image", "16"}, {"classes", "7"}, {"filters", "4"}, {"nz", "3"}},
        2);
    CHECK(deep.at("G.main.0.weight") == Shape{16 * 4, 3});
    CHECK(deep.at("G.main.2.weight_y") == Shape{4, 7});
    CHECK(deep.at("D.classes.weight") == Shape{7, 4});
    CHECK(deep.at("D.score.weight") == Shape{1, 4});
}

TEST_CASE("the authors' networks have the numbers of parameters that their layers add up to") {
    const auto count = [](const std::map<std::string, Shape>& shapes, std::string_view network) {
        int64_t sum = 0;
        for (const auto& [name, shape] : shapes)
            if (name.starts_with(network) && (name.ends_with(".weight") || name.ends_with(".bias")))
                sum += shape.element_count();
        return sum;
    };
    const Texts cifar{{"image", "32"}, {"channels", "3"}, {"filters", "128"}, {"nz", "128"}};
    const auto with = [&](const Texts& more) {
        Texts texts = cifar;
        for (const auto& [key, value] : more) texts[key] = value;
        return texts;
    };
    // Blocks of 128: two convolutions of 9 * 128 * 128 + 128, a shortcut of 128 * 128 + 128, two norms of
    // 256.
    const int64_t conv3 = 9 * 128 * 128 + 128, conv1 = 128 * 128 + 128;
    const auto gp = variables_of("wgan_gp", with({{"nets", "residual"}}), 2);
    CHECK(count(gp, "G.") == 129 * 2048 + 3 * (2 * conv3 + conv1 + 512) + 256 + 9 * 128 * 3 + 3);
    const int64_t critic =
        (9 * 3 * 128 + 128 + conv3 + 3 * 128 + 128) + (2 * conv3 + conv1) + 4 * conv3 + 129;
    CHECK(count(gp, "D.") == critic);
    CHECK(critic == 1'053'825);
    const auto sn = variables_of("sngan", with({{"nets", "residual"}}), 2);
    CHECK(count(sn, "D.") == critic);
    CHECK(sn.at("G.main.0.weight") == Shape{16 * 256, 128});
    const auto colour = variables_of("wgan_gp", with({{"nets", "colour"}}), 2);
    CHECK(colour.at("G.main.0.weight") == Shape{4 * 4 * 512, 128});
    CHECK(colour.at("D.main.4.weight") == Shape{512, 256, 5, 5});
    CHECK(colour.at("D.main.7.weight") == Shape{1, 4 * 4 * 512});
    const auto mlp = variables_of("cgan_mlp", {}, 2);
    CHECK(count(mlp, "G.") == 101 * 200 + 11 * 1000 + 1201 * 1200 + 1201 * 784);
    CHECK(count(mlp, "D.") == 785 * 1200 + 11 * 250 + 291 * 960 + 241);
    const auto larsen = variables_of(
        "vae_gan", {{"nets", "paper"}, {"image", "64"}, {"channels", "3"}, {"latent", "128"}}, 2);
    CHECK(larsen.at("E.main.6.weight") == Shape{256, 128, 5, 5});
    CHECK(larsen.at("E.main.13.weight") == Shape{256, 1024});
    CHECK(larsen.at("G.main.0.weight") == Shape{256 * 8 * 8, 128});
    CHECK(larsen.at("G.main.13.weight") == Shape{3, 32, 5, 5});
    CHECK(larsen.at("D.main.0.weight") == Shape{32, 3, 5, 5});
    CHECK(larsen.at("D.main.12.weight") == Shape{512, 256 * 8 * 8});
    CHECK(failure("vae_gan", {{"nets", "paper"}, {"image", "28"}}).find("but image is 28") !=
          std::string::npos);
    CHECK(failure("sngan", {{"nets", "residual"}, {"image", "28"}}).find("image: 28") != std::string::npos);
}

TEST_CASE("every recipe's defaults make a model and survive JSON") {
    for (const Recipe* recipe : all_recipes()) {
        CAPTURE(recipe->name);
        const auto model = make_model(recipe->name, {});
        REQUIRE_MESSAGE(model.ok(), (model.ok() ? "" : model.error().message));
        const std::string text = to_json(*model);
        const auto again = model_from_json(text, "recipe");
        REQUIRE_MESSAGE(again.ok(), (again.ok() ? "" : again.error().message));
        CHECK(to_json(*again) == text);
        for (const RecipeParameter& parameter : recipe->parameters) {
            CAPTURE(parameter.name);
            CHECK(parameter.value >= parameter.low);
            CHECK(parameter.value <= parameter.high);
            CHECK((parameter.choices.empty() || parameter.choices.size() == size_t(parameter.high) + 1));
        }
    }
}

TEST_CASE("docs/recipes.md is the page of the recipes, with all of their parameters and statements") {
    const std::string page = recipes_page();
    for (const Recipe* recipe : all_recipes()) {
        CAPTURE(recipe->name);
        const size_t begin = page.find("## " + std::string(recipe->name) + "\n");
        REQUIRE(begin != std::string::npos);
        const std::string section = page.substr(begin, page.find("\n## ", begin) - begin);
        for (const RecipeParameter& p : recipe->parameters)
            CHECK(section.find("| `" + std::string(p.name) + "` | ") != std::string::npos);
        const auto model = make_model(recipe->name, {});
        REQUIRE(model.ok());
        for (const Phase& phase : model->phases)
            for (const Statement& s : phase.statements)
                CHECK(section.find("    " + to_text(s) + "\n") != std::string::npos);
    }
    CHECK(to_text({"fake",
                   "apply",
                   {"z"},
                   {{"network", std::string("G")}, {"weights", std::vector<double>{1, 0.5}}}}) ==
          "fake = apply(z; network: G, weights: [1, 0.5])");
    CHECK(to_text({"", "update", {"loss"}, {}}) == "update(loss)");
    const std::string file = house::read_text(std::string(VKGAN_SOURCE_DIR) + "/docs/recipes.md");
    CHECK_MESSAGE(file == page, "run: build/dev/vkgan recipe --page > docs/recipes.md");
}
