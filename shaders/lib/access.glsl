// Reading operands: texel buffers in variants with TEXEL (quick on CPU drivers), else storage buffers.
// SPDX-License-Identifier: MIT
#ifndef VKGAN_ACCESS_GLSL
#define VKGAN_ACCESS_GLSL

#extension GL_EXT_control_flow_attributes : require
#ifdef STORE_U64
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#endif

#include "limits.h"

// Bit b: what is bound at b is float16, eight bytes a quad. Arithmetic is float32 either way; the planner decides
// (host/plan/halves.cpp). Each operand is declared as both on one binding, and specialise.cpp drops the other.
layout(constant_id = VKGAN_ID_HALVES) const uint vkgan_halves = 0;
#define VKGAN_IS_HALF(slot, name) const bool name##_is_half = (vkgan_halves & (1u << (slot))) != 0u;

vec4 vkgan_from_half(uvec2 h) { return vec4(unpackHalf2x16(h.x), unpackHalf2x16(h.y)); }
uvec2 vkgan_to_half(vec4 v) { return uvec2(packHalf2x16(v.xy), packHalf2x16(v.zw)); }

#ifdef TEXEL
#define VKGAN_DECLARE_INPUT(slot, name)                                                         \
    VKGAN_IS_HALF(slot, name)                                                                   \
    layout(set = 0, binding = slot, rgba32f) uniform readonly imageBuffer name;                 \
    layout(set = 0, binding = slot, rgba16f) uniform readonly imageBuffer name##_halves;
#define VKGAN_LOAD(name, i) (name##_is_half ? imageLoad(name##_halves, int(i)) : imageLoad(name, int(i)))
#else
#define VKGAN_DECLARE_INPUT(slot, name)                                                         \
    VKGAN_IS_HALF(slot, name)                                                                   \
    layout(set = 0, binding = slot, std430) readonly buffer name##_block { vec4 name[]; };      \
    layout(set = 0, binding = slot, std430) readonly buffer name##_halves_block { uvec2 name##_halves[]; };
#define VKGAN_LOAD(name, i) (name##_is_half ? vkgan_from_half(name##_halves[i]) : name[i])
#endif

// i32 tensors are storage buffers in every variant: a texel load may flush small integers as denormals.
#define VKGAN_DECLARE_INDEX_INPUT(slot, name) \
    layout(set = 0, binding = slot, std430) readonly buffer name##_block { ivec4 name[]; };

// Outputs are written by VKGAN_STORE(name, i, value), a statement; name[i] = value where they are float32 always.
#define VKGAN_DECLARE_OUTPUT(slot, name)                                                        \
    VKGAN_IS_HALF(slot, name)                                                                   \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_block { vec4 name[]; };     \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_halves_block { uvec2 name##_halves[]; };
#define VKGAN_STORE(name, i, value)                                                             \
    {                                                                                           \
        const vec4 stored_quad = value;                                                         \
        if (name##_is_half) name##_halves[i] = vkgan_to_half(stored_quad);                      \
        else name[i] = stored_quad;                                                             \
    }
#define VKGAN_DECLARE_INDEX_OUTPUT(slot, name) \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_block { ivec4 name[]; };

// Number of this invocation when groups are spread over x and y (groups_for in host/graph/kernel.hpp).
// A macro: glslang takes gl_WorkGroupSize for 1 in code above the shader's local_size.
#define vkgan_invocation() \
    (gl_GlobalInvocationID.x + gl_GlobalInvocationID.y * (gl_NumWorkGroups.x * gl_WorkGroupSize.x))

// The lanes of quad `quad` of an inner axis of `extent` elements that hold elements; padding lanes are false.
bvec4 vkgan_lanes(int quad, int extent) { return lessThan(ivec4(0, 1, 2, 3) + 4 * quad, ivec4(extent)); }

#ifdef STORE_U64
// Two quads as one store of 32 bytes, or 16: VKGAN_STORE_PAIR(name, pair, a, b) writes quads 2 pair and 2 pair + 1.
#define VKGAN_DECLARE_OUTPUT_PAIRS(slot, name)                                                  \
    VKGAN_IS_HALF(slot, name)                                                                   \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_block { u64vec4 name[]; };  \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_halves_block { uvec4 name##_halves[]; };
#define VKGAN_STORE_PAIR(name, pair, a, b)                                                      \
    {                                                                                           \
        const vec4 stored_a = a, stored_b = b;                                                  \
        if (name##_is_half) name##_halves[pair] = uvec4(vkgan_to_half(stored_a), vkgan_to_half(stored_b)); \
        else name[pair] = vkgan_pack_pair(stored_a, stored_b);                                  \
    }
u64vec4 vkgan_pack_pair(vec4 a, vec4 b) {
    const uvec4 p = floatBitsToUint(a), q = floatBitsToUint(b);
    return u64vec4(packUint2x32(p.xy), packUint2x32(p.zw), packUint2x32(q.xy), packUint2x32(q.zw));
}
#endif

#endif
