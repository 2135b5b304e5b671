// float16 as IEEE 754 has it, in doubles.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cmath>

namespace vkgan::test {

// To nearest, ties to even: 11 digits, and multiples of 2^-24 below 2^-14. Within +-65504.
inline double rounded_to_half(double x) {
    int exponent = 0;
    (void)std::frexp(x, &exponent);
    const double unit = std::ldexp(1.0, std::max(exponent, -13) - 11);
    return std::nearbyint(x / unit) * unit;
}

}  // namespace vkgan::test
