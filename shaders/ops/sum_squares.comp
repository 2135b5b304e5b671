#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL
// Squares of tensors that lie in one list, summed: a partial sum for each invocation. The gaps between tensors hold anything.
#include "access.glsl"

layout(local_size_x = 64) in;

#define MOST_SEGMENTS 14  // host/ops/sum_squares.cpp

layout(push_constant) uniform Push {
    int lanes, first_partial, segments, unused;
    int bounds[2 * MOST_SEGMENTS];  // first quad and end of each tensor
} push;

VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, partials)
VKGAN_DECLARE_INPUT(VKGAN_BIND_A, x)

void main() {
    const int lane = int(vkgan_invocation());
    if (lane >= push.lanes) return;
    vec4 total = vec4(0);
    for (int s = 0; s < push.segments; s++)
        for (int quad = push.bounds[2 * s] + lane; quad < push.bounds[2 * s + 1]; quad += push.lanes) {
            const vec4 v = VKGAN_LOAD(x, quad);
            total += v * v;
        }
    partials[push.first_partial + lane] = total;
}
