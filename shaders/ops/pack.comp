#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: rows=ROWS rows_texel=ROWS,TEXEL rows_texel_u64=ROWS,TEXEL,STORE_U64
//! passes: columns= columns_texel=TEXEL columns_texel_u64=TEXEL,STORE_U64
//! passes: many_rows=MANY,ROWS many_rows_texel=MANY,ROWS,TEXEL many_rows_texel_u64=MANY,ROWS,TEXEL,STORE_U64
//! passes: many_columns=MANY many_columns_texel=MANY,TEXEL many_columns_texel_u64=MANY,TEXEL,STORE_U64
// Packs convolution weights (or a matrix) for conv2d.comp: [group][tap][K/4][rows] quads along K, from O,kh,kw,I/4 quads.
// ROWS: K is I, rows are O (convolution, A transpose(B)); an invocation moves two rows of four quads, a whole cache line each.
// Otherwise K is O, rows are I (gradient by the input, A B); an invocation transposes four by four elements.
#include "access.glsl"

layout(local_size_x = 64) in;
// MANY: several weights that lie in one piece of memory (Kernel::many).
struct Weight {
#ifdef MANY
    int end, first_read, first_written;
#endif
    int taps;
    int group_rows;   // O of one group
    int row_quads;    // I/4
};
#ifdef MANY
layout(push_constant) uniform Push { int invocations; Weight weights[VKGAN_MANY]; } push;
Weight own;
#else
layout(push_constant) uniform Push { int invocations; Weight only; } push;
#define own push.only
#endif

#ifdef STORE_U64
VKGAN_DECLARE_OUTPUT_PAIRS(VKGAN_BIND_OUT0, result)
#define WRITE(at, a, b) VKGAN_STORE_PAIR(result, (at) >> 1, a, b)
#else
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)
#define WRITE(at, a, b) VKGAN_STORE(result, at, a) VKGAN_STORE(result, (at) + 1, b)
#endif
VKGAN_DECLARE_INPUT(VKGAN_BIND_A, weight)

#ifdef MANY
#define FIRST_READ own.first_read
#define FIRST_WRITTEN own.first_written
#else
#define FIRST_READ 0
#define FIRST_WRITTEN 0
#endif

vec4 weight_quad(int group, int tap, int o, int quad) {
    const int inside = min(o, own.group_rows - 1);
    const vec4 v = VKGAN_LOAD(weight, FIRST_READ + ((group * own.group_rows + inside) * own.taps + tap) * own.row_quads + quad);
    return mix(vec4(0), v, bvec4(o < own.group_rows));
}

void main() {
    int at = int(vkgan_invocation());
    if (at >= push.invocations) return;
#ifdef MANY
    own = push.weights[0];
    int begin = 0;
    [[unroll]] for (int i = 1; i < VKGAN_MANY; i++)
        if (at >= push.weights[i - 1].end) {
            own = push.weights[i];
            begin = push.weights[i - 1].end;
        }
    at -= begin;
#endif
    const int o_quads = (own.group_rows + 3) / 4;
#ifdef ROWS
    const int pairs = o_quads * 2, blocks = (own.row_quads + 3) / 4;
    const int row = at % pairs * 2;
    at /= pairs;
    const int block = at % blocks;
    at /= blocks;
    const int tap = at % own.taps, group = at / own.taps;
    const int to = (group * own.taps + tap) * own.row_quads;
    vec4 v[4][2];
    [[unroll]] for (int u = 0; u < 4; u++)
        [[unroll]] for (int r = 0; r < 2; r++)
            v[u][r] = weight_quad(group, tap, row + r, min(block * 4 + u, own.row_quads - 1));
    [[unroll]] for (int u = 0; u < 4; u++) {
        const int k = block * 4 + u;
        if (k < own.row_quads) {
            WRITE(FIRST_WRITTEN + (to + k) * (pairs * 2) + row, v[u][0], v[u][1]);
        }
    }
#else
    const int quad = at % own.row_quads;
    const int line = at / own.row_quads;  // group, tap, k
    const int k = line % o_quads;
    const int tap = line / o_quads % own.taps, group = line / o_quads / own.taps;
    mat4 v;
    [[unroll]] for (int i = 0; i < 4; i++) v[i] = weight_quad(group, tap, k * 4 + i, quad);
    v = transpose(v);
    const int to = FIRST_WRITTEN + (line * own.row_quads + quad) * 4;
    WRITE(to, v[0], v[1]);
    WRITE(to + 2, v[2], v[3]);
#endif
}
