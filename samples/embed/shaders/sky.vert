// One triangle over the whole screen, as far away as can be.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"

layout(location = 0) out vec3 direction;

void main() {
    vec2 corner = vec2(gl_VertexIndex == 1 ? 3.0 : -1.0, gl_VertexIndex == 2 ? 3.0 : -1.0);
    vec4 far = inverse(frame.view_projection) * vec4(corner, 1.0, 1.0);
    direction = far.xyz / far.w - frame.eye.xyz;
    gl_Position = vec4(corner, 1.0, 1.0);
}
