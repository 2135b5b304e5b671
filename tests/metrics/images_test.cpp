// PSNR, SSIM, MS-SSIM, deviation maps and slant.
// SPDX-License-Identifier: MIT
#include "host/metrics/images.hpp"

#include "tests/metrics/reference_inputs.hpp"

#include <cmath>

using namespace vkgan;
using namespace vkgan::test;

namespace {

// image_pair() of tools/metric_references.py.
struct ImagePair {
    Tensor a, b;
};

ImagePair image_pair(int64_t channels, int64_t side) {
    const Shape shape{1, channels, side, side};
    const auto count = static_cast<size_t>(shape.element_count());
    ImagePair pair{{shape, lcg(10, count)}, {shape, lcg(11, count)}};
    for (size_t i = 0; i < count; ++i) {
        const auto y = static_cast<double>(static_cast<int64_t>(i) / side % side);
        const float a = pair.a.values[i] * 0.25f + static_cast<float>(0.75 * y / static_cast<double>(side));
        pair.b.values[i] = (a * 0.75f + pair.b.values[i] * 0.25f) * 2 - 1;
        pair.a.values[i] = a * 2 - 1;
    }
    return pair;
}

}  // namespace

TEST_CASE("PSNR by hand, and infinite for equal images") {
    const Tensor black(Shape{2, 1, 2, 2}, -1);
    Tensor other = black;
    other.values[0] = 1;  // image 0: mean squared error 1, range 2
    const auto decibels = taken(psnr(black, other));
    CHECK(decibels[0] == tight(10 * std::log10(4)));
    CHECK(std::isinf(decibels[1]));
    CHECK(taken(psnr(black, other, {.data_range = 255}))[0] == tight(20 * std::log10(255)));
}

TEST_CASE("PSNR of luma without the border agrees with scikit-image") {
    const auto wanted = references("images");
    const ImagePair rgb = image_pair(3, 64);
    CHECK(taken(psnr(rgb.a, rgb.b))[0] == near(wanted["psnr"]));
    CHECK(taken(psnr(rgb.a, rgb.b, {.border = 4, .luma = true}))[0] == near(wanted["psnr_luma"]));
    CHECK(contains(error_of(psnr(rgb.a, rgb.b, {.border = 32})), "border is 32"));
    const ImagePair grey = image_pair(1, 16);
    CHECK(contains(error_of(psnr(grey.a, grey.b, {.luma = true})),
                   "luma needs 3 channels, but the images have 1"));
}

TEST_CASE("SSIM and MS-SSIM agree with scikit-image and scipy, at as many levels as fit") {
    const auto wanted = references("images");
    const ImagePair small = image_pair(1, 28), rgb = image_pair(3, 64), large = image_pair(1, 176);
    CHECK(taken(ssim(small.a, small.b))[0] == near(wanted["ssim_28"]));
    CHECK(taken(ssim(rgb.a, rgb.b))[0] == near(wanted["ssim_64"]));
    const MultiScale two = taken(ms_ssim(small.a, small.b)), three = taken(ms_ssim(rgb.a, rgb.b));
    const MultiScale five = taken(ms_ssim(large.a, large.b));
    CHECK(two.levels == 2);
    CHECK(three.levels == 3);
    CHECK(five.levels == 5);
    CHECK(two.values[0] == near(wanted["ms_ssim_28"]));
    CHECK(three.values[0] == near(wanted["ms_ssim_64"]));
    CHECK(five.values[0] == near(wanted["ms_ssim_176"]));
}

TEST_CASE("likeness is 1 for equal images and 0 for opposite ones") {
    Tensor image(Shape{1, 1, 32, 32}, lcg(42, 1024)), opposite = image;
    for (float& value : opposite.values) value = 1 - value;  // the same mean, so that luminance agrees
    CHECK(taken(ssim(image, image))[0] == tight(1));
    CHECK(taken(ms_ssim(image, image)).values[0] == tight(1));
    CHECK(taken(ssim(image, opposite))[0] < -0.9);
    CHECK(taken(ms_ssim(image, opposite)).values[0] == 0);
}

TEST_CASE("images that cannot be compared are refused") {
    const Tensor ten(Shape{1, 1, 10, 20}), eleven(Shape{1, 1, 11, 20});
    CHECK(contains(error_of(ssim(ten, ten)), "10 x 20, but the window is 11 x 11"));
    CHECK(contains(error_of(ms_ssim(ten, eleven)), "[1, 1, 10, 20], but b has [1, 1, 11, 20]"));
    CHECK(contains(error_of(ssim(eleven, eleven, 0)), "data_range is 0"));
    CHECK(taken(ms_ssim(eleven, eleven)).levels == 1);
}

TEST_CASE("random pairs of one image are alike, of noise they are not, and a seed repeats") {
    Tensor same(Shape{8, 1, 28, 28}), noise(Shape{8, 1, 28, 28}, lcg(40, 8 * 784));
    const std::vector<float> one = lcg(41, 784);
    for (size_t i = 0; i < same.values.size(); ++i) same.values[i] = one[i % 784];
    const PairDiversity collapsed = taken(ms_ssim_of_random_pairs(same, {.pairs = 70}));
    CHECK(collapsed.ms_ssim.mean == tight(1));
    CHECK(collapsed.levels == 2);
    CHECK(collapsed.pairs == 70);
    const PairDiversity diverse = taken(ms_ssim_of_random_pairs(noise, {.pairs = 70}));
    CHECK(diverse.ms_ssim.mean < 0.3);  // independent noise has no structure in common
    CHECK(diverse.ms_ssim.mean == taken(ms_ssim_of_random_pairs(noise, {.pairs = 70})).ms_ssim.mean);
    CHECK(diverse.ms_ssim.mean !=
          taken(ms_ssim_of_random_pairs(noise, {.pairs = 70, .seed = 1})).ms_ssim.mean);
    // Two images make one pair, in two orders: never one image with itself.
    const Tensor two(Shape{2, 1, 28, 28}, lcg(43, 2 * 784));
    const PairDiversity one_pair = taken(ms_ssim_of_random_pairs(two, {.pairs = 70}));
    CHECK(one_pair.ms_ssim.mean < 0.3);
    CHECK(one_pair.ms_ssim.std < 1e-12);
    CHECK(contains(error_of(ms_ssim_of_random_pairs(Tensor(Shape{1, 1, 28, 28}))), "1 images"));
}

TEST_CASE("the deviation of every pixel over a batch") {
    const Tensor images(Shape{2, 1, 1, 2}, {0, 1, 4, 1});
    const Tensor map = taken(pixel_std(images));
    CHECK(map.shape == Shape{1, 1, 2});
    CHECK(map.values == std::vector<float>{2, 0});
}

TEST_CASE("slant is the shift per row of a stroke") {
    // One pixel of ink per row; x moves by one per row, by none, and by minus one in the mirror image.
    const std::vector<float> diagonal{1, -1, -1, -1, 1, -1, -1, -1, 1},
        upright{-1, 1, -1, -1, 1, -1, -1, 1, -1};
    const std::vector<float> mirrored{-1, -1, 1, -1, 1, -1, 1, -1, -1}, flat{-1, -1, -1, 1, 1, 1, -1, -1, -1};
    CHECK(taken(image_slant(diagonal, 3)) == tight(1));
    CHECK(taken(image_slant(upright, 3)) == doctest::Approx(0));
    CHECK(taken(image_slant(mirrored, 3)) == tight(-1));
    CHECK(taken(image_slant(flat, 3)) == 0);
    CHECK(taken(image_slant(std::vector<float>(9, -1.0f), 3)) == 0);
    CHECK(taken(image_slant(image_pair(1, 28).a.values, 28)) == near(references("images")["slant"]));
    CHECK(contains(error_of(image_slant(diagonal, 3, 0)), "pixel 1 is -1"));
    CHECK(contains(error_of(image_slant(diagonal, 2)), "9 pixels do not make rows of width 2"));
}
