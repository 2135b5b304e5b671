#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: uniform normal=NORMAL
// Random numbers: element i (row-major, logical) is word i % 4 of Philox counter i / 4, whatever the layout.
// SPDX-License-Identifier: MIT
#include "access.glsl"
#include "random.glsl"

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    uint first_quad;    // of this dispatch; the output binding begins there
    uint quads;         // in this dispatch
    uint inner_quads;
    uint inner_extent;
    uint plane;         // elements between two neighbours along the inner axis, in row-major order
    uint stream;
} push;

VKGAN_DECLARE_INDEX_INPUT(VKGAN_BIND_A, key)
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)

void main() {
    const uint i = vkgan_invocation();
    if (i >= push.quads) return;
    const uint quad = push.first_quad + i;
    const uint row = quad / push.inner_quads;
    const uint column = 4 * (quad % push.inner_quads);
    const uvec4 lane = column + uvec4(0, 1, 2, 3);
    const uint outer = row / push.plane * push.inner_extent;
    const uvec4 element = (outer + lane) * push.plane + row % push.plane;

    const uvec4 k = uvec4(key[0]);
    uvec4 words[4];
    philox4x32(element >> 2, uvec3(push.stream, k.zw), k.xy, words);
    const uvec4 pick = element & 3u;
    const uvec4 low = mix(words[0], words[1], equal(pick, uvec4(1)));
    const uvec4 high = mix(words[2], words[3], equal(pick, uvec4(3)));
    const uvec4 word = mix(low, high, greaterThan(pick, uvec4(1)));
#ifdef NORMAL
    const vec4 value = normal_from_words(word);
#else
    const vec4 value = uniform_from_words(word);
#endif
    result[i] = mix(vec4(0), value, lessThan(lane, uvec4(push.inner_extent)));
}
