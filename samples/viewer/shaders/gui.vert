// Triangles of Dear ImGui: pixels to clip space.
// SPDX-License-Identifier: MIT
#version 450
layout(location = 0) in vec2 position;
layout(location = 1) in vec2 uv;
layout(location = 2) in vec4 colour;
layout(location = 0) out vec2 out_uv;
layout(location = 1) out vec4 out_colour;

layout(push_constant) uniform Push {
    vec2 scale, move;
    uint layer, other_layer;
} push;

void main() {
    out_uv = uv;
    out_colour = colour;
    gl_Position = vec4(position * push.scale + push.move, 0, 1);
}
