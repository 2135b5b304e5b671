// Toy faces: factors show where they should, and attributes are independent.
// SPDX-License-Identifier: MIT
#include "host/data/toy_faces.hpp"

#include "tests/data/image_folder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

using namespace vkgan;
using namespace vkgan::test;

namespace {

constexpr int side = 64;

std::vector<float> drawn(const FaceFactors& factors) {
    const auto image = draw_face(factors, side);
    REQUIRE_MESSAGE(image.ok(), (image.ok() ? "" : image.error().message));
    return image->values;
}

struct Rows {  // the rows in which two faces differ, as shares of the side, and how many pixels do
    double first = 1, last = 0;
    int pixels = 0;
};

Rows difference(const FaceFactors& a, const FaceFactors& b) {
    const auto one = drawn(a), other = drawn(b);
    Rows rows;
    for (int i = 0; i < side * side; ++i) {
        const auto at = size_t(i);
        if (std::abs(one[at] - other[at]) < 0.1f) continue;  // red alone: every change shows in it
        rows.first = std::min(rows.first, double(i / side) / side);
        rows.last = std::max(rows.last, double(i / side + 1) / side);
        ++rows.pixels;
    }
    return rows;
}

std::array<float, 3> pixel(const std::vector<float>& image, int x, int y) {
    std::array<float, 3> colour{};
    for (size_t c = 0; c < 3; ++c) colour[c] = image[(c * side + size_t(y)) * side + size_t(x)];
    return colour;
}

}  // namespace

TEST_CASE("each attribute of a toy face changes its own part of the picture") {
    const auto changed = [](auto change) {
        const FaceFactors plain;
        FaceFactors other;
        change(other);
        return difference(plain, other);
    };
    const Rows smile = changed([](auto& f) { f.smile = true; });
    CHECK((smile.first > 0.6 && smile.last < 0.78 && smile.pixels > 20));
    const Rows glasses = changed([](auto& f) { f.glasses = true; });
    CHECK((glasses.first > 0.4 && glasses.last < 0.62 && glasses.pixels > 40));
    const Rows dark = changed([](auto& f) { f.dark_hair = true; });
    CHECK((dark.first < 0.25 && dark.last < 0.6 && dark.pixels > 200));
    const Rows lengthy = changed([](auto& f) { f.long_hair = true; });
    CHECK((lengthy.first > 0.4 && lengthy.last > 0.85 && lengthy.pixels > 200));
    const Rows hat = changed([](auto& f) { f.hat = true; });
    CHECK((hat.first < 0.2 && hat.last < 0.42 && hat.pixels > 300));
    const Rows beard = changed([](auto& f) { f.beard = true; });
    CHECK((beard.first > 0.5 && beard.last < 0.85 && beard.pixels > 100));
}

TEST_CASE("skin, background and pose are seen as given") {
    const auto light = drawn({.skin = 0}), dark = drawn({.skin = 1});
    const auto cheek = pixel(light, 25, 38);
    CHECK(cheek[0] == doctest::Approx(0.98 * 2 - 1));
    CHECK(cheek[2] == doctest::Approx(0.72 * 2 - 1));
    CHECK(pixel(dark, 25, 38)[0] == doctest::Approx(0.42 * 2 - 1));
    const auto red = pixel(drawn({.background = 0}), 1, 1),
               blue = pixel(drawn({.background = 2.0f / 3}), 1, 1);
    CHECK(red[0] > red[2] + 0.3f);
    CHECK(blue[2] > blue[0] + 0.3f);
    // The pupils are the darkest of a face with light hair; they move to where it looks.
    const auto pupils = [](float pose) {
        const auto image = drawn({.skin = 0, .hair = 1, .pose = pose});
        double sum = 0, count = 0;
        for (int y = 30; y < 35; ++y)
            for (int x = 16; x < 48; ++x)
                if (pixel(image, x, y)[0] < -0.5f) sum += x, ++count;
        REQUIRE(count > 0);
        return sum / count;
    };
    CHECK(pupils(-1) < pupils(0) - 3);
    CHECK(pupils(1) > pupils(0) + 3);
}

TEST_CASE("the attributes of toy faces have their shares and are independent") {
    const auto set = open("toy-faces", "", {.image_size = 16});
    if (!set) FAIL(set.error().message);
    CHECK((*set)->label_count() == 0);
    CHECK((*set)->attribute_names() == std::vector<std::string>{"Smiling", "Eyeglasses", "Dark_Hair",
                                                                "Long_Hair", "Wearing_Hat", "Beard"});
    constexpr double shares[] = {0.5, 0.5, 0.5, 0.5, 0.3, 0.3};
    const double count = double((*set)->size());
    double sums[6] = {}, products[6][6] = {};
    for (int64_t i = 0; i < (*set)->size(); ++i) {
        const auto values = read_attributes_of(**set, i);
        for (size_t a = 0; a < 6; ++a) {
            REQUIRE(std::abs(values[a]) == 1.0f);
            sums[a] += values[a] > 0;
            for (size_t b = 0; b < a; ++b) products[a][b] += values[a] > 0 && values[b] > 0;
        }
    }
    const auto near = [&](double sum, double share) {
        return std::abs(sum / count - share) < 4 * std::sqrt(share * (1 - share) / count);
    };
    for (size_t a = 0; a < 6; ++a) {
        CHECK(near(sums[a], shares[a]));
        for (size_t b = 0; b < a; ++b) CHECK(near(products[a][b], shares[a] * shares[b]));
    }
}

TEST_CASE("samples of toy faces are drawn from their factors") {
    const auto set = open("toy-faces", "");
    const FaceFactors factors = toy_face_factors(11);
    CHECK(read_image_of(**set, 11) == drawn(factors));
    const auto values = read_attributes_of(**set, 11);
    CHECK((values[0] > 0) == factors.smile);
    CHECK((values[5] > 0) == factors.beard);
}

TEST_CASE("faces that cannot be drawn are refused") {
    const auto error = [](const FaceFactors& factors, int pixels = 32) {
        const auto image = draw_face(factors, pixels);
        return image ? std::string("no error") : image.error().message;
    };
    CHECK(contains(error({.skin = 1.5f}), "skin is 1.5; 0 to 1"));
    CHECK(contains(error({.pose = std::numeric_limits<float>::quiet_NaN()}), "pose is nan; -1 to 1"));
    CHECK(contains(error({.width = 0}), "width is 0"));
    CHECK(contains(error({}, 300), "16 to 256 pixels a side, not 300"));
}
