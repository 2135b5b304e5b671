// The skeleton of kernels that change flat lists in place (host/ops/update.hpp).
// SPDX-License-Identifier: MIT
//
// A shader declares its lists with VKGAN_STATE and ends with VKGAN_UPDATE_MAIN(stepped, WRITE): stepped(i) gives
// quad i's new State, WRITE(PUT, at, a, b) says PUT(list, at, a.field, b.field) for every list.
#ifndef VKGAN_UPDATE_GLSL
#define VKGAN_UPDATE_GLSL

#include "access.glsl"

// Component of `scalars` that gradients are multiplied by; 0 there: nothing changes. -1: gradients come as they are.
layout(constant_id = 0) const int unscale_at = -1;

layout(local_size_x = 64) in;

// VKGAN_OLD(name, i) is the content before this dispatch.
#ifdef TEXEL
#define VKGAN_STATE(out_slot, old_slot, name)                                                             \
    layout(set = 0, binding = old_slot, rgba32f) uniform readonly imageBuffer name##_old;                 \
    VKGAN_RESULT(out_slot, name)
#define VKGAN_OLD(name, i) imageLoad(name##_old, int(i))
#else
#define VKGAN_STATE(out_slot, old_slot, name) \
    layout(set = 0, binding = out_slot, std430) buffer name##_block { vec4 name[]; };
#define VKGAN_OLD(name, i) name[i]
#endif

// With STORE_U64 both views share a binding: pairs, and single quads for the last one of an odd number.
#ifdef STORE_U64
#define VKGAN_RESULT(slot, name)                                                             \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_block { vec4 name[]; };       \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_pairs_block { u64vec4 name##_pairs[]; };
#else
#define VKGAN_RESULT(slot, name) \
    layout(set = 0, binding = slot, std430) writeonly buffer name##_block { vec4 name[]; };
#endif

#define VKGAN_PUT_QUAD(name, at, a, b) name[at] = a;
#define VKGAN_PUT_PAIR(name, at, a, b) name##_pairs[at] = vkgan_pack_pair(a, b);

#ifdef STORE_U64
#define VKGAN_UPDATE_MAIN(stepped, WRITE)                             \
    void main() {                                                     \
        const uint pair = vkgan_invocation();                         \
        const uint quad = 2 * pair;                                   \
        if (quad >= push.quads) return;                               \
        const State a = stepped(quad);                                \
        const State b = stepped(min(quad + 1, push.quads - 1));       \
        if (quad + 1 < push.quads) { WRITE(VKGAN_PUT_PAIR, pair, a, b) } \
        else { WRITE(VKGAN_PUT_QUAD, quad, a, a) }                    \
    }
#else
#define VKGAN_UPDATE_MAIN(stepped, WRITE)                             \
    void main() {                                                     \
        const uint quad = vkgan_invocation();                         \
        if (quad >= push.quads) return;                               \
        const State a = stepped(quad);                                \
        WRITE(VKGAN_PUT_QUAD, quad, a, a)                             \
    }
#endif

#endif
