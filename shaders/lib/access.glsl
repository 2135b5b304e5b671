// Reading operands: texel buffers in variants with TEXEL (quick on CPU drivers), else storage buffers.
// SPDX-License-Identifier: MIT
#ifndef VKGAN_ACCESS_GLSL
#define VKGAN_ACCESS_GLSL

#extension GL_EXT_control_flow_attributes : require
#ifdef STORE_U64
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#endif

#include "limits.h"

#ifdef TEXEL
#define VKGAN_DECLARE_INPUT(slot, name) \
    layout(set = 0, binding = slot, rgba32f) uniform readonly imageBuffer name;
#define VKGAN_LOAD(name, i) imageLoad(name, int(i))
#else
#define VKGAN_DECLARE_INPUT(slot, name) \
    layout(set = 0, binding = slot, std430) readonly buffer name##_block { vec4 name[]; };
#define VKGAN_LOAD(name, i) name[i]
#endif

// i32 tensors are storage buffers in every variant: a texel load may flush small integers as denormals.
#define VKGAN_DECLARE_INDEX_INPUT(slot, name) \
    layout(set = 0, binding = slot, std430) readonly buffer name##_block { ivec4 name[]; };

#define VKGAN_DECLARE_OUTPUT(slot, name) \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_block { vec4 name[]; };
#define VKGAN_DECLARE_INDEX_OUTPUT(slot, name) \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_block { ivec4 name[]; };

// Number of this invocation when groups are spread over x and y (groups_for in host/graph/kernel.hpp).
// A macro: glslang takes gl_WorkGroupSize for 1 in code above the shader's local_size.
#define vkgan_invocation() \
    (gl_GlobalInvocationID.x + gl_GlobalInvocationID.y * (gl_NumWorkGroups.x * gl_WorkGroupSize.x))

// The lanes of quad `quad` of an inner axis of `extent` elements that hold elements; padding lanes are false.
bvec4 vkgan_lanes(int quad, int extent) { return lessThan(ivec4(0, 1, 2, 3) + 4 * quad, ivec4(extent)); }

#ifdef STORE_U64
// Two quads as one 32-byte store: name[pair] = vkgan_pack_pair(a, b) writes quads 2 pair and 2 pair + 1.
#define VKGAN_DECLARE_OUTPUT_PAIRS(slot, name) \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_block { u64vec4 name[]; };
u64vec4 vkgan_pack_pair(vec4 a, vec4 b) {
    const uvec4 p = floatBitsToUint(a), q = floatBitsToUint(b);
    return u64vec4(packUint2x32(p.xy), packUint2x32(p.zw), packUint2x32(q.xy), packUint2x32(q.zw));
}
#endif

#endif
