#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL
// Every image of a batch moved by its own whole number of pixels; zeros come in.
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint quads, channel_quads, height, width; } push;

VKGAN_DECLARE_INPUT(VKGAN_BIND_A, source)
layout(binding = VKGAN_BIND_B, std430) readonly buffer Offsets { vec4 offsets[]; };  // a quad an image: down, right
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)

void main() {
    const uint i = vkgan_invocation();
    if (i >= push.quads) return;
    const uint channel = i % push.channel_quads;
    const uint pixel = i / push.channel_quads;
    const int x = int(pixel % push.width);
    const uint line = pixel / push.width;
    const int y = int(line % push.height);
    const uint image = line / push.height;
    const vec2 by = floor(offsets[image].xy + 0.5);
    // Compared as floats: an offset may be too large for an int.
    const vec2 from = vec2(y, x) - by;
    const bool inside = all(greaterThanEqual(from, vec2(0))) && all(lessThan(from, vec2(push.height, push.width)));
    if (!inside) {
        VKGAN_STORE(result, i, vec4(0))
        return;
    }
    const uint at = ((image * push.height + uint(from.x)) * push.width + uint(from.y)) * push.channel_quads + channel;
    VKGAN_STORE(result, i, VKGAN_LOAD(source, at))
}
