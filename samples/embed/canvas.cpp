// Text by stb_easy_font: a font made of rectangles, which needs neither files nor a texture.
// SPDX-License-Identifier: MIT
#include "samples/embed/canvas.hpp"

#include <cstring>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb_easy_font.h>
#pragma GCC diagnostic pop

namespace embed {
namespace {

uint32_t packed(Colour colour) {
    return uint32_t(colour.red) | uint32_t(colour.green) << 8 | uint32_t(colour.blue) << 16 |
           uint32_t(colour.alpha) << 24;
}

struct LetterCorner {  // stb_easy_font's, four to a rectangle
    float x, y, z;
    uint32_t colour;
};

}  // namespace

void Canvas::rectangle(float x, float y, float width, float height, Colour colour) {
    const uint32_t rgba = packed(colour);
    const OverlayVertex a{x, y, rgba}, b{x + width, y, rgba}, c{x + width, y + height, rgba},
        d{x, y + height, rgba};
    vertices_.insert(vertices_.end(), {a, b, c, a, c, d});
}

void Canvas::text(float x, float y, float scale, Colour colour, const std::string& text) {
    std::string changeable = text;
    letters_.resize(text.size() * 32 * sizeof(LetterCorner) * 4);
    const int count =
        stb_easy_font_print(0, 0, changeable.data(), nullptr, letters_.data(), int(letters_.size()));
    for (int i = 0; i < count; ++i) {
        LetterCorner corners[4];
        std::memcpy(corners, letters_.data() + size_t(i) * sizeof(corners), sizeof(corners));
        rectangle(x + scale * corners[0].x, y + scale * corners[0].y, scale * (corners[2].x - corners[0].x),
                  scale * (corners[2].y - corners[0].y), colour);
    }
}

float Canvas::text_width(float scale, const std::string& text) {
    std::string changeable = text;
    return scale * float(stb_easy_font_width(changeable.data()));
}

}  // namespace embed
