#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL
// Up to four parts, one after another in every row of the result (host/ops/concat.cpp).
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;

layout(constant_id = 0) const int quads = 1;
layout(constant_id = 1) const int row_quads = 1;
layout(constant_id = 2) const int by_elements = 0;  // a part ends inside a quad: ends count elements
layout(constant_id = 3) const int end0 = 1;
layout(constant_id = 4) const int end1 = 1;
layout(constant_id = 5) const int end2 = 1;
layout(constant_id = 6) const int end3 = 1;

VKGAN_DECLARE_INPUT(VKGAN_BIND_A, part0)
VKGAN_DECLARE_INPUT(VKGAN_BIND_B, part1)
VKGAN_DECLARE_INPUT(VKGAN_BIND_C, part2)
VKGAN_DECLARE_INPUT(VKGAN_BIND_D, part3)
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)

vec4 quad_at(int row, int column) {
    if (column < end0) return VKGAN_LOAD(part0, row * end0 + column);
    if (column < end1) return VKGAN_LOAD(part1, row * (end1 - end0) + column - end0);
    if (column < end2) return VKGAN_LOAD(part2, row * (end2 - end1) + column - end1);
    return VKGAN_LOAD(part3, row * (end3 - end2) + column - end2);
}

// Element `at` of row `row` of a part whose rows are padded to whole quads.
#define ELEMENT(part, extent, at) VKGAN_LOAD(part, row * (((extent) + 3) / 4) + ((at) >> 2))[(at) & 3]

float element_at(int row, int column) {
    if (column < end0) return ELEMENT(part0, end0, column);
    if (column < end1) return ELEMENT(part1, end1 - end0, column - end0);
    if (column < end2) return ELEMENT(part2, end2 - end1, column - end1);
    if (column < end3) return ELEMENT(part3, end3 - end2, column - end2);
    return 0.0;
}

void main() {
    const int i = int(vkgan_invocation());
    if (i >= quads) return;
    const int row = i / row_quads;
    const int column = i % row_quads;
    vec4 quad;
    if (by_elements != 0) {
        for (int lane = 0; lane < 4; ++lane)
            quad[lane] = element_at(row, 4 * column + lane);
    } else {
        quad = quad_at(row, column);
    }
    VKGAN_STORE(result, i, quad)
}
