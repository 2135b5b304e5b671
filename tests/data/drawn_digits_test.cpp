// Drawn digits: factors do what they say.
// SPDX-License-Identifier: MIT
#include "host/data/drawn_digits.hpp"

#include "tests/data/image_folder.hpp"

#include <cmath>
#include <limits>

using namespace vkgan;
using namespace vkgan::test;

namespace {

constexpr int side = 64;

struct Moments {  // of the ink: share of the picture, centre and mixed moment, in sides
    double ink = 0, x = 0, y = 0, xy = 0, xx = 0, yy = 0;
};

Moments moments(const DigitFactors& factors) {
    const auto image = draw_digit(factors, side);
    REQUIRE_MESSAGE(image.ok(), (image.ok() ? "" : image.error().message));
    Moments m;
    const auto each = [&](auto add) {
        for (int i = 0; i < side * side; ++i)
            add((double(image->values[size_t(i)]) + 1) / 2, (i % side + 0.5) / side, (i / side + 0.5) / side);
    };
    each([&](double ink, double x, double y) { m.ink += ink, m.x += ink * x, m.y += ink * y; });
    m.x /= m.ink, m.y /= m.ink;
    each([&](double ink, double x, double y) {
        m.xy += ink * (x - m.x) * (y - m.y) / m.ink;
        m.xx += ink * (x - m.x) * (x - m.x) / m.ink;
        m.yy += ink * (y - m.y) * (y - m.y) / m.ink;
    });
    m.ink /= side * side;
    return m;
}

}  // namespace

TEST_CASE("thickness, slant, scale, width, rotation and offset do what they say to each digit") {
    for (int digit = 0; digit < 10; ++digit) {
        CAPTURE(digit);
        const DigitFactors plain{.digit = digit};
        const auto with = [&](auto change) {
            DigitFactors factors = plain;
            change(factors);
            return moments(factors);
        };
        const Moments m = moments(plain);
        CHECK(with([](auto& f) { f.thickness = 0.13f; }).ink > 1.3 * m.ink);
        CHECK(with([](auto& f) { f.thickness = 0.05f; }).ink < 0.75 * m.ink);
        // Leaning to the right is up where x is large: y points down, so the mixed moment falls, by slant *
        // yy.
        const double leant = with([](auto& f) { f.slant = 0.3f; }).xy - m.xy;
        CHECK(leant < 0);
        CHECK(leant == doctest::Approx(-0.3 * m.yy).epsilon(0.15));  // strokes keep their thickness
        CHECK(with([](auto& f) { f.slant = -0.3f; }).xy > m.xy);
        CHECK(with([](auto& f) { f.scale = 0.8f; }).yy < 0.75 * m.yy);
        CHECK(with([](auto& f) { f.width = 1.2f; }).xx > m.xx);
        // A clockwise turn takes the top, of small y, to the right.
        CHECK(with([](auto& f) { f.rotation = 0.25f; }).xy < m.xy);
        const Moments moved = with([](auto& f) { f.dx = 0.0625f, f.dy = -0.03125f; });  // 4 and -2 pixels
        CHECK(moved.x - m.x == doctest::Approx(0.0625).epsilon(1e-4));
        CHECK(moved.y - m.y == doctest::Approx(-0.03125).epsilon(1e-4));
        CHECK(moved.ink == doctest::Approx(m.ink).epsilon(1e-4));
    }
}

TEST_CASE("no two digits look alike") {
    for (int a = 0; a < 10; ++a)
        for (int b = 0; b < a; ++b) {
            const auto one = draw_digit({.digit = a}, side), other = draw_digit({.digit = b}, side);
            double different = 0;
            for (size_t i = 0; i < one->values.size(); ++i)
                different += std::abs(double(one->values[i] - other->values[i])) / 2;
            CAPTURE(a);
            CAPTURE(b);
            CHECK(different > 0.02 * side * side);  // a fifth or so of a digit's ink
        }
}

TEST_CASE("samples are drawn from their factors, labelled by their digit, with even classes") {
    const auto set = open("drawn-digits", "", {.image_size = 28});
    if (!set) FAIL(set.error().message);
    CHECK((*set)->label_count() == 10);
    for (int64_t i = 0; i < 40; ++i) {
        const DigitFactors factors = drawn_digit_factors(uint64_t(i));
        CHECK(factors.digit == i % 10);
        CHECK(read_image_of(**set, i) == draw_digit(factors, 28)->values);
        const auto label = read_attributes_of(**set, i);
        for (size_t k = 0; k < 10; ++k)
            CHECK(label[k] == (static_cast<int>(k) == factors.digit ? 1.0f : 0.0f));
    }
}

TEST_CASE("digits that cannot be drawn are refused") {
    const auto error = [](const DigitFactors& factors, int pixels = 32) {
        const auto image = draw_digit(factors, pixels);
        return image ? std::string("no error") : image.error().message;
    };
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    CHECK(contains(error({.digit = 10}), "digit is 10; 0 to 9"));
    CHECK(contains(error({.digit = -1}), "digit is -1"));
    CHECK(contains(error({.slant = nan}), "slant is nan"));
    CHECK(contains(error({.dx = 1e30f}), "dx is 1e+30"));
    CHECK(contains(error({.thickness = -1}), "thickness is -1"));
    CHECK(contains(error({}, 7), "8 to 256 pixels a side, not 7"));
    CHECK(error({.scale = -10, .rotation = 10, .dx = 10, .dy = -10}) == "no error");
}
