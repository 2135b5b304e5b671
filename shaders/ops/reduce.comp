#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo= texel=TEXEL
//! passes: ssbo_s4=CHAIN_SLOTS=4 ssbo_s12=CHAIN_SLOTS=12 ssbo_s24=CHAIN_SLOTS=24
//! passes: texel_s4=TEXEL,CHAIN_SLOTS=4 texel_s12=TEXEL,CHAIN_SLOTS=12 texel_s24=TEXEL,CHAIN_SLOTS=24
//! passes: ssbo_two=RESULTS=2 texel_two=TEXEL,RESULTS=2
//! passes: ssbo_two_s4=RESULTS=2,CHAIN_SLOTS=4 ssbo_two_s12=RESULTS=2,CHAIN_SLOTS=12 ssbo_two_s24=RESULTS=2,CHAIN_SLOTS=24
//! passes: texel_two_s4=TEXEL,RESULTS=2,CHAIN_SLOTS=4 texel_two_s12=TEXEL,RESULTS=2,CHAIN_SLOTS=12 texel_two_s24=TEXEL,RESULTS=2,CHAIN_SLOTS=24
// Sum or maximum over any axes, in a fixed order: one invocation sums one slice of one result quad.
//
// Axes are given in physical order with neighbours merged: up to four kept runs and three reduced ones. Slices cut the first reduced
// run; a second dispatch adds them in order. With two results, two tensors of one shape are reduced in the same pass: outputs of one
// chain, or (the second dispatch) the inputs A and B.
#include "access.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const int is_maximum = 0;
layout(constant_id = 3) const int single_run = 0;     // only the first reduced run is longer than 1
layout(constant_id = 1) const int inner_reduced = 0;  // the inner axis too: the result is one component a quad

layout(push_constant) uniform Push {
    int result_quads, slices, slice_length;
    int reduced_extent[3], reduced_stride[3];
    int kept_extent[4], kept_stride[4];  // innermost first
#ifdef CHAIN_SLOTS
    int chain[VKGAN_CHAIN_WORDS];
#endif
} push;
#ifdef CHAIN_SLOTS
#define CHAIN_TERMS
#include "expression.glsl"
#else
layout(constant_id = VKGAN_ID_TAIL_QUADS) const int tail_quads = 1;
layout(constant_id = VKGAN_ID_TAIL_COUNT) const int tail_count = 0;
#endif

#ifndef RESULTS
#define RESULTS 1
#endif
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)
#ifndef CHAIN_SLOTS
VKGAN_DECLARE_INPUT(VKGAN_BIND_A, x)
#endif
#if RESULTS > 1
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT1, second_result)
#ifndef CHAIN_SLOTS
VKGAN_DECLARE_INPUT(VKGAN_BIND_B, y)
#endif
#endif

const float lowest = -3.402823466e+38;

vec4 without_padding(vec4 v, int quad) {
    if (is_maximum != 0 && inner_reduced != 0 && tail_count != 0 && quad % tail_quads == tail_quads - 1)
        v = mix(v, vec4(lowest), greaterThanEqual(ivec4(0, 1, 2, 3), ivec4(tail_count)));
    return v;
}

void read(int quad, out vec4 v[RESULTS]) {
#ifdef CHAIN_SLOTS
    chain_run(quad);
    v[0] = without_padding(keep_tail_zero(chain_r[chain_out_0], quad), quad);
#if RESULTS > 1
    v[1] = without_padding(keep_tail_zero(chain_r[chain_out_1], quad), quad);
#endif
#else
    v[0] = without_padding(VKGAN_LOAD(x, quad), quad);
#if RESULTS > 1
    v[1] = without_padding(VKGAN_LOAD(y, quad), quad);
#endif
#endif
}

// `precise`: a sum fused with what computes its terms equals the sum of the stored terms.
vec4 join(vec4 a, vec4 b) {
    precise vec4 sum = a + b;
    return is_maximum != 0 ? max(a, b) : sum;
}

void main() {
    const int id = int(vkgan_invocation());
    if (id >= push.result_quads * push.slices) return;
#ifdef CHAIN_SLOTS
    chain_begin();
#endif
    int o = id % push.result_quads, base = 0;
    [[unroll]] for (int k = 0; k < 4; k++) {
        base += o % push.kept_extent[k] * push.kept_stride[k];
        o /= push.kept_extent[k];
    }
    const int first = id / push.result_quads * push.slice_length;
    const int end = min(first + push.slice_length, push.reduced_extent[0]);
    const int step = push.reduced_stride[0];
    // Four terms at a time along the first run; past its end the last term stands in and is not counted.
    const vec4 nothing = vec4(is_maximum != 0 ? lowest : 0.0);
    vec4 total[RESULTS];
    [[unroll]] for (int r = 0; r < RESULTS; r++) total[r] = nothing;
    for (int i = first; i < end; i += 4)
        for (int j = 0; j < (single_run != 0 ? 1 : push.reduced_extent[1]); j++)
            for (int k = 0; k < (single_run != 0 ? 1 : push.reduced_extent[2]); k++) {
                const int at = base + j * push.reduced_stride[1] + k * push.reduced_stride[2];
                vec4 v[4][RESULTS];
                [[unroll]] for (int u = 0; u < 4; u++) {
                    read(at + min(i + u, end - 1) * step, v[u]);
                    [[unroll]] for (int r = 0; r < RESULTS; r++) v[u][r] = i + u < end ? v[u][r] : nothing;
                }
                [[unroll]] for (int r = 0; r < RESULTS; r++)
                    total[r] = join(total[r], join(join(v[0][r], v[1][r]), join(v[2][r], v[3][r])));
            }
    [[unroll]] for (int r = 0; r < RESULTS; r++) {
        const vec4 t = total[r];
        if (inner_reduced != 0)
            total[r] = vec4(is_maximum != 0 ? max(max(t.x, t.y), max(t.z, t.w)) : (t.x + t.y) + (t.z + t.w), 0, 0, 0);
    }
    VKGAN_STORE(result, id, total[0])
#if RESULTS > 1
    VKGAN_STORE(second_result, id, total[1])
#endif
}
