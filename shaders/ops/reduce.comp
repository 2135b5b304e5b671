#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo= texel=TEXEL
//! passes: ssbo_s4=CHAIN_SLOTS=4 ssbo_s12=CHAIN_SLOTS=12 ssbo_s24=CHAIN_SLOTS=24
//! passes: texel_s4=TEXEL,CHAIN_SLOTS=4 texel_s12=TEXEL,CHAIN_SLOTS=12 texel_s24=TEXEL,CHAIN_SLOTS=24
// Sum or maximum over any axes, in a fixed order: one invocation sums one slice of one result quad.
//
// Axes are given in physical order with neighbours merged: up to four kept runs and three reduced ones. Slices cut the first reduced
// run; a second dispatch adds them in order.
#ifdef CHAIN_SLOTS
#include "expression.glsl"
#else
#include "access.glsl"
layout(constant_id = VKGAN_ID_TAIL_QUADS) const int tail_quads = 1;
layout(constant_id = VKGAN_ID_TAIL_COUNT) const int tail_count = 0;
#endif

layout(local_size_x = 64) in;
layout(constant_id = 0) const int is_maximum = 0;
layout(constant_id = 3) const int single_run = 0;     // only the first reduced run is longer than 1
layout(constant_id = 1) const int inner_reduced = 0;  // the inner axis too: the result is one component a quad

layout(push_constant) uniform Push {
    int result_quads, slices, slice_length;
    int reduced_extent[3], reduced_stride[3];
    int kept_extent[4], kept_stride[4];  // innermost first
} push;

VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)
#ifndef CHAIN_SLOTS
VKGAN_DECLARE_INPUT(VKGAN_BIND_A, x)
#endif

const float lowest = -3.402823466e+38;

vec4 read(int quad) {
#ifdef CHAIN_SLOTS
    vec4 v = chain_value(quad);
#else
    vec4 v = VKGAN_LOAD(x, quad);
#endif
    if (is_maximum != 0 && inner_reduced != 0 && tail_count != 0 && quad % tail_quads == tail_quads - 1)
        v = mix(v, vec4(lowest), greaterThanEqual(ivec4(0, 1, 2, 3), ivec4(tail_count)));
    return v;
}

// `precise`: a sum fused with what computes its terms equals the sum of the stored terms.
vec4 join(vec4 a, vec4 b) {
    precise vec4 sum = a + b;
    return is_maximum != 0 ? max(a, b) : sum;
}

void main() {
    const int id = int(vkgan_invocation());
    if (id >= push.result_quads * push.slices) return;
    int o = id % push.result_quads, base = 0;
    [[unroll]] for (int k = 0; k < 4; k++) {
        base += o % push.kept_extent[k] * push.kept_stride[k];
        o /= push.kept_extent[k];
    }
    const int first = id / push.result_quads * push.slice_length;
    const int end = min(first + push.slice_length, push.reduced_extent[0]);
    const int step = push.reduced_stride[0];
    vec4 total = vec4(is_maximum != 0 ? lowest : 0.0);
    // Four terms at a time along the first run; past its end the last term stands in and is not counted.
    const vec4 nothing = vec4(is_maximum != 0 ? lowest : 0.0);
    for (int i = first; i < end; i += 4)
        for (int j = 0; j < (single_run != 0 ? 1 : push.reduced_extent[1]); j++)
            for (int k = 0; k < (single_run != 0 ? 1 : push.reduced_extent[2]); k++) {
                const int at = base + j * push.reduced_stride[1] + k * push.reduced_stride[2];
                vec4 v[4];
                [[unroll]] for (int u = 0; u < 4; u++) {
                    v[u] = read(at + min(i + u, end - 1) * step);
                    v[u] = i + u < end ? v[u] : nothing;
                }
                total = join(total, join(join(v[0], v[1]), join(v[2], v[3])));
            }
    if (inner_reduced != 0)
        total = vec4(is_maximum != 0 ? max(max(total.x, total.y), max(total.z, total.w))
                                     : (total.x + total.y) + (total.z + total.w), 0, 0, 0);
    result[id] = total;
}
