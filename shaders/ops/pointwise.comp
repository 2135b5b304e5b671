#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo_out1_s4=OUTPUTS=1,CHAIN_SLOTS=4 ssbo_out1_s12=OUTPUTS=1,CHAIN_SLOTS=12 ssbo_out1_s24=OUTPUTS=1,CHAIN_SLOTS=24
//! passes: ssbo_out2_s4=OUTPUTS=2,CHAIN_SLOTS=4 ssbo_out2_s12=OUTPUTS=2,CHAIN_SLOTS=12 ssbo_out2_s24=OUTPUTS=2,CHAIN_SLOTS=24
//! passes: ssbo_out3_s4=OUTPUTS=3,CHAIN_SLOTS=4 ssbo_out3_s12=OUTPUTS=3,CHAIN_SLOTS=12 ssbo_out3_s24=OUTPUTS=3,CHAIN_SLOTS=24
//! passes: ssbo_out4_s4=OUTPUTS=4,CHAIN_SLOTS=4 ssbo_out4_s12=OUTPUTS=4,CHAIN_SLOTS=12 ssbo_out4_s24=OUTPUTS=4,CHAIN_SLOTS=24
//! passes: ssbo_out5_s12=OUTPUTS=5,CHAIN_SLOTS=12 ssbo_out5_s24=OUTPUTS=5,CHAIN_SLOTS=24
//! passes: ssbo_out6_s12=OUTPUTS=6,CHAIN_SLOTS=12 ssbo_out6_s24=OUTPUTS=6,CHAIN_SLOTS=24
//! passes: texel_out1_s4=TEXEL,OUTPUTS=1,CHAIN_SLOTS=4 texel_out1_s12=TEXEL,OUTPUTS=1,CHAIN_SLOTS=12 texel_out1_s24=TEXEL,OUTPUTS=1,CHAIN_SLOTS=24
//! passes: texel_out2_s4=TEXEL,OUTPUTS=2,CHAIN_SLOTS=4 texel_out2_s12=TEXEL,OUTPUTS=2,CHAIN_SLOTS=12 texel_out2_s24=TEXEL,OUTPUTS=2,CHAIN_SLOTS=24
//! passes: texel_out3_s4=TEXEL,OUTPUTS=3,CHAIN_SLOTS=4 texel_out3_s12=TEXEL,OUTPUTS=3,CHAIN_SLOTS=12 texel_out3_s24=TEXEL,OUTPUTS=3,CHAIN_SLOTS=24
//! passes: texel_out4_s4=TEXEL,OUTPUTS=4,CHAIN_SLOTS=4 texel_out4_s12=TEXEL,OUTPUTS=4,CHAIN_SLOTS=12 texel_out4_s24=TEXEL,OUTPUTS=4,CHAIN_SLOTS=24
//! passes: texel_out5_s12=TEXEL,OUTPUTS=5,CHAIN_SLOTS=12 texel_out5_s24=TEXEL,OUTPUTS=5,CHAIN_SLOTS=24
//! passes: texel_out6_s12=TEXEL,OUTPUTS=6,CHAIN_SLOTS=12 texel_out6_s24=TEXEL,OUTPUTS=6,CHAIN_SLOTS=24
//! passes: texel_u64_out1_s4=TEXEL,STORE_U64,OUTPUTS=1,CHAIN_SLOTS=4 texel_u64_out1_s12=TEXEL,STORE_U64,OUTPUTS=1,CHAIN_SLOTS=12 texel_u64_out1_s24=TEXEL,STORE_U64,OUTPUTS=1,CHAIN_SLOTS=24
//! passes: texel_u64_out2_s4=TEXEL,STORE_U64,OUTPUTS=2,CHAIN_SLOTS=4 texel_u64_out2_s12=TEXEL,STORE_U64,OUTPUTS=2,CHAIN_SLOTS=12 texel_u64_out2_s24=TEXEL,STORE_U64,OUTPUTS=2,CHAIN_SLOTS=24
//! passes: texel_u64_out3_s4=TEXEL,STORE_U64,OUTPUTS=3,CHAIN_SLOTS=4 texel_u64_out3_s12=TEXEL,STORE_U64,OUTPUTS=3,CHAIN_SLOTS=12 texel_u64_out3_s24=TEXEL,STORE_U64,OUTPUTS=3,CHAIN_SLOTS=24
//! passes: texel_u64_out4_s4=TEXEL,STORE_U64,OUTPUTS=4,CHAIN_SLOTS=4 texel_u64_out4_s12=TEXEL,STORE_U64,OUTPUTS=4,CHAIN_SLOTS=12 texel_u64_out4_s24=TEXEL,STORE_U64,OUTPUTS=4,CHAIN_SLOTS=24
//! passes: texel_u64_out5_s12=TEXEL,STORE_U64,OUTPUTS=5,CHAIN_SLOTS=12 texel_u64_out5_s24=TEXEL,STORE_U64,OUTPUTS=5,CHAIN_SLOTS=24
//! passes: texel_u64_out6_s12=TEXEL,STORE_U64,OUTPUTS=6,CHAIN_SLOTS=12 texel_u64_out6_s24=TEXEL,STORE_U64,OUTPUTS=6,CHAIN_SLOTS=24
// A fused chain of pointwise ops over all quads of the result; two quads an invocation.
#include "limits.h"
layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint quad_count; int chain[VKGAN_CHAIN_WORDS]; } push;
#define CHAIN_TERMS
#include "expression.glsl"

#ifdef STORE_U64
#define DECLARE(slot, name) VKGAN_DECLARE_OUTPUT_PAIRS(slot, name)
// Chosen for even quad counts only: the last pair is whole.
#define WRITE(name, first, a, b) VKGAN_STORE_PAIR(name, first >> 1, a, b)
#else
#define DECLARE(slot, name) VKGAN_DECLARE_OUTPUT(slot, name)
#define WRITE(name, first, a, b)           \
    VKGAN_STORE(name, first, a)            \
    if (first + 1 < push.quad_count) VKGAN_STORE(name, first + 1, b)
#endif

DECLARE(VKGAN_BIND_OUT0, out_0)
#if OUTPUTS > 1
DECLARE(VKGAN_BIND_OUT1, out_1)
#endif
#if OUTPUTS > 2
DECLARE(VKGAN_BIND_OUT2, out_2)
#endif
#if OUTPUTS > 3
DECLARE(VKGAN_BIND_OUT3, out_3)
#endif
#if OUTPUTS > 4
DECLARE(VKGAN_BIND_OUT4, out_4)
#endif
#if OUTPUTS > 5
DECLARE(VKGAN_BIND_OUT5, out_5)
#endif

#define RESULT(n, quad) keep_tail_zero(chain_r[chain_out_##n], int(quad))

// One loop over both quads: the chain then stands in the program once.
void main() {
    const uint first = vkgan_invocation() * 2u;
    if (first >= push.quad_count) return;
    chain_begin();
    vec4 r0[2];
#if OUTPUTS > 1
    vec4 r1[2];
#endif
#if OUTPUTS > 2
    vec4 r2[2];
#endif
#if OUTPUTS > 3
    vec4 r3[2];
#endif
#if OUTPUTS > 4
    vec4 r4[2];
#endif
#if OUTPUTS > 5
    vec4 r5[2];
#endif
    [[unroll]] for (int u = 0; u < 2; u++) {
        const uint quad = min(first + uint(u), push.quad_count - 1u);
        chain_run(int(quad));
        r0[u] = RESULT(0, quad);
#if OUTPUTS > 1
        r1[u] = RESULT(1, quad);
#endif
#if OUTPUTS > 2
        r2[u] = RESULT(2, quad);
#endif
#if OUTPUTS > 3
        r3[u] = RESULT(3, quad);
#endif
#if OUTPUTS > 4
        r4[u] = RESULT(4, quad);
#endif
#if OUTPUTS > 5
        r5[u] = RESULT(5, quad);
#endif
    }
    WRITE(out_0, first, r0[0], r0[1]);
#if OUTPUTS > 1
    WRITE(out_1, first, r1[0], r1[1]);
#endif
#if OUTPUTS > 2
    WRITE(out_2, first, r2[0], r2[1]);
#endif
#if OUTPUTS > 3
    WRITE(out_3, first, r3[0], r3[1]);
#endif
#if OUTPUTS > 4
    WRITE(out_4, first, r4[0], r4[1]);
#endif
#if OUTPUTS > 5
    WRITE(out_5, first, r5[0], r5[1]);
#endif
}
