// What the shaders of the material preview share: the values of a frame.
// SPDX-License-Identifier: MIT

const int sphere = 0, cube = 1, plane = 2;

// A pipeline for each use, not branches on values: with such branches lavapipe (Mesa 22.3.6) was seen to compile the
// shaders anew in every frame, and it executes both sides of every branch.
layout(constant_id = 0) const uint plain = 0;     // 1: one sample of the albedo a pixel, and no bumps
layout(constant_id = 1) const uint is_sphere = 0;
layout(constant_id = 2) const uint mirrored = 0;  // in the floor

// Mirrored by FrameValues in material_scene.cpp. The floor is y = 0; the object stands on it, at the origin.
layout(set = 0, binding = 0) uniform FrameValues {
    vec4 eye;        // w: repeats of the maps from top to bottom
    vec4 right, up;  // the camera's axes, of unit length; w: from tangents of view angles to clip space
    vec4 back;       // w: unused
    vec4 light;      // direction towards it; w: its strength
    vec4 half_size;  // of the object; w: exposure, a factor
    vec4 surface;    // roughness and bumpiness where there is no map
    ivec4 has;       // the shape; whether there are maps: albedo, normal, roughness and height
} frame;

vec3 object_centre() { return vec3(0.0, frame.half_size.y, 0.0); }

// `depth_scale`, `depth_offset`: near plane 0.1, far plane 100, depth from 0 to 1.
vec4 clip_position(vec3 place) {
    const float depth_scale = -100.0 / 99.9, depth_offset = -10.0 / 99.9;
    vec3 seen = (place - frame.eye.xyz) * mat3(frame.right.xyz, frame.up.xyz, frame.back.xyz);
    return vec4(seen.x * frame.right.w, -seen.y * frame.up.w, depth_scale * seen.z + depth_offset, -seen.z);
}
