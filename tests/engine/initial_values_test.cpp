// Starts that depend on the data.
// SPDX-License-Identifier: MIT
#include "host/engine/model_choice.hpp"
#include "host/engine/session.hpp"
#include "host/io/safetensors.hpp"
#include "tests/engine/tiny_run.hpp"

#include <cmath>

using namespace vkgan;
using namespace vkgan::test;

namespace {

constexpr int count = 12, side = 4, pixels = side * side;

Model small_gan() {
    const Settings settings{{"image", "4"}, {"nz", "3"}, {"hidden", "8"}, {"units", "4"}, {"batch", "6"}};
    auto choice = choose_model("gan", settings);
    REQUIRE(choice.ok());
    return std::move(choice->model);
}

// The first pixel is always black, the second always white, the others are random greys.
Tensor pictures() {
    Tensor images(Shape{count, 1, side, side});
    fill_uniform({}, 3, images.values);
    for (size_t i = 0; i < images.values.size(); ++i) {
        float& x = images.values[i];
        x = i % pixels == 0 ? -1.0f : i % pixels == 1 ? 1.0f : x * 2 - 1;
    }
    return images;
}

double logit_of_mean(const Tensor& images, size_t pixel) {
    double sum = 0;
    for (size_t i = 0; i < count; ++i) sum += (double(images.values[i * pixels + pixel]) + 1) / 2;
    const double mean = std::clamp(sum / count, 1e-7, 1 - 1e-7);
    return std::log(mean) - std::log1p(-mean);
}

void check_starts_at_the_mean(const SessionOptions& options, const Tensor& images) {
    auto session = Session::create(test_device(), small_gan(), options);
    if (!session) FAIL(session.error().message);
    const auto values = (*session)->initial_values();
    if (!values) FAIL(values.error().message);
    const Tensor& bias = values->find("G.main.4.bias")->second;
    REQUIRE(bias.values.size() == pixels);
    // log(1e-7 / (1 - 1e-7)), rounded to a float.
    CHECK(bias.values[0] == doctest::Approx(-16.118095551).epsilon(1e-7));
    CHECK(bias.values[1] == doctest::Approx(16.118095551).epsilon(1e-7));
    for (size_t i = 2; i < pixels; ++i)
        CHECK(bias.values[i] == doctest::Approx(logit_of_mean(images, i)).epsilon(1e-5));
}

}  // namespace

TEST_CASE("gan starts at the mean image of the data, pixel by pixel") {
    const TinyRun tiny;
    const Tensor images = pictures();
    REQUIRE(write_npy(tiny.temporary.path / "grey.npy", images).ok());
    check_starts_at_the_mean({.data = "npy:" + (tiny.temporary.path / "grey.npy").string()}, images);
}

TEST_CASE("of a feed, the mean image is that of the images it holds") {
    const TinyRun tiny;
    const Tensor images = pictures();
    TensorFile feed;
    Tensor real(Shape{2, 6, 1, side, side}), noise(Shape{4, 6, 3});
    real.values = images.values;
    feed.tensors.emplace("real", StoredTensor::from(real));
    feed.tensors.emplace("noise", StoredTensor::from(noise));
    const std::string path = (tiny.temporary.path / "feed.safetensors").string();
    REQUIRE(write_safetensors(path, feed).ok());
    check_starts_at_the_mean({.feed = path}, images);
}

TEST_CASE("a parameter that is no image cannot start from the mean image") {
    const TinyRun tiny;
    Model model = small_gan();
    model.networks[0].initialisers["main.2.bias"] = {"data_logit", 0, 0};
    REQUIRE(write_npy(tiny.temporary.path / "grey.npy", pictures()).ok());
    const SessionOptions options{.data = "npy:" + (tiny.temporary.path / "grey.npy").string()};
    auto session = Session::create(test_device(), std::move(model), options);
    REQUIRE(session.ok());
    const auto values = (*session)->initial_values();
    REQUIRE(!values.ok());
    CHECK(
        values.error().message ==
        "G.main.2.bias starts from the data's mean image (data_logit), but its shape is [8] and the image's "
        "[1, 4, 4]");
    CHECK(is_bad_input(values.error().code));
}
