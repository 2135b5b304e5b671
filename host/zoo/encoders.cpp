// GANs that also encode: VAE-GAN and BiGAN.
// SPDX-License-Identifier: MIT
#include "host/metrics/pyramid.hpp"
#include "host/metrics/scores.hpp"
#include "host/zoo/zoo.hpp"

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

Tensor pairs_of(const Tensor& images, const Tensor& again) {
    Tensor both(Shape{64, 1, 28, 28});
    for (ptrdiff_t i = 0; i < 32; ++i) {
        std::copy_n(images.values.begin() + i * 784, 784, both.values.begin() + 2 * i * 784);
        std::copy_n(again.values.begin() + i * 784, 784, both.values.begin() + (2 * i + 1) * 784);
    }
    return both;
}

struct Reconstruction {
    double features = 0;   // mean distance of the evaluator's features to those of the image
    double shuffled = 0;   // the same to another image's
    double sharpness = 0;  // high-frequency energy over that of the images
};

Result<Reconstruction> reconstruct(ZooContext& zoo, TrainingRun& run, const std::string& picture) {
    VKGAN_ASSIGN(const auto networks, zoo.networks(run));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "digits", .split = "test"}));
    VKGAN_ASSIGN(const Tensor codes, networks->run_all("E", {{"image", test->images}}));
    VKGAN_ASSIGN(const Tensor again, networks->run_all("G", {{"z", means_of(codes)}}));
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("digits"));
    VKGAN_ASSIGN(const Evaluator::Seen of_images, evaluator->look(test->images));
    VKGAN_ASSIGN(const Evaluator::Seen of_again, evaluator->look(again));
    const auto energy = [](const Tensor& images) -> Result<double> {
        VKGAN_ASSIGN(const std::vector<double> each, high_frequency_energy(images, 0));
        double sum = 0;
        for (const double x : each) sum += x;
        return sum;
    };
    VKGAN_ASSIGN(const double real, energy(test->images));
    VKGAN_ASSIGN(const double made, energy(again));
    VKGAN_TRY(zoo.picture(picture, pairs_of(test->images, again), 16));
    return Reconstruction{mean_distance(of_again.features, of_images.features),
                          mean_distance(of_again.features, of_images.features, 1), made / real};
}

Status verify_vae_gan(ZooContext& zoo) {
    Settings settings{{"filters", zoo.small() ? "16" : "32"}};
    if (zoo.small()) settings.insert({{"latent", "32"}, {"batch", "32"}});
    VKGAN_ASSIGN(const auto run, zoo.open({"vae_gan", settings, "digits"}));
    VKGAN_TRY(zoo.train(*run, zoo.small() ? 300 : 8000));
    VKGAN_ASSIGN(const Reconstruction own, reconstruct(zoo, *run, "reconstructions"));
    VKGAN_ASSIGN(const Tensor drawn, zoo.samples(*run, 2000));
    VKGAN_TRY(zoo.picture("samples", rows_of(drawn, 0, 64)));
    if (zoo.small()) {
        zoo.at_most("distance of features to the image's / to another's", own.features / own.shuffled, 0.9);
        zoo.show("sharpness / the images'", own.sharpness);
        return {};
    }
    VKGAN_ASSIGN(const SampleQuality quality, quality_of(zoo, drawn, "digits"));
    VKGAN_ASSIGN(const auto plain,
                 zoo.open({.recipe = "vae",
                           .settings = {{"image", "28"}, {"channels", "1"}, {"latent", "64"}},
                           .data = "digits",
                           .name = "vae"}));
    VKGAN_TRY(zoo.train(*plain, 4000));
    VKGAN_ASSIGN(const Reconstruction other, reconstruct(zoo, *plain, "vae"));
    VKGAN_ASSIGN(const Tensor decoded, zoo.samples(*plain, 2000));
    VKGAN_ASSIGN(const SampleQuality other_quality, quality_of(zoo, decoded, "digits"));
    zoo.at_most("distance of features of reconstructions / a VAE's", own.features / other.features, 0.85);
    zoo.at_most("distance of sharpness from 1 / a VAE's",
                std::abs(own.sharpness - 1) / std::abs(other.sharpness - 1), 1);
    zoo.at_most("FID of samples / a VAE's", quality.distance / other_quality.distance, 1);
    return {};
}

struct Inversion {
    double ratio = 0;      // |x - G(E(x))| over that to another image
    double agreement = 0;  // how often the evaluator sees the same class in both
};

Result<Inversion> invert(ZooContext& zoo, TrainingRun& run) {
    VKGAN_ASSIGN(const auto networks, zoo.networks(run));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "digits", .split = "test"}));
    VKGAN_ASSIGN(const Tensor codes, networks->run_all("E", {{"image", test->images}}));
    VKGAN_ASSIGN(const Tensor again, networks->run_all("G", {{"z", codes}}));
    VKGAN_ASSIGN(Evaluator* const evaluator, zoo.evaluator("digits"));
    VKGAN_ASSIGN(const Evaluator::Seen of_images, evaluator->look(test->images));
    VKGAN_ASSIGN(const Evaluator::Seen of_again, evaluator->look(again));
    const std::vector<int> a = argmax_rows(features_of(of_images.logits)),
                           b = argmax_rows(features_of(of_again.logits));
    double same = 0;
    for (size_t i = 0; i < a.size(); ++i) same += a[i] == b[i];
    VKGAN_TRY(zoo.picture("reconstructions", pairs_of(test->images, again), 16));
    return Inversion{mean_distance(again, test->images) / mean_distance(again, test->images, 1),
                     same / double(a.size())};
}

Status verify_bigan(ZooContext& zoo) {
    Settings settings;
    if (zoo.small()) settings = {{"hidden", "512"}, {"nz", "16"}, {"batch", "64"}, {"lr", "0.0005"}};
    VKGAN_ASSIGN(const auto run, zoo.open({"bigan", settings, "digits"}));
    VKGAN_TRY(zoo.train(*run, zoo.small() ? 800 : 6000));
    if (zoo.small()) {
        zoo.at_least("D's loss", zoo.recent("loss_d"), 0.3);
        zoo.at_most("D's loss, from above", zoo.recent("loss_d"), 1.5);
    }
    VKGAN_ASSIGN(const Inversion inversion, invert(zoo, *run));
    if (zoo.small()) {
        zoo.show("|x - G(E(x))| / to another image", inversion.ratio);
    } else {
        zoo.at_most("|x - G(E(x))| / to another image", inversion.ratio, 0.8);
        zoo.at_least("share of reconstructions of the same digit", inversion.agreement, 0.4);
    }
    VKGAN_ASSIGN(const Tensor drawn, zoo.samples(*run, 2000));
    VKGAN_ASSIGN(const SampleQuality quality, quality_of(zoo, drawn, "digits"));
    if (zoo.small())
        zoo.at_least("IS(eval-digits)", quality.score, 2.2);
    else
        zoo.show("IS(eval-digits)", quality.score);
    zoo.show("FID-128(eval-digits)", quality.distance);
    return zoo.picture("samples", rows_of(drawn, 0, 64));
}

}  // namespace

namespace zoo_def {

extern const ZooEntry vae_gan;
const ZooEntry vae_gan = {
    .name = "vae_gan",
    .title = "VAE-GAN",
    .what = "a VAE that compares images by a discriminator's features, whose decoder is a generator",
    .criterion =
        "S: after 300 steps reconstructions look more like their image than like another; M: features "
        "15 % nearer than a VAE's, sharper, samples of lower FID",
    .verify = verify_vae_gan,
};
extern const ZooEntry bigan;
const ZooEntry bigan = {
    .name = "bigan",
    .title = "BiGAN",
    .what = "the discriminator judges pairs of image and code, so that an encoder inverts the generator",
    .criterion =
        "S: after 800 steps of small networks the game is open and IS 2.2 (inversion comes late); M: after 6000 steps G(E(x)) is 20 % nearer to x than to another "
        "image, and 40 % keep their digit",
    .verify = verify_bigan,
};

}  // namespace zoo_def

}  // namespace vkgan
