// toy-faces: a head of ellipses and strokes, painted from the back to the front.
// SPDX-License-Identifier: MIT
#include "host/data/toy_faces.hpp"

#include "host/data/canvas.hpp"
#include "host/data/drawn_set.hpp"
#include "host/data/sample_random.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace vkgan {
namespace {

constexpr SideRange sides{.usual = 64, .least = 16, .most = 256};
constexpr std::string_view kind = "toy-faces";

Colour mix(const Colour& a, const Colour& b, float share) {
    Colour result{};
    for (size_t i = 0; i < 3; ++i) result[i] = a[i] + (b[i] - a[i]) * share;
    return result;
}

// Hue, saturation, value; a hue of 0 and of 1 are red.
Colour from_hsv(float hue, float saturation, float value) {
    Colour colour{};
    for (size_t i = 0; i < 3; ++i) {
        const float turn = hue * 6 + std::array{0.0f, 4.0f, 2.0f}[i];
        const float distance = std::abs(std::fmod(turn, 6.0f) - 3) - 1;
        colour[i] = value * (1 - saturation * (1 - std::clamp(distance, 0.0f, 1.0f)));
    }
    return colour;
}

struct Look {  // what the factors come down to
    const FaceFactors& factors;
    Colour skin, shade, hair;
    Ellipse head;
    float turn = 0;  // by how much the features lie to the right of the head's middle
};

Look make_look(const FaceFactors& f) {
    Look look{.factors = f, .skin = {}, .shade = {}, .hair = {}, .head = {}};
    look.skin = mix({0.98f, 0.83f, 0.72f}, {0.42f, 0.26f, 0.17f}, f.skin);
    look.shade = mix(look.skin, {0.35f, 0.12f, 0.08f}, 0.35f);
    look.hair = f.dark_hair ? mix({0.07f, 0.06f, 0.07f}, {0.32f, 0.18f, 0.09f}, f.hair)
                            : mix({0.78f, 0.32f, 0.12f}, {0.97f, 0.85f, 0.48f}, f.hair);
    look.head = {{0.5f + 0.02f * f.pose, 0.52f}, 0.205f * f.width, 0.27f};
    look.turn = 0.055f * f.pose;
    return look;
}

// The outline of the hair is the head's, a little larger.
Ellipse hair_outline(const Look& look) {
    return {{look.head.centre.x - 0.2f * look.turn, 0.475f}, look.head.rx + 0.035f, 0.285f};
}

void draw_behind(Canvas& canvas, const Look& look) {
    const FaceFactors& f = look.factors;
    canvas.fill(from_hsv(f.background, 0.35f, 0.95f), from_hsv(f.background, 0.5f, 0.72f));
    if (f.long_hair) {
        const float middle = look.head.centre.x, half = look.head.rx + 0.035f, radius = 0.09f;
        const Box box{{middle - half, 0.44f}, {middle + half, 0.9f}};
        canvas.paint(box, look.hair, [&](Point p) {  // a box with round corners
            const float x = std::abs(p.x - middle) - (half - radius);
            const float y = std::abs(p.y - 0.67f) - (0.23f - radius);
            return std::hypot(std::max(x, 0.0f), std::max(y, 0.0f)) + std::min(std::max(x, y), 0.0f) - radius;
        });
    }
    canvas.paint(Ellipse{{0.5f, 1.1f}, 0.38f, 0.24f}, from_hsv(f.shirt, 0.7f, 0.75f));
    canvas.stroke(Polyline{{look.head.centre.x, 0.7f}, {0.5f, 0.87f}}, 0.075f, look.shade);
}

void draw_head(Canvas& canvas, const Look& look) {
    for (const float where : {-1.0f, 1.0f}) {
        const float x = look.head.centre.x + where * look.head.rx - 0.3f * look.turn;
        if (!look.factors.long_hair) canvas.paint(Ellipse{{x, 0.54f}, 0.035f, 0.055f}, look.shade);
    }
    canvas.paint(look.head, look.skin);
}

void draw_hair(Canvas& canvas, const Look& look) {
    const Ellipse outline = hair_outline(look);
    const Ellipse face{{look.head.centre.x + 0.6f * look.turn, 0.6f}, look.head.rx * 0.93f, 0.25f};
    const float lowest = look.factors.long_hair ? 0.75f : 0.52f;
    canvas.paint(outline.box(), look.hair, [&](Point p) {
        return std::max({outline.distance(p), -face.distance(p), p.y - lowest});
    });
    if (!look.factors.beard) return;
    const Ellipse beard{{look.head.centre.x, 0.56f}, look.head.rx + 0.01f, 0.255f};
    const Ellipse bare{{look.head.centre.x + look.turn, 0.5f}, look.head.rx * 0.93f, 0.185f};
    const Colour colour = mix(look.hair, {0, 0, 0}, 0.25f);
    canvas.paint(beard.box(), colour, [&](Point p) {
        return std::max({beard.distance(p), -bare.distance(p), 0.55f - p.y});
    });
}

void draw_eyes(Canvas& canvas, const Look& look) {
    const float middle = look.head.centre.x + look.turn, apart = 0.088f * look.factors.width;
    const Colour brow = mix(look.hair, {0.1f, 0.05f, 0.03f}, 0.45f);
    for (const float where : {-1.0f, 1.0f}) {
        const float x = middle + where * apart;
        canvas.paint(Ellipse{{x, 0.5f}, 0.042f, 0.031f}, {1, 1, 1});
        canvas.paint(Ellipse{{x + 0.25f * look.turn, 0.502f}, 0.021f, 0.024f}, {0.13f, 0.1f, 0.12f});
        canvas.stroke(Polyline{{x - 0.045f, 0.447f}, {x, 0.435f}, {x + 0.045f, 0.447f}}, 0.011f, brow);
    }
    if (!look.factors.glasses) return;
    const Colour frame{0.08f, 0.08f, 0.1f};
    std::vector<Polyline> lines(5);
    add_arc(lines[0], {{middle - apart, 0.505f}, 0.073f, 0.066f}, 0, 360);
    add_arc(lines[1], {{middle + apart, 0.505f}, 0.073f, 0.066f}, 0, 360);
    lines[2] = {{middle - apart + 0.073f, 0.5f}, {middle + apart - 0.073f, 0.5f}};
    lines[3] = {{middle - apart - 0.073f, 0.495f}, {look.head.centre.x - look.head.rx, 0.485f}};
    lines[4] = {{middle + apart + 0.073f, 0.495f}, {look.head.centre.x + look.head.rx, 0.485f}};
    canvas.stroke(lines, 0.012f, frame);
}

void draw_nose_and_mouth(Canvas& canvas, const Look& look) {
    const float middle = look.head.centre.x + 1.15f * look.turn, y = 0.675f, f = look.factors.mouth;
    canvas.stroke(Polyline{{middle, 0.53f}, {middle + 0.02f, 0.6f}, {middle - 0.012f, 0.606f}}, 0.01f,
                  look.shade);
    const Colour lips{0.62f, 0.16f, 0.17f};
    if (look.factors.smile) {
        const float half = 0.075f + 0.03f * f;
        const Ellipse opened{{middle, y - 0.012f}, half, 0.06f + 0.02f * f};
        const auto lower_half = [&](float inset) {
            return [&opened, inset, y](Point p) {
                return std::max(opened.distance(p), y - 0.012f - p.y) + inset;
            };
        };
        canvas.paint(opened.box(), lips, lower_half(0));
        canvas.paint(opened.box(), {1, 1, 1}, lower_half(0.014f));
        return;
    }
    const float half = 0.06f + 0.015f * f, droop = 0.022f * (1 - f);
    canvas.stroke(Polyline{{middle - half, y + droop}, {middle, y}, {middle + half, y + droop}}, 0.012f,
                  lips);
}

void draw_hat(Canvas& canvas, const Look& look) {
    const Colour cloth = from_hsv(look.factors.shirt, 0.65f, 0.6f);
    const float x = look.head.centre.x, half = look.head.rx + 0.045f;
    const Ellipse dome{{x, 0.37f}, half, 0.25f};
    canvas.paint(dome.box(), cloth, [&](Point p) { return std::max(dome.distance(p), p.y - 0.37f); });
    canvas.stroke(Polyline{{x - half - 0.02f, 0.365f}, {x + half + 0.02f, 0.365f}}, 0.034f,
                  mix(cloth, {0, 0, 0}, 0.35f));
}

void draw(const FaceFactors& factors, int side, std::span<float> out) {
    Canvas canvas(side, out);
    const Look look = make_look(factors);
    draw_behind(canvas, look);
    draw_head(canvas, look);
    draw_hair(canvas, look);
    draw_nose_and_mouth(canvas, look);
    draw_eyes(canvas, look);
    if (factors.hat) draw_hat(canvas, look);
}

struct Range {
    const char* name;
    float value, low, high;
};

Status check_factors(const FaceFactors& f) {
    const std::array<Range, 7> ranges{{{"skin", f.skin, 0, 1},
                                       {"hair", f.hair, 0, 1},
                                       {"pose", f.pose, -1, 1},
                                       {"width", f.width, 0.5f, 1.5f},
                                       {"mouth", f.mouth, 0, 1},
                                       {"background", f.background, 0, 1},
                                       {"shirt", f.shirt, 0, 1}}};
    for (const Range& range : ranges)
        if (!(range.value >= range.low && range.value <= range.high))
            return Error{Code::invalid_argument,
                         fmt::format("{} is {}; {} to {}", range.name, range.value, range.low, range.high)};
    return {};
}

}  // namespace

FaceFactors toy_face_factors(uint64_t number) {
    SampleRandom random(kind, number);
    FaceFactors factors;
    factors.smile = random.chance(0.5f);
    factors.glasses = random.chance(0.5f);
    factors.dark_hair = random.chance(0.5f);
    factors.long_hair = random.chance(0.5f);
    factors.hat = random.chance(0.3f);
    factors.beard = random.chance(0.3f);
    factors.skin = random.uniform();
    factors.hair = random.uniform();
    factors.pose = random.between(-1, 1);
    factors.width = random.between(0.88f, 1.12f);
    factors.mouth = random.uniform();
    factors.background = random.uniform();
    factors.shirt = random.uniform();
    return factors;
}

Result<Tensor> draw_face(const FaceFactors& factors, int side) {
    VKGAN_TRY(check_factors(factors));
    VKGAN_TRY(check_side("a face", side, sides));
    Tensor image(Shape{3, side, side});
    draw(factors, side, image.values);
    return image;
}

OpenedSet open_toy_faces(const DatasetOptions& options) {
    VKGAN_ASSIGN(const int side, drawn_side(kind, options, sides));
    Drawing drawing{
        .kind = std::string(kind),
        .train = toy_faces_train,
        .test = toy_faces_test,
        .shape = Shape{3, side, side},
        .attribute_names = {"Smiling", "Eyeglasses", "Dark_Hair", "Long_Hair", "Wearing_Hat", "Beard"},
        .draw = {}};
    drawing.draw = [side](uint64_t number, std::span<float> chw, std::span<float> attributes) {
        const FaceFactors f = toy_face_factors(number);
        draw(f, side, chw);
        const std::array values{f.smile, f.glasses, f.dark_hair, f.long_hair, f.hat, f.beard};
        for (size_t i = 0; i < attributes.size(); ++i) attributes[i] = values[i] ? 1.0f : -1.0f;
    };
    return make_drawn_set(std::move(drawing), options);
}

}  // namespace vkgan
