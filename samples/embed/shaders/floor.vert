// A square around the origin, larger than can be seen.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"

layout(location = 0) out vec3 place;

const vec2 corners[6] = vec2[](vec2(-1, -1), vec2(1, -1), vec2(1, 1), vec2(-1, -1), vec2(1, 1), vec2(-1, 1));

void main() {
    vec2 corner = 60.0 * corners[gl_VertexIndex];
    place = vec3(corner.x, 0.0, corner.y);
    gl_Position = frame.view_projection * vec4(place, 1.0);
}
