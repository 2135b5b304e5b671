// Dark, polished: what is mirrored in it was drawn before and shows through, more so at flat angles.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"
#include "light.glsl"

layout(location = 0) in vec3 place;
layout(location = 0) out vec4 colour;

// Lines of a metre's grid, as wide as a pixel at least, and fainter where they would flicker.
float grid(vec2 at) {
    vec2 width = fwidth(at);
    vec2 away = abs(fract(at - 0.5) - 0.5);
    vec2 line = 1.0 - smoothstep(vec2(0.006), vec2(0.006) + 1.5 * width, away);
    return max(line.x, line.y) * clamp(1.0 - 4.0 * max(width.x, width.y), 0.0, 1.0);
}

void main() {
    vec3 to_eye = frame.eye.xyz - place;
    vec3 albedo = vec3(0.105, 0.115, 0.140) + 0.07 * grid(place.xz);
    vec3 light = lit(albedo, vec3(0, 1, 0), place, 0.25, ivec2(0, frame.counts.x));
    float flatness = pow(1.0 - normalize(to_eye).y, 5.0);
    float covers = mix(0.82, 0.40, flatness);
    covers *= exp(-0.0016 * dot(place.xz, place.xz));
    colour = vec4(light, covers);
}
