#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: rows=ROWS rows_texel=ROWS,TEXEL columns= columns_texel=TEXEL
// Packs convolution weights (or a matrix) for conv2d.comp: [group][tap][K/4][rows] quads along K, from O,kh,kw,I/4 quads.
// ROWS: K is I, rows are O (convolution, A transpose(B)). Otherwise K is O, rows are I (gradient by the input, A B).
#include "access.glsl"

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    int quad_count;   // of the result
    int taps;
    int group_rows;   // O of one group
    int row_quads;    // I/4
} push;

VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)
VKGAN_DECLARE_INPUT(VKGAN_BIND_A, weight)

void main() {
    const int at = int(vkgan_invocation());
    if (at >= push.quad_count) return;
    const int o_quads = (push.group_rows + 3) / 4;
#ifdef ROWS
    const int rows = o_quads * 4, k_quads = push.row_quads;
#else
    const int rows = push.row_quads * 4, k_quads = o_quads;
#endif
    const int row = at % rows, k = at / rows % k_quads;
    const int tap = at / (rows * k_quads) % push.taps, group = at / (rows * k_quads * push.taps);
#ifdef ROWS
    const int from = ((group * push.group_rows + row) * push.taps + tap) * push.row_quads + k;
    result[at] = row < push.group_rows ? VKGAN_LOAD(weight, from) : vec4(0);
#else
    vec4 v = vec4(0);
    for (int i = 0; i < 4; i++) {
        const int o = k * 4 + i;
        if (o < push.group_rows)
            v[i] = VKGAN_LOAD(weight, ((group * push.group_rows + o) * push.taps + tap) * push.row_quads + row / 4)[row % 4];
    }
    result[at] = v;
#endif
}
