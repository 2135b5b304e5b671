// Wall and floor, without a line between them.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "material.glsl"
#include "material_picture.glsl"
#include "material_studio.glsl"

layout(location = 0) in vec3 direction;
layout(location = 1) in vec2 at;
layout(location = 0) out vec4 colour;

void main() {
    float down = max(-direction.y, 1e-4);
    vec3 place = frame.eye.xyz + direction * (max(frame.eye.y, 0.0) / down);
    float on_floor = step(0.0, frame.eye.y) * step(0.0, -direction.y);
    vec3 light = mix(wall, floor_colour(place), on_floor);
    light += wall * 0.8 * exp(-1.8 * dot(at, at));
    colour = vec4(dithered(tone_mapped(light)), 1.0);
}
