#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo
// Packs images of a network, N,H,W,C/4 quads in [-1, 1], as the texels of a host's image: [level][layer][y][x], as vkCmdCopyBufferToImage
// reads them. Texel (x, y) of a level of w x h is the mean over the box of pixels [x W/w, (x+1) W/w) x [y H/h, (y+1) H/h), cut and
// rounded outwards to whole pixels; of colours in linear light.
//
// The first workgroups write 64 texels of the large levels, an invocation each; the others one texel of a small level.
#include "limits.h"

layout(local_size_x = 64) in;
layout(constant_id = 0) const uint width = 1;
layout(constant_id = 1) const uint height = 1;
layout(constant_id = 2) const uint pixel_floats = 4;  // from one pixel to the next

layout(push_constant) uniform Push {
    uint first_image, layers;
    uint single_texels;  // that one invocation writes: they come first
    uint texels;
    uint channels;       // a byte for each of the four words or bytes of a texel, lowest first
    uint colour;         // VKGAN_PACK_*
    uint half_floats;    // 1: two words a texel; 0: four bytes
    uint first_group;    // of a piece of the work
} push;

layout(set = 0, binding = VKGAN_BIND_A, std430) readonly buffer source_block { float source[]; };
layout(set = 0, binding = VKGAN_BIND_OUT0, std430) writeonly buffer result_block { uint result[]; };

shared vec4 sums[64];

// IEC 61966-2-1. pow may be wrong by 2^-21, which shows in eight bits: a step of Newton's method makes it exact to the last bits.
vec3 decode(vec3 e) {
    const vec3 x = (e + 0.055) * (1.0 / 1.055), x2 = x * x;
    vec3 y = pow(x, vec3(0.4));
    const vec3 y2 = y * y, y4 = y2 * y2;
    y -= (y4 * y - x2) / (5.0 * y4);
    return mix(x2 * y, e * (1.0 / 12.92), lessThanEqual(e, vec3(0.04045)));
}

vec3 encode(vec3 l) {
    const vec3 x = max(l, vec3(0.0031308)), x2 = x * x;
    vec3 y = pow(x, vec3(5.0 / 12.0));
    const vec3 y2 = y * y, y4 = y2 * y2, y8 = y4 * y4;
    y -= (y8 * y4 - x2 * x2 * x) / (12.0 * y8 * y2 * y);
    return mix(1.055 * y - 0.055, 12.92 * l, lessThanEqual(l, vec3(0.0031308)));
}

// NaN is told by its bits: compilers may take comparisons for those of numbers.
float unit(float v) {
    const bool nan = (floatBitsToUint(v) & 0x7FFFFFFFu) > 0x7F800000u;
    return nan ? 0.0 : clamp(v * 0.5 + 0.5, 0.0, 1.0);
}

vec4 pixel(uint image, uint x, uint y) {
    const uint first = ((image * height + y) * width + x) * pixel_floats;
    vec4 v;
    for (int i = 0; i < 4; i++) {
        const uint channel = push.channels >> (8 * i) & 0xFFu;
        v[i] = channel == VKGAN_PACK_ONE    ? 1.0
               : channel == VKGAN_PACK_ZERO ? 0.0
                                            : unit(source[first + channel]);
    }
    return v;
}

struct Texel {
    uint image, x, y;
    uvec2 extent;  // of its level
};

Texel find_texel(uint at) {
    uvec2 extent = uvec2(width, height);
    uint level = extent.x * extent.y;
    while (at >= level * push.layers && level > 1) {
        at -= level * push.layers;
        extent = max(extent / 2, uvec2(1));
        level = extent.x * extent.y;
    }
    const uint inside = at % level;
    return Texel(push.first_image + at / level, inside % extent.x, inside / extent.x, extent);
}

// Of the pixels of the texel's box that are `lane` and every `lanes` further, along both axes; rows first, so that rounding stays small.
vec4 sum_of_box(Texel t, bool linear, uvec2 lane, uint lanes, out float count) {
    const uvec2 size = uvec2(width, height), at = uvec2(t.x, t.y);
    const uvec2 begin = at * size / t.extent, end = ((at + 1) * size + t.extent - 1) / t.extent;
    count = float((end.x - begin.x) * (end.y - begin.y));
    vec4 sum = vec4(0);
    for (uint y = begin.y + lane.y; y < end.y; y += lanes) {
        vec4 row = vec4(0);
        for (uint x = begin.x + lane.x; x < end.x; x += lanes) {
            vec4 v = pixel(t.image, x, y);
            if (linear) v.rgb = decode(v.rgb);
            row += v;
        }
        sum += row;
    }
    return sum;
}

void write(uint at, vec4 v) {
    if (push.half_floats != 0u) {
        result[2 * at] = packHalf2x16(v.xy);
        result[2 * at + 1] = packHalf2x16(v.zw);
        return;
    }
    const uvec4 bytes = uvec4(floor(v * 255.0 + 0.5));
    result[at] = bytes.x | bytes.y << 8 | bytes.z << 16 | bytes.w << 24;
}

void main() {
    const uint group = push.first_group + gl_WorkGroupID.x, lane = gl_LocalInvocationIndex;
    const uint single_groups = (push.single_texels + 63) / 64;
    const bool single = group < single_groups;
    const uint at = single ? group * 64 + lane : push.single_texels + (group - single_groups);
    const uint end = single ? push.single_texels : push.texels;
    const Texel t = find_texel(min(at, end - 1));
    const bool first_level = t.extent == uvec2(width, height);
    const bool encodes = push.colour == VKGAN_PACK_ENCODED && !first_level;
    const bool linear = encodes || push.colour == VKGAN_PACK_LINEAR;
    float count;
    vec4 sum = sum_of_box(t, linear, single ? uvec2(0) : uvec2(lane % 8, lane / 8), single ? 1 : 8, count);
    if (!single) {
        sums[lane] = sum;
        for (uint step = 32; step > 0; step /= 2) {
            barrier();
            if (lane < step) sums[lane] += sums[lane + step];
        }
        sum = sums[lane];
    }
    vec4 v = sum / count;
    if (encodes) v.rgb = encode(v.rgb);
    if (at < end && (single || lane == 0)) write(at, v);
}
