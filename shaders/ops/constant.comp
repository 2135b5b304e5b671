#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo
// Fills a tensor with one value, its padding lanes with zero.
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    uint first_quad;  // of this dispatch; the output binding begins there
    uint quads;       // in this dispatch
    uint inner_quads;
    uint inner_extent;
    float value;
} push;

VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)

void main() {
    const uint i = vkgan_invocation();
    if (i >= push.quads) return;
    const int quad = int((push.first_quad + i) % push.inner_quads);
    result[i] = mix(vec4(0), vec4(push.value), vkgan_lanes(quad, int(push.inner_extent)));
}
