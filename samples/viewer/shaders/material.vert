// The object, made from the vertex's number: a sphere of 72 by 44 squares, or a box of six.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "material.glsl"

// Centroids, for at the outline a pixel's middle lies far outside of a triangle that is seen edge-on.
layout(location = 0) centroid out vec3 place;    // as it is, not as the floor mirrors it
layout(location = 1) centroid out vec3 normal;
layout(location = 2) centroid out vec3 tangent;  // the way that the maps go to the right
layout(location = 3) centroid out vec2 map_at;
layout(location = 4) centroid out vec2 tile;     // size of a repeat of the maps
layout(location = 5) centroid out vec4 face_at;  // of a box: the face's extent, -1 to 1, and its half size
layout(location = 6) out vec2 map_at_middle;     // map_at, for derivatives

const float pi = 3.14159265;
const ivec2 squares = ivec2(72, 44);  // sphere_vertices in material_scene.cpp
// Seen from outside, x to the right and y down, counter-clockwise.
const ivec2 corners[6] =
    ivec2[](ivec2(0, 0), ivec2(0, 1), ivec2(1, 1), ivec2(0, 0), ivec2(1, 1), ivec2(1, 0));

// Longitude and latitude. The maps go round a whole number of times, so that their borders meet, twice as
// often as from pole to pole; the middle of one is in front.
void make_sphere(int index, ivec2 corner) {
    ivec2 square = ivec2(index % squares.x, index / squares.x) + corner;
    float longitude = 2.0 * pi * float(square.x % squares.x) / float(squares.x);
    float latitude = pi * float(square.y) / float(squares.y);
    normal = vec3(sin(latitude) * sin(longitude), cos(latitude), sin(latitude) * cos(longitude));
    tangent = vec3(cos(longitude), 0.0, -sin(longitude));
    place = object_centre() + frame.half_size.x * normal;
    // A pole is one point for all longitudes: a triangle there has its tip above the middle of its base.
    bool pole = square.y == 0 || square.y == squares.y;
    float along = pole ? float(square.x - corner.x) + 0.5 : float(square.x);
    map_at.x = round(2.0 * frame.eye.w) * along / float(squares.x) + 0.5;
    map_at.y = frame.eye.w * float(square.y) / float(squares.y);
    tile.x = 2.0 * pi * frame.half_size.x * sin(latitude) / round(2.0 * frame.eye.w);
    tile.y = pi * frame.half_size.x / frame.eye.w;
    face_at = vec4(0.0);
}

// Faces +z, -z, +x, -x, +y, -y. Seen from outside, x of a face goes to the right and y up; of the top and
// bottom, away from the front. The maps keep their size on the narrow sides of a plane.
void make_box(int face, ivec2 corner) {
    float side = face % 2 == 0 ? 1.0 : -1.0;
    vec3 outwards[3] = vec3[](vec3(0, 0, side), vec3(side, 0, 0), vec3(0, side, 0));
    vec3 right[3] = vec3[](vec3(side, 0, 0), vec3(0, 0, -side), vec3(1, 0, 0));
    vec3 up[3] = vec3[](vec3(0, 1, 0), vec3(0, 1, 0), vec3(0, 0, -side));
    int axis = face / 2;
    vec2 to_corner = vec2(2 * corner.x - 1, 1 - 2 * corner.y);
    vec3 size = frame.half_size.xyz;
    normal = outwards[axis];
    tangent = right[axis];
    place = object_centre() + size * (outwards[axis] + to_corner.x * right[axis] + to_corner.y * up[axis]);
    vec2 face_size = vec2(dot(abs(right[axis]), size), dot(abs(up[axis]), size));
    map_at = vec2(corner) * frame.eye.w * face_size / size.y;
    tile = vec2(2.0 * size.y / frame.eye.w);
    face_at = vec4(to_corner, face_size);
}

// Small triangles cost drivers without hardware most; those that face away need not reach the rasteriser.
bool sphere_faces_away(int index, vec3 eye) {
    vec2 angle = pi / vec2(squares) * (vec2(index % squares.x, index / squares.x) + 0.5) * vec2(2.0, 1.0);
    vec3 outwards = vec3(sin(angle.y) * sin(angle.x), cos(angle.y), sin(angle.y) * cos(angle.x));
    vec3 to_eye = eye - object_centre() - frame.half_size.x * outwards;
    return dot(outwards, to_eye) < -0.12 * length(to_eye);
}

void main() {
    ivec2 corner = corners[gl_VertexIndex % 6];
    if (is_sphere != 0)
        make_sphere(gl_VertexIndex / 6, corner);
    else
        make_box(gl_VertexIndex / 6, corner);
    map_at_middle = map_at;
    vec3 eye = mirrored != 0 ? frame.eye.xyz * vec3(1, -1, 1) : frame.eye.xyz;
    if (is_sphere != 0 && sphere_faces_away(gl_VertexIndex / 6, eye))
        gl_Position = vec4(0.0, 0.0, 2.0, 1.0);  // behind the far plane
    else
        gl_Position = clip_position(mirrored != 0 ? place * vec3(1, -1, 1) : place);
}
