// One triangle over the whole picture, behind the object.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "material.glsl"

layout(location = 0) out vec3 direction;
layout(location = 1) out vec2 at;  // -1 to 1

void main() {
    at = vec2(gl_VertexIndex == 1 ? 3.0 : -1.0, gl_VertexIndex == 2 ? 3.0 : -1.0);
    direction = at.x / frame.right.w * frame.right.xyz - at.y / frame.up.w * frame.up.xyz - frame.back.xyz;
    gl_Position = vec4(at, 0.9999, 1.0);
}
