// Autoencoder and variational autoencoder.
// SPDX-License-Identifier: MIT
#include "host/graph/random.hpp"
#include "host/metrics/linear.hpp"
#include "host/zoo/zoo.hpp"

#include <algorithm>
#include <cmath>

namespace vkgan {

namespace {

double mean_square(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i)
        sum += (double(a[i]) - double(b[i])) * (double(a[i]) - double(b[i]));
    return sum / double(a.size());
}

// Images and their reconstructions in turn.
Tensor side_by_side(const Tensor& images, const Tensor& again, int64_t pairs) {
    Shape shape = images.shape;
    const size_t each = images.values.size() / size_t(shape[0]);
    shape[0] = 2 * pairs;
    Tensor both(shape);
    for (size_t i = 0; i < size_t(pairs); ++i) {
        std::copy_n(images.values.begin() + ptrdiff_t(i * each), each,
                    both.values.begin() + ptrdiff_t(2 * i * each));
        std::copy_n(again.values.begin() + ptrdiff_t(i * each), each,
                    both.values.begin() + ptrdiff_t((2 * i + 1) * each));
    }
    return both;
}

Status verify_small_autoencoder(ZooContext& zoo) {
    const std::string data = "blobs";
    VKGAN_ASSIGN(
        const auto run,
        zoo.open(
            {"autoencoder", {{"image", "8"}, {"channels", "1"}, {"latent", "4"}, {"hidden", "128"}}, data}));
    VKGAN_TRY(zoo.train(*run, 2000));
    VKGAN_ASSIGN(const auto networks, zoo.networks(*run));
    VKGAN_ASSIGN(const LabelledImages* const test,
                 zoo.images({.data = data, .split = "test", .image_size = 8, .channels = 1}));
    VKGAN_ASSIGN(const Tensor codes, networks->run_all("E", {{"image", test->images}}));
    VKGAN_ASSIGN(const Tensor again, networks->run_all("G", {{"z", codes}}));
    const std::vector<float>& pixels = test->images.values;
    double mean = 0;
    for (const float x : pixels) mean += double(x);
    const std::vector<float> flat(pixels.size(), float(mean / double(pixels.size())));
    zoo.at_most("squared error / variance", mean_square(pixels, again.values) / mean_square(pixels, flat),
                0.05);
    return zoo.picture("reconstructions", side_by_side(test->images, again, 32), 16);
}

Status verify_autoencoder(ZooContext& zoo) {
    if (zoo.small()) return verify_small_autoencoder(zoo);
    VKGAN_ASSIGN(const auto run,
                 zoo.open({"autoencoder", {{"image", "28"}, {"channels", "1"}, {"latent", "32"}}, "digits"}));
    VKGAN_TRY(zoo.train(*run, 3000));
    VKGAN_ASSIGN(const auto networks, zoo.networks(*run));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "digits", .split = "test"}));
    VKGAN_ASSIGN(const LabelledImages* const train, zoo.images({.data = "digits", .split = "train"}));
    VKGAN_ASSIGN(const Tensor codes, networks->run_all("E", {{"image", test->images}}));
    VKGAN_ASSIGN(const Tensor again, networks->run_all("G", {{"z", codes}}));
    // Of all pixels together, as the baseline's.
    const auto ratio = [&](std::span<const float> other) {
        return 10 * std::log10(4 / mean_square(test->images.values, other));
    };
    const FeatureMatrix rows{train->images.values, train->images.shape[0], 784};
    VKGAN_ASSIGN(const Pca pca, fit_pca(rows, 32));
    VKGAN_ASSIGN(const std::vector<float> projected,
                 pca_transform(pca, {test->images.values, test->images.shape[0], 784}));
    VKGAN_ASSIGN(std::vector<float> linear, pca_reconstruct(pca, {projected, test->images.shape[0], 32}));
    for (float& x : linear) x = std::clamp(x, -1.0f, 1.0f);
    zoo.at_least("PSNR of the test set, dB", ratio(again.values), 20.6);
    zoo.at_least("the same less that of 32 principal components, dB", ratio(again.values) - ratio(linear), 2);
    return zoo.picture("reconstructions", side_by_side(test->images, again, 32), 16);
}

struct Bound {
    double total = 0, divergence = 0;
};

// -ELBO of the test set in nats, one draw of the code each.
Result<Bound> bound_of(Inference& networks, const Tensor& images, uint64_t seed) {
    VKGAN_ASSIGN(const Tensor codes, networks.run_all("E", {{"image", images}}));
    const int64_t count = codes.shape[0], width = codes.shape[1] / 2;
    std::vector<float> noise(size_t(count * width));
    fill_normal({uint32_t(seed), 0, 0, 0}, 0, noise);
    Tensor z(Shape{count, width});
    Bound bound;
    for (size_t i = 0; i < size_t(count); ++i) {
        for (size_t k = 0; k < size_t(width); ++k) {
            const double mean = double(codes.values[i * size_t(width) * 2 + k]);
            const double log_variance = double(codes.values[i * size_t(width) * 2 + size_t(width) + k]);
            z.values[i * size_t(width) + k] =
                float(mean + std::exp(log_variance / 2) * double(noise[i * size_t(width) + k]));
            bound.divergence += 0.5 * (mean * mean + std::exp(log_variance) - log_variance - 1);
        }
    }
    VKGAN_ASSIGN(const Tensor logits, networks.run_all("G", {{"z", z}}, "logits"));
    for (size_t i = 0; i < logits.values.size(); ++i) {
        const double x = double(logits.values[i]), share = double(images.values[i]) / 2 + 0.5;
        bound.total += std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))) - x * share;
    }
    bound.total = (bound.total + bound.divergence) / double(count);
    bound.divergence /= double(count);
    return bound;
}

Status verify_vae(ZooContext& zoo) {
    VKGAN_ASSIGN(const auto run, zoo.open({"vae", {{"image", "28"}, {"channels", "1"}}, "digits"}));
    VKGAN_TRY(zoo.train(*run, zoo.small() ? 600 : 4000));
    VKGAN_ASSIGN(const auto networks, zoo.networks(*run));
    VKGAN_ASSIGN(const LabelledImages* const test, zoo.images({.data = "digits", .split = "test"}));
    VKGAN_ASSIGN(const Bound bound, bound_of(*networks, test->images, zoo.seed()));
    zoo.at_most("-ELBO of the test set, nats", bound.total, zoo.small() ? 142 : 114);
    zoo.at_least("divergence from the prior, nats", bound.divergence, 10);
    VKGAN_ASSIGN(const Tensor drawn, zoo.samples(*run, 2000));
    VKGAN_TRY(zoo.picture("samples", rows_of(drawn, 0, 64)));
    if (zoo.small()) return {};
    VKGAN_ASSIGN(const SampleQuality quality, quality_of(zoo, drawn, "digits"));
    VKGAN_ASSIGN(const auto plain,
                 zoo.open({.recipe = "autoencoder",
                           .settings = {{"image", "28"}, {"channels", "1"}, {"latent", "20"}},
                           .data = "digits",
                           .name = "autoencoder"}));
    VKGAN_TRY(zoo.train(*plain, 3000));
    VKGAN_ASSIGN(const Tensor decoded, zoo.samples(*plain, 2000));
    VKGAN_ASSIGN(const SampleQuality other, quality_of(zoo, decoded, "digits"));
    zoo.at_most("FID of its samples / of an autoencoder's from N(0, 1)", quality.distance / other.distance,
                1);
    return {};
}

}  // namespace

namespace zoo_def {

extern const ZooEntry autoencoder;
const ZooEntry autoencoder = {
    .name = "autoencoder",
    .title = "Autoencoder",
    .what = "an encoder and a decoder repeat images by way of a short code",
    .criterion =
        "S: four factors in a code of four, error below 5 % of the variance; M: digits by a code of 32, "
        "20.6 dB on the test set and 2 dB above principal components",
    .verify = verify_autoencoder,
};
extern const ZooEntry vae;
const ZooEntry vae = {
    .name = "vae",
    .title = "VAE",
    .what = "an autoencoder with Gaussian codes, to draw from",
    .criterion =
        "S: -ELBO of 142 nats on test digits after 600 steps; M: 114 after 4000, divergence above 10 "
        "nats, samples with a lower FID than an autoencoder's",
    .verify = verify_vae,
};

}  // namespace zoo_def

}  // namespace vkgan
