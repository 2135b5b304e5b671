// drawn-digits: strokes of our own design for 0 to 9 under slant, scale, rotation and offset.
// SPDX-License-Identifier: MIT
#include "host/data/drawn_digits.hpp"

#include "host/data/canvas.hpp"
#include "host/data/drawn_set.hpp"
#include "host/data/sample_random.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <utility>

namespace vkgan {
namespace {

constexpr SideRange sides{.usual = 32, .least = 8, .most = 256};
constexpr std::string_view kind = "drawn-digits";

using Glyph = std::vector<Polyline>;

Polyline arc(const Ellipse& ellipse, float from, float to) {
    Polyline line;
    add_arc(line, ellipse, from, to);
    return line;
}

Polyline joined(Polyline line, const Polyline& more) {
    line.insert(line.end(), more.begin(), more.end());
    return line;
}

// About 1.2 wide and 2 high around (0, 0), y down.
std::array<Glyph, 10> make_glyphs() {
    const Ellipse upper_bowl{{0, -0.42f}, 0.54f, 0.58f}, lower_bowl{{0, 0.42f}, 0.54f, 0.58f};
    return {{
        {arc({{0, 0}, 0.58f, 1}, 0, 360)},
        {{{-0.38f, -0.58f}, {0.06f, -1}, {0.06f, 1}}},
        {joined(arc({{0, -0.45f}, 0.55f, 0.55f}, 195, 392), {{-0.58f, 1}, {0.62f, 1}})},
        {joined(arc({{-0.02f, -0.5f}, 0.5f, 0.5f}, 205, 450),
                arc({{-0.02f, 0.48f}, 0.58f, 0.52f}, 270, 515))},
        {{{0.22f, -1}, {-0.6f, 0.4f}, {0.62f, 0.4f}}, {{0.22f, -1}, {0.22f, 1}}},
        {joined({{0.5f, -1}, {-0.4f, -1}, {-0.48f, -0.08f}}, arc({{0, 0.4f}, 0.58f, 0.6f}, 232, 510))},
        {arc(lower_bowl, 0, 360), arc({{0.45f, 0.35f}, 0.99f, 1.35f}, 180, 262)},
        {{{-0.58f, -1}, {0.58f, -1}, {-0.15f, 1}}},
        {arc({{0, -0.5f}, 0.46f, 0.5f}, 0, 360), arc({{0, 0.5f}, 0.56f, 0.5f}, 0, 360)},
        {arc(upper_bowl, 0, 360), arc({{-0.45f, -0.35f}, 0.99f, 1.35f}, 0, 82)},
    }};
}

void draw(const DigitFactors& factors, int side, std::span<float> out) {
    static const std::array<Glyph, 10> glyphs = make_glyphs();
    constexpr float half_height = 0.33f;
    const float sine = std::sin(factors.rotation), cosine = std::cos(factors.rotation);
    Glyph lines = glyphs[static_cast<size_t>(factors.digit)];
    for (Polyline& line : lines)
        for (Point& p : line) {
            const float y = p.y * half_height * factors.scale;
            const float x = p.x * half_height * factors.scale * factors.width - factors.slant * y;
            p = {0.5f + factors.dx + x * cosine - y * sine, 0.5f + factors.dy + x * sine + y * cosine};
        }
    Canvas canvas(side, out);
    canvas.fill({0, 0, 0}, {0, 0, 0});
    canvas.stroke(lines, factors.thickness / 2, {1, 1, 1});
}

Status check_factors(const DigitFactors& factors) {
    if (factors.digit < 0 || factors.digit > 9)
        return Error{Code::invalid_argument, fmt::format("digit is {}; 0 to 9", factors.digit)};
    const std::array<std::pair<const char*, float>, 7> values{{{"slant", factors.slant},
                                                               {"thickness", factors.thickness},
                                                               {"scale", factors.scale},
                                                               {"width", factors.width},
                                                               {"rotation", factors.rotation},
                                                               {"dx", factors.dx},
                                                               {"dy", factors.dy}}};
    constexpr float most = 10;
    for (const auto& [name, value] : values)
        if (!(std::abs(value) <= most))
            return Error{Code::invalid_argument, fmt::format("{} is {}; -{} to {}", name, value, most, most)};
    if (factors.thickness < 0)
        return Error{Code::invalid_argument,
                     fmt::format("thickness is {}; 0 to {}", factors.thickness, most)};
    return {};
}

}  // namespace

DigitFactors drawn_digit_factors(uint64_t number) {
    SampleRandom random(kind, number);
    DigitFactors factors;
    factors.digit = static_cast<int>(number % 10);
    factors.slant = random.between(-0.35f, 0.35f);
    factors.thickness = random.between(0.05f, 0.13f);
    factors.scale = random.between(0.8f, 1.1f);
    factors.width = random.between(0.8f, 1.2f);
    factors.rotation = random.between(-0.25f, 0.25f);
    factors.dx = random.between(-0.06f, 0.06f);
    factors.dy = random.between(-0.06f, 0.06f);
    return factors;
}

Result<Tensor> draw_digit(const DigitFactors& factors, int side) {
    VKGAN_TRY(check_factors(factors));
    VKGAN_TRY(check_side("a digit", side, sides));
    Tensor image(Shape{1, side, side});
    draw(factors, side, image.values);
    return image;
}

OpenedSet open_drawn_digits(const DatasetOptions& options) {
    VKGAN_ASSIGN(const int side, drawn_side(kind, options, sides));
    Drawing drawing{.kind = std::string(kind),
                    .train = drawn_digits_train,
                    .test = drawn_digits_test,
                    .shape = Shape{1, side, side},
                    .attribute_names = {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
                    .label_count = 10,
                    .draw = {}};
    drawing.draw = [side](uint64_t number, std::span<float> chw, std::span<float> attributes) {
        const DigitFactors factors = drawn_digit_factors(number);
        draw(factors, side, chw);
        for (size_t i = 0; i < attributes.size(); ++i)
            attributes[i] = static_cast<int>(i) == factors.digit ? 1.0f : 0.0f;
    };
    return make_drawn_set(std::move(drawing), options);
}

}  // namespace vkgan
