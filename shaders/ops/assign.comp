#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo
// Copies a tensor into a variable, bit for bit: floats and integers alike.
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint quads; } push;
layout(set = 0, binding = VKGAN_BIND_B, std430) readonly buffer value_block { uvec4 value[]; };
layout(set = 0, binding = VKGAN_BIND_OUT0, std430) writeonly buffer variable_block { uvec4 variable[]; };

void main() {
    const uint quad = vkgan_invocation();
    if (quad < push.quads) variable[quad] = value[quad];
}
