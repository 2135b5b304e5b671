// Rectangles and text in pixels, as triangles for the overlay.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace embed {

struct OverlayVertex {
    float x, y;     // pixels
    uint32_t rgba;  // red in the lowest byte
};

struct Colour {
    uint8_t red = 255, green = 255, blue = 255, alpha = 255;
};

class Canvas {
public:
    static constexpr float line = 12;  // height of a line of text at scale 1

    void clear() { vertices_.clear(); }
    void rectangle(float x, float y, float width, float height, Colour colour);
    // `scale` 1: letters of 7 pixels.
    void text(float x, float y, float scale, Colour colour, const std::string& text);
    static float text_width(float scale, const std::string& text);

    const std::vector<OverlayVertex>& vertices() const { return vertices_; }

private:
    std::vector<OverlayVertex> vertices_;
    std::vector<char> letters_;
};

}  // namespace embed
