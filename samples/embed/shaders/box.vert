// The cube and the row's panels, an instance each; drawn twice: upside down, as the floor reflects them, too.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"

layout(push_constant) uniform Push { int mirrored; } push;

layout(location = 0) out vec3 place;   // as it is, not as it is mirrored
layout(location = 1) out vec3 normal;
layout(location = 2) out vec2 at;      // of the face, from the upper left corner
layout(location = 3) flat out ivec2 box_and_face;  // faces: +z, -z, +x, -x, +y, -y

const vec2 corners[6] = vec2[](vec2(-1, -1), vec2(1, -1), vec2(1, 1), vec2(-1, -1), vec2(1, 1), vec2(-1, 1));

void main() {
    int face = gl_VertexIndex / 6;
    vec2 corner = corners[gl_VertexIndex % 6];
    float side = face % 2 == 0 ? 1.0 : -1.0;
    // Seen from outside, x of a face goes to the right and y up; of the top and bottom, away from the front.
    vec3 out_of[3] = vec3[](vec3(0, 0, side), vec3(side, 0, 0), vec3(0, side, 0));
    vec3 right[3] = vec3[](vec3(side, 0, 0), vec3(0, 0, -side), vec3(1, 0, 0));
    vec3 up[3] = vec3[](vec3(0, 1, 0), vec3(0, 1, 0), vec3(0, 0, -side));
    int axis = face / 2;

    Box box = frame.boxes[gl_InstanceIndex];
    vec3 point = out_of[axis] + corner.x * right[axis] + corner.y * up[axis];
    place = (box.place * vec4(point * box.half_size.xyz, 1.0)).xyz;
    normal = mat3(box.place) * out_of[axis];
    at = vec2(0.5, -0.5) * corner + 0.5;
    box_and_face = ivec2(gl_InstanceIndex, face);
    vec3 shown = push.mirrored != 0 ? vec3(place.x, -place.y, place.z) : place;
    gl_Position = frame.view_projection * vec4(shown, 1.0);
}
