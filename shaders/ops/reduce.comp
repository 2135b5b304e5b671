#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo= texel=TEXEL
// Sum or maximum over any axes, in a fixed order: one invocation sums one slice of one result quad.
// SPDX-License-Identifier: MIT
//
// Axes are given in physical order with neighbours merged: up to four kept runs and three reduced ones. Slices cut the first reduced
// run; a second dispatch adds them in order.
#include "expression.glsl"

layout(local_size_x = 64) in;
layout(constant_id = 0) const int is_maximum = 0;
layout(constant_id = 1) const int inner_reduced = 0;  // the inner axis too: the result is one component a quad
layout(constant_id = 2) const int has_chain = 0;
layout(constant_id = 3) const int single_run = 0;     // only the first reduced run is longer than 1

layout(push_constant) uniform Push {
    int result_quads, slices, slice_length;
    int reduced_extent[3], reduced_stride[3];
    int kept_extent[4], kept_stride[4];  // innermost first
} push;

VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)
VKGAN_DECLARE_INPUT(VKGAN_BIND_A, x)

const float lowest = -3.402823466e+38;

vec4 read(int quad) {
    vec4 v;
    if (has_chain != 0) v = chain_value(quad);
    else v = VKGAN_LOAD(x, quad);
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
    if (single_run != 0) {
        int i = first, at = base + first * step;
        for (; i + 4 <= end; i += 4, at += 4 * step)
            total = join(total, join(join(read(at), read(at + step)), join(read(at + 2 * step), read(at + 3 * step))));
        for (; i < end; i++, at += step) total = join(total, read(at));
    } else {
        for (int i = first; i < end; i++)
            for (int j = 0; j < push.reduced_extent[1]; j++)
                for (int k = 0; k < push.reduced_extent[2]; k++)
                    total = join(total, read(base + i * step + j * push.reduced_stride[1] + k * push.reduced_stride[2]));
    }
    if (inner_reduced != 0)
        total = vec4(is_maximum != 0 ? max(max(total.x, total.y), max(total.z, total.w))
                                     : (total.x + total.y) + (total.z + total.w), 0, 0, 0);
    result[id] = total;
}
