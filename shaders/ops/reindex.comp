#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL
// Each output element is one element of the source, or zero (host/ops/reindex.hpp).
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;

layout(constant_id = 0) const int packed = 0;  // counts of digits, whole quads, the digits of two masks
layout(constant_id = 1) const int inner_quads = 1;
layout(constant_id = 2) const int inner_extent = 1;
layout(constant_id = 3) const int base = 0;
layout(constant_id = 4) const int quads = 1;

#define DIGIT(d, id)                                             \
    layout(constant_id = id) const int extent##d = 1;            \
    layout(constant_id = id + 1) const int stride##d = 0;
DIGIT(0, 5)
DIGIT(1, 7)
DIGIT(2, 9)
DIGIT(3, 11)
DIGIT(4, 13)
DIGIT(5, 15)
DIGIT(6, 17)
DIGIT(7, 19)
DIGIT(8, 21)
DIGIT(9, 23)
layout(constant_id = 25) const int low0 = 0;
layout(constant_id = 26) const int count0 = 0;
layout(constant_id = 27) const int step0 = 1;
layout(constant_id = 28) const int low1 = 0;
layout(constant_id = 29) const int count1 = 0;
layout(constant_id = 30) const int step1 = 1;

const int outer_digits = packed & 15;
const int inner_digits = (packed >> 4) & 15;
const bool whole_quads = ((packed >> 8) & 1) != 0;
const int mask0 = (packed >> 12) & 15;
const int mask1 = (packed >> 16) & 15;

VKGAN_DECLARE_INPUT(VKGAN_BIND_A, source)
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)

struct Place {
    int rest;     // what is left of the coordinate for the digits further out
    int address;  // floats
    bool inside;
};

void mask(int number, int low, int count, int width, inout Place place, inout int value) {
    value -= low;
    place.inside = place.inside && value >= 0 && value < count * width && value % width == 0;
    value /= width;
}

void take(int number, int extent, int stride, bool first, inout Place place) {
    int value = first ? place.rest : place.rest % extent;
    place.rest /= extent;
    if (number == mask0) mask(number, low0, count0, step0, place, value);
    if (number == mask1) mask(number, low1, count1, step1, place, value);
    place.address += value * stride;
}

#define TAKE(d) if (d >= first && d < end) take(d, extent##d, stride##d, d == first, place);

void take_digits(int first, int end, inout Place place) {
    TAKE(9) TAKE(8) TAKE(7) TAKE(6) TAKE(5) TAKE(4) TAKE(3) TAKE(2) TAKE(1) TAKE(0)
}

void main() {
    const int i = int(vkgan_invocation());
    if (i >= quads) return;
    const int quad = i % inner_quads;
    Place outer = Place(i / inner_quads, base, true);
    take_digits(0, outer_digits, outer);
    vec4 sum = vec4(0);
    if (outer.inside) {
        Place inner[4];
        for (int lane = 0; lane < 4; ++lane) {
            const int element = 4 * quad + lane;
            inner[lane] = Place(element, outer.address, element < inner_extent);
            take_digits(outer_digits, outer_digits + inner_digits, inner[lane]);
        }
        const bvec4 inside = bvec4(inner[0].inside, inner[1].inside, inner[2].inside, inner[3].inside);
        if (whole_quads) {
            if (any(inside)) {
                // The first lane that is inside is enough to find the quad: lanes never straddle two quads.
                const int address = inside.x ? inner[0].address : inside.y ? inner[1].address
                                  : inside.z ? inner[2].address : inner[3].address;
                sum = mix(vec4(0), VKGAN_LOAD(source, address >> 2), inside);
            }
        } else {
            for (int lane = 0; lane < 4; ++lane)
                if (inner[lane].inside)
                    sum[lane] = VKGAN_LOAD(source, inner[lane].address >> 2)[inner[lane].address & 3];
        }
    }
    VKGAN_STORE(result, i, sum)
}
