// Generated pictures in frames, lit. The plugin writes the pictures; here they are textures like any other.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "light.glsl"

layout(push_constant) uniform Push { int mirrored; } push;
layout(set = 0, binding = 1) uniform sampler2D cube_picture;
layout(set = 0, binding = 2) uniform sampler2DArray row_pictures;

layout(location = 0) in vec3 place;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 at;
layout(location = 3) flat in ivec2 box_and_face;
layout(location = 0) out vec4 colour;

void main() {
    int box = box_and_face.x, face = box_and_face.y;
    bool cube = box == 0;
    vec2 size = cube || face < 2 ? frame.boxes[box].half_size.xy : frame.boxes[box].half_size.zy;
    float border = cube ? 0.040 : 0.035;
    vec2 inner = (at - border / size) / (1.0 - 2.0 * border / size);
    vec3 picture = cube ? texture(cube_picture, inner).rgb : texture(row_pictures, vec3(inner, box - 1)).rgb;

    // The way to the picture's edge in pixels, so that the frame's edge is smooth.
    vec2 edge = min(inner, 1.0 - inner) / fwidth(inner);
    float shows = clamp(min(edge.x, edge.y) + 0.5, 0.0, 1.0);
    if (!cube && face != 0) shows = 0.0;
    vec3 frame_colour = cube ? vec3(0.075, 0.078, 0.090) : vec3(0.045, 0.048, 0.058);
    vec3 albedo = mix(frame_colour, picture, shows);
    // The cube casts shadows on the row; nothing does on the cube, nor in the mirror.
    ivec2 casters = ivec2(0, cube || push.mirrored != 0 ? 0 : 1);
    vec3 light = lit(albedo, normalize(normal), place, mix(0.45, 0.10, shows), casters);
    // Pictures of the row glow a little, as screens do.
    if (!cube) light += 0.30 * picture * shows;
    if (push.mirrored != 0) {
        vec3 seen = normalize(vec3(place.x, -place.y, place.z) - frame.eye.xyz);
        light = mix(background(seen), light, exp(-0.9 * max(place.y, 0.0)));
    }
    colour = vec4(light, 1.0);
}
