// What a run's sample pictures show: points where they lie, inputs above outputs, and never a pixel a sample.
// SPDX-License-Identifier: MIT
#include "host/engine/sample_pictures.hpp"

#include "host/engine/inference.hpp"
#include "tests/engine/tiny_run.hpp"

#include <array>
#include <cmath>

namespace vkgan::test {

namespace {

constexpr int side = 320, padding = 2;

std::array<int, 3> pixel(const Image& image, int x, int y) {
    REQUIRE(x < image.width);
    REQUIRE(y < image.height);
    const size_t at = (size_t(y) * size_t(image.width) + size_t(x)) * size_t(image.channels);
    if (image.channels < 3) return {image.pixels[at], image.pixels[at], image.pixels[at]};
    return {image.pixels[at], image.pixels[at + 1], image.pixels[at + 2]};
}

constexpr std::array<int, 3> white{255, 255, 255};
bool is_red(const std::array<int, 3>& c) { return c[0] > 180 && c[2] < 60; }
bool is_blue(const std::array<int, 3>& c) { return c[2] > 140 && c[0] < 60; }
bool is_grey(const std::array<int, 3>& c) { return c[0] < 140 && c[0] == c[1] && c[1] == c[2]; }

// A panel's pixel for shares of its range; the frame leaves a twentieth around.
int place(double share) { return padding + int(side * (0.05 + 0.9 * share)); }

Tensor plane(const std::vector<float>& values) {
    return {Shape{int64_t(values.size()) / 2, 2, 1, 1}, values};
}

// G makes an image of twice the size of an image; D is not needed for what is drawn.
Model enlarging_model() {
    Model model;
    Network g;
    g.name = "G";
    g.inputs = {{"image", {3, 16, 16}}};
    g.layers = {{"conv", "c", {}, {{"filters", 1.0}, {"kernel", 3.0}, {"pad", 1.0}}},
                {"upsample", "u", {}, {{"factor", 2.0}}},
                {"tanh", "t", {}, {}}};
    model.networks = {g};
    model.optimisers = {{.network = "G", .kind = "sgd", .learning_rate = 0}};
    model.sources = {{"real", "image", {3, 16, 16}}, {"wanted", "uniform", {1, 32, 32}}};
    model.phases = {{"step",
                     1,
                     {{"made", "apply", {"real"}, {{"network", std::string("G")}}},
                      {"loss", "mse", {"made", "wanted"}, {}},
                      {"", "update", {"loss"}, {{"network", std::string("G")}}}}}};
    model.reports = {{"loss", "loss"}};
    model.sample_source = "real";
    model.batch = 4;
    return model;
}

}  // namespace

TEST_CASE("points lie where they are, the data's beside, and those beyond on the frame in red") {
    // The range is a tenth wider than from (0, 0) to (10, 20) on each side.
    const Image image = picture_of_points(plane({0, 0, 10, 20}), plane({5, 10, 100, 10, 5, NAN}));
    CHECK(image.width == 2 * side + 3 * padding);
    CHECK(image.height == side + 2 * padding);
    const int low = place(1 / 12.0), middle = place(0.5), high = place(11 / 12.0), right = side + padding;
    CHECK(is_grey(pixel(image, low, high)));  // y is upwards
    CHECK(is_grey(pixel(image, high, low)));
    CHECK(pixel(image, middle, middle) == white);
    CHECK(is_blue(pixel(image, right + middle, middle)));
    CHECK(is_red(pixel(image, right + place(1), middle)));
    CHECK(pixel(image, right + low, high) == white);
    const Image alone = picture_of_points(Tensor(Shape{0}), plane({0, 0, 10, 20}));
    CHECK(alone.width == side + 2 * padding);
    CHECK(is_blue(pixel(alone, low, high)));
}

TEST_CASE("numbers become bars, the data's above, of one height for one share") {
    Tensor real(Shape{4, 1, 1, 1}), drawn(Shape{4, 1, 1, 1});
    real.values = {0, 0, 0, 1};
    drawn.values = {1, 1, 0, 50};
    const Image image = picture_of_points(real, drawn);
    CHECK(image.width == side + 2 * padding);
    CHECK(image.height == 2 * side + 3 * padding);
    // 64 bins over [-0.1, 1.1] and one at either end: 0 is in bin 5, 1 in bin 58.
    const auto column = [](int bin) { return place((1 + bin + 0.5) / 66); };
    const int floor = place(0.999), below = side + padding;
    CHECK(is_grey(pixel(image, column(5), floor)));
    CHECK(is_grey(pixel(image, column(5), place(1 - 0.75 / 0.9 + 0.02))));
    CHECK(pixel(image, column(5), place(1 - 0.75 / 0.9 - 0.02)) == white);
    CHECK(is_grey(pixel(image, column(58), place(1 - 0.25 / 0.9 + 0.02))));
    CHECK(pixel(image, column(58), place(1 - 0.25 / 0.9 - 0.02)) == white);
    CHECK(is_blue(pixel(image, column(58), below + place(1 - 0.5 / 0.9 + 0.02))));
    CHECK(pixel(image, column(58), below + place(1 - 0.5 / 0.9 - 0.02)) == white);
    CHECK(is_red(pixel(image, place(65.5 / 66), below + floor)));
}

TEST_CASE("inputs lie above their outputs, as large and as colourful as the larger") {
    Tensor inputs(Shape{9, 3, 1, 1}), outputs(Shape{9, 1, 2, 2});
    for (size_t i = 0; i < 9; ++i) {
        inputs.values[3 * i] = 1;
        inputs.values[3 * i + 1] = inputs.values[3 * i + 2] = -1;
        for (size_t k = 0; k < 4; ++k) outputs.values[4 * i + k] = k == i % 4 ? 1.0F : -1.0F;
    }
    const Image image = picture_of_pairs(inputs, outputs);
    CHECK(image.channels == 3);
    CHECK(image.width == 8 * 2 + 9 * padding);
    CHECK(image.height == 4 * 2 + 5 * padding);  // eight pairs, then one
    const auto at = [](int cell) { return padding + cell * (2 + padding); };
    for (int i = 0; i < 9; ++i) {
        const int x = at(i % 8), y = at(i / 8 * 2);
        CHECK(pixel(image, x + 1, y + 1) == std::array<int, 3>{255, 0, 0});
        for (int k = 0; k < 4; ++k)
            CHECK(pixel(image, x + k % 2, at(i / 8 * 2 + 1) + k / 2)[0] == (k == i % 4 ? 255 : 0));
    }
}

TEST_CASE("a run on points writes pictures that one can read") {
    for (const auto& [dims, data] : {std::pair("2", "toy:ring"), std::pair("1", "toy:bimodal")}) {
        const TinyRun tiny;
        auto choice =
            choose_model("toy", {{"dims", dims}, {"hidden", "8"}, {"hidden_d", "8"}, {"batch", "8"}});
        REQUIRE_MESSAGE(choice.ok(), (choice.ok() ? "" : choice.error().message));
        RunOptions options = tiny.options("run");
        options.session.data = data;
        auto run = TrainingRun::open(test_device(), std::move(*choice), options);
        REQUIRE_MESSAGE(run.ok(), (run.ok() ? "" : run.error().message));
        steps(**run, 1);
        REQUIRE((*run)->save().ok());
        const auto image = read_image(tiny.temporary.path / "run/samples/step_000001.png");
        REQUIRE_MESSAGE(image.ok(), (image.ok() ? "" : image.error().message));
        CHECK(image->width * image->height == (2 * side + 3 * padding) * (side + 2 * padding));
        int inked = 0;
        for (int y = 0; y < image->height; ++y)
            for (int x = 0; x < image->width; ++x) inked += is_grey(pixel(*image, x, y));
        CHECK(inked > 500);
    }
}

TEST_CASE("a model that reads images is drawn from the data's, and says what sampling needs") {
    const TinyRun tiny;
    auto run = TrainingRun::open(test_device(), {enlarging_model()}, tiny.options("run"));
    REQUIRE_MESSAGE(run.ok(), (run.ok() ? "" : run.error().message));
    steps(**run, 2);
    const Status saved = (*run)->save();
    REQUIRE_MESSAGE(saved.ok(), (saved.ok() ? "" : saved.error().message));
    const auto image = read_image(tiny.temporary.path / "run/samples/step_000002.png");
    REQUIRE_MESSAGE(image.ok(), (image.ok() ? "" : image.error().message));
    CHECK(image->width == 8 * 32 + 9 * padding);
    CHECK(image->height == 4 * 32 + 5 * padding);  // the set has 12 images
    const auto real = (*run)->session().source().some_images(12);
    REQUIRE(real.ok());
    const auto trained = read_trained(tiny.temporary.path / "run/model.vkgan");
    REQUIRE_MESSAGE(trained.ok(), (trained.ok() ? "" : trained.error().message));
    auto inference = Inference::create(test_device(), *trained);
    REQUIRE(inference.ok());
    const auto made = (*inference)->run_all("G", {{"image", *real}});
    REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
    const Image wanted = picture_of_pairs(*real, *made);
    REQUIRE(wanted.pixels.size() == image->pixels.size());
    for (size_t i = 0; i < wanted.pixels.size(); ++i)  // batches of other sizes may round another way
        REQUIRE(std::abs(int(wanted.pixels[i]) - int(image->pixels[i])) <= 1);
    const auto refused = (*inference)->sample(4, 1, {});
    REQUIRE_FALSE(refused.ok());
    CHECK(is_bad_input(refused.error().code));
    CHECK(refused.error().message ==
          "network G reads image [3, 16, 16], which are not drawn: give it your own, as in vkgan run MODEL "
          "--network G --in image=FILE.npy --out output=FILE.npy");
}

TEST_CASE("a model that reads attributes beside images gets those of the same samples") {
    const TinyRun tiny;
    Model model = enlarging_model();
    model.networks[0].inputs.push_back({"a", {6}});
    model.networks[0].layers.insert(model.networks[0].layers.begin(), {"concat", "both", {"image", "a"}, {}});
    model.sources.push_back({"a", "attributes", {6}});
    model.phases[0].statements[0].arguments.emplace_back("a");
    RunOptions options = tiny.options("run");
    options.session.data = "toy-faces";
    auto run = TrainingRun::open(test_device(), {std::move(model)}, options);
    REQUIRE_MESSAGE(run.ok(), (run.ok() ? "" : run.error().message));
    steps(**run, 1);
    const auto picture = sample_picture((*run)->session());
    REQUIRE_MESSAGE(picture.ok(), (picture.ok() ? "" : picture.error().message));
    REQUIRE(picture->has_value());
    CHECK((*picture)->height == 8 * 32 + 9 * padding);  // 32 pairs
    REQUIRE((*run)->save().ok());
    const auto trained = read_trained(tiny.temporary.path / "run/model.vkgan");
    REQUIRE(trained.ok());
    auto inference = Inference::create(test_device(), *trained);
    REQUIRE(inference.ok());
    const auto images = (*run)->session().source().some_images(32);
    const auto attributes = (*run)->session().source().some_attributes(32);
    REQUIRE(images.ok());
    REQUIRE(attributes.ok());
    const auto made = (*inference)->run_all("G", {{"image", *images}, {"a", *attributes}});
    REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error().message));
    const Image wanted = picture_of_pairs(*images, *made);
    REQUIRE(wanted.pixels.size() == (*picture)->pixels.size());
    for (size_t i = 0; i < wanted.pixels.size(); ++i)
        REQUIRE(std::abs(int(wanted.pixels[i]) - int((*picture)->pixels[i])) <= 1);
}

}  // namespace vkgan::test
