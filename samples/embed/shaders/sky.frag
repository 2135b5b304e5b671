// The background.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"

layout(location = 0) in vec3 direction;
layout(location = 0) out vec4 colour;

// A gradient over eight bits shows its steps; half a step of noise hides them.
float noise(vec2 at) { return fract(52.9829189 * fract(dot(at, vec2(0.06711056, 0.00583715)))) - 0.5; }

void main() {
    colour = vec4(background(normalize(direction)) + noise(gl_FragCoord.xy) * 0.002, 1.0);
}
