// What every shader of a frame reads: mirrored by FrameValues in scene.cpp.
// SPDX-License-Identifier: MIT
struct Box {
    mat4 place;      // turn and position, no scale
    vec4 half_size;  // w: unused
};

layout(set = 0, binding = 0) uniform FrameValues {
    mat4 view_projection;
    vec4 eye;
    vec4 light;     // position; w: its power
    vec4 viewport;  // width and height in pixels
    ivec4 counts;   // boxes
    Box boxes[65];  // the cube, then the row
} frame;

// The stage has no end: sky above the horizon, and the same below it, which the floor lies over.
vec3 background(vec3 direction) {
    const vec3 horizon = vec3(0.052, 0.084, 0.138), zenith = vec3(0.005, 0.007, 0.016);
    return mix(horizon, zenith, smoothstep(0.0, 0.42, abs(direction.y)));
}
