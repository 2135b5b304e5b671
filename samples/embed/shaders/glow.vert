// The light itself: a square that faces the eye.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"

layout(location = 0) out vec2 at;

const vec2 corners[6] = vec2[](vec2(-1, -1), vec2(1, -1), vec2(1, 1), vec2(-1, -1), vec2(1, 1), vec2(-1, 1));

void main() {
    at = corners[gl_VertexIndex];
    vec3 back = normalize(frame.eye.xyz - frame.light.xyz);
    vec3 right = normalize(cross(vec3(0, 1, 0), back));
    vec3 place = frame.light.xyz + 0.45 * (at.x * right + at.y * cross(back, right));
    gl_Position = frame.view_projection * vec4(place, 1.0);
}
