#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo= texel=TEXEL
// Broadcast by strides: axes of x with extent 1 have stride 0. One result quad an invocation.
#include "access.glsl"

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    int quad_count;
    int inner_extent;      // elements along the inner axis of the result
    int splat;             // the inner axis of x has extent 1
    int extent[6], stride[6];  // physical axes of the result, innermost (in quads) first; strides of x in quads
} push;

VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)
VKGAN_DECLARE_INPUT(VKGAN_BIND_A, x)

void main() {
    const int at = int(vkgan_invocation());
    if (at >= push.quad_count) return;
    int rest = at, from = 0;
    for (int k = 0; k < 6; k++) {
        from += rest % push.extent[k] * push.stride[k];
        rest /= push.extent[k];
    }
    vec4 v = VKGAN_LOAD(x, from);
    if (push.splat != 0) v = v.xxxx;
    VKGAN_STORE(result, at, mix(vec4(0), v, vkgan_lanes(at % push.extent[0], push.inner_extent)))
}
