// Text and plots: places in pixels from the upper left corner, colours as they are on the screen.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "frame.glsl"

layout(location = 0) in vec2 place;
layout(location = 1) in vec4 encoded;
layout(location = 0) out vec4 linear;

void main() {
    linear = vec4(pow(encoded.rgb, vec3(2.2)), encoded.a);
    gl_Position = vec4(2.0 * place / frame.viewport.xy - 1.0, 0.0, 1.0);
}
