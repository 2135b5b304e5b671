// A bright core in a soft halo, added to what is there.
// SPDX-License-Identifier: MIT
#version 450

layout(location = 0) in vec2 at;
layout(location = 0) out vec4 colour;

void main() {
    float away = length(at);
    float halo = pow(max(1.0 - away, 0.0), 3.0) * 0.45;
    float core = 1.0 - smoothstep(0.10, 0.16, away);
    colour = vec4(vec3(1.0, 0.90, 0.74) * (halo + core), 1.0);
}
