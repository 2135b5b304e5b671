// Digits drawn from known factors.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/result.hpp"
#include "host/graph/tensor.hpp"

#include <cstdint>

namespace vkgan {

// The defaults make an upright, middling digit; in the comments: what the data set draws, each uniformly and
// independently.
struct DigitFactors {
    int digit = 0;
    float slant = 0;           // -0.35 to 0.35: to the right by so much of the height above the middle
    float thickness = 0.085f;  // 0.05 to 0.13 of the image's side
    float scale = 1;           // 0.8 to 1.1
    float width = 1;           // 0.8 to 1.2, beside the scale
    float rotation = 0;        // -0.25 to 0.25 radians, clockwise
    float dx = 0, dy = 0;      // -0.06 to 0.06 of the side, right and down
};

inline constexpr int64_t drawn_digits_train = 20000, drawn_digits_test = 2000;

// The factors of sample `number` of the data set; digits come in turn, so that classes are even.
DigitFactors drawn_digit_factors(uint64_t number);

// White on black, [1, side, side] in [-1, 1]; 8 to 256 pixels a side. Refuses factors that are not finite or
// far outside of what a picture can show.
Result<Tensor> draw_digit(const DigitFactors& factors, int side);

}  // namespace vkgan
