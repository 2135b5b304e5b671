#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL
// Rows by index; scattering: every row of the result scans the list in order, which fixes the sum's order.
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;

layout(constant_id = 0) const int quads = 1;
layout(constant_id = 1) const int row_quads = 1;
layout(constant_id = 2) const int row_count = 1;  // of the rows read
layout(constant_id = 3) const int scatter = 0;

VKGAN_DECLARE_INPUT(VKGAN_BIND_A, rows)
VKGAN_DECLARE_INDEX_INPUT(VKGAN_BIND_B, indices)
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)

const int chunk = 16384;  // loops stay below VKGAN_MAX_TRIPS

vec4 sum_of(int row, int column) {
    vec4 sum = vec4(0);
    for (int first = 0; first < row_count; first += chunk)
        for (int at = first; at < min(first + chunk, row_count); ++at)
            if (indices[at >> 2][at & 3] == row)
                sum += VKGAN_LOAD(rows, at * row_quads + column);
    return sum;
}

void main() {
    const int i = int(vkgan_invocation());
    if (i >= quads) return;
    const int row = i / row_quads;
    const int column = i % row_quads;
    if (scatter != 0) {
        VKGAN_STORE(result, i, sum_of(row, column))
        return;
    }
    const int from = indices[row >> 2][row & 3];
    const bool known = from >= 0 && from < row_count;
    VKGAN_STORE(result, i, known ? VKGAN_LOAD(rows, from * row_quads + column) : vec4(0))
}
