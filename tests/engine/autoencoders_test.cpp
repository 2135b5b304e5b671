// Recipes without a discriminator: they learn to repeat a few pictures, log what they report, and resume.
// SPDX-License-Identifier: MIT
#include "tests/engine/tiny_run.hpp"

#include <nlohmann/json.hpp>

#include <sstream>

namespace vkgan::test {

namespace {

struct Kind {
    const char* recipe;
    Settings settings;
    const char* report;     // what must fall
    double without_a_code;  // its least value for a decoder that always draws the same image
};

// Of flat_pictures() the mean image is the best. A channel is 0.8 once, 0.4 once and -0.8 twice: mean -0.1,
// mean square distance 0.5100; as shares of white 0.9, 0.7 and 0.1 twice: mean 0.45, of entropy 0.6881 nats,
// in each of 768 entries.
constexpr double mean_square = 0.51, cross_entropy = 768 * 0.6881;

std::vector<Kind> kinds() {
    const Settings dense{
        {"image", "16"}, {"channels", "3"}, {"hidden", "32"}, {"batch", "4"}, {"lr", "0.003"}};
    const auto with = [](Settings settings, const Settings& more) {
        for (const auto& [name, value] : more) settings[name] = value;
        return settings;
    };
    const Settings convolutional{{"image", "16"}, {"channels", "3"}, {"nets", "convolutional"},
                                 {"latent", "8"}, {"filters", "4"},  {"batch", "4"},
                                 {"lr", "0.003"}};
    return {{"autoencoder", with(dense, {{"latent", "8"}}), "loss_r", mean_square},
            {"autoencoder", with(convolutional, {{"loss", "bce"}}), "loss_r", cross_entropy},
            {"autoencoder", with(dense, {{"latent", "8"}, {"noise", "0.1"}, {"mask", "0.2"}}), "loss_r",
             mean_square},
            {"vae", with(dense, {{"latent", "4"}}), "loss", cross_entropy}};
}

std::unique_ptr<TrainingRun> open_kind(const Kind& kind, const RunOptions& options) {
    auto choice = choose_model(kind.recipe, kind.settings);
    REQUIRE_MESSAGE(choice.ok(), (choice.ok() ? "" : choice.error().message));
    auto run = TrainingRun::open(test_device(), std::move(*choice), options);
    REQUIRE_MESSAGE(run.ok(), (run.ok() ? "" : run.error().message));
    return std::move(*run);
}

// Four flat pictures, so that a code of few entries tells them apart.
std::string flat_pictures(const TinyRun& tiny) {
    Tensor images(Shape{4, 3, 16, 16});
    for (size_t i = 0; i < images.values.size(); ++i) {
        const size_t picture = i / (3 * 256), channel = i / 256 % 3;
        images.values[i] = picture == channel ? 0.8f : picture == 3 ? 0.4f : -0.8f;
    }
    REQUIRE(write_npy(tiny.temporary.path / "flat.npy", images).ok());
    return "npy:" + (tiny.temporary.path / "flat.npy").string();
}

}  // namespace

TEST_CASE("autoencoders learn a few pictures and log what they report") {
    const TinyRun tiny;
    const std::string data = flat_pictures(tiny);
    for (const Kind& kind : kinds()) {
        CAPTURE(kind.recipe);
        RunOptions options = tiny.options(kind.recipe);
        options.session.data = data;
        const auto run = open_kind(kind, options);
        const auto first = run->step();
        REQUIRE_MESSAGE(first.ok(), (first.ok() ? "" : first.error().message));
        CHECK_FALSE(first->values.contains("loss_d"));
        const double before = first->values.at(kind.report);
        steps(*run, 80);
        const auto last = run->step();
        REQUIRE(last.ok());
        CHECK(last->values.at(kind.report) < kind.without_a_code);
        REQUIRE(run->save().ok());
        std::istringstream log(tiny.text(std::string(kind.recipe) + "/log.jsonl"));
        std::string line;
        REQUIRE(std::getline(log, line));
        const auto json = nlohmann::json::parse(line);
        CHECK(json[kind.report].get<double>() == doctest::Approx(before).epsilon(1e-5));
        CHECK(json["grad_norm_e"].get<double>() > 0);
        CHECK(json["grad_norm_g"].get<double>() > 0);
        CHECK_FALSE(json.contains("loss_d"));
    }
}

TEST_CASE("a VAE that is resumed goes on to the bit") {
    const TinyRun tiny;
    const Kind vae = kinds().back();
    const auto whole = open_kind(vae, tiny.options("whole"));
    steps(*whole, 6);
    REQUIRE(whole->save().ok());
    {
        const auto half = open_kind(vae, tiny.options("parts"));
        steps(*half, 3);
        REQUIRE(half->save().ok());
    }
    RunOptions options = tiny.options("parts");
    options.resume = true;
    const auto rest = open_kind(vae, options);
    steps(*rest, 3);
    REQUIRE(rest->save().ok());
    CHECK(tiny.bytes("whole/model.vkgan") == tiny.bytes("parts/model.vkgan"));
}

}  // namespace vkgan::test
