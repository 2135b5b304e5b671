#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo_out1=OUTPUTS=1 ssbo_out2=OUTPUTS=2 ssbo_out3=OUTPUTS=3
//! passes: texel_out1=TEXEL,OUTPUTS=1 texel_out2=TEXEL,OUTPUTS=2 texel_out3=TEXEL,OUTPUTS=3
//! passes: texel_u64_out1=TEXEL,STORE_U64,OUTPUTS=1 texel_u64_out2=TEXEL,STORE_U64,OUTPUTS=2 texel_u64_out3=TEXEL,STORE_U64,OUTPUTS=3
// A fused chain of pointwise ops over all quads of the result; two quads an invocation.
// SPDX-License-Identifier: MIT
#include "expression.glsl"

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { uint quad_count; } push;

#ifdef STORE_U64
#define DECLARE(slot, name) VKGAN_DECLARE_OUTPUT_PAIRS(slot, name)
// Chosen for even quad counts only: the last pair is whole.
#define WRITE(name, first, a, b) name[first >> 1] = vkgan_pack_pair(a, b)
#else
#define DECLARE(slot, name) VKGAN_DECLARE_OUTPUT(slot, name)
#define WRITE(name, first, a, b)           \
    name[first] = a;           \
    if (first + 1 < push.quad_count) name[first + 1] = b
#endif

DECLARE(VKGAN_BIND_OUT0, out_0)
#if OUTPUTS > 1
DECLARE(VKGAN_BIND_OUT1, out_1)
#endif
#if OUTPUTS > 2
DECLARE(VKGAN_BIND_OUT2, out_2)
#endif

#define RESULT(n, quad) keep_tail_zero(chain_r[chain_out_##n], int(quad))

void main() {
    const uint first = vkgan_invocation() * 2u;
    if (first >= push.quad_count) return;
    chain_run(int(first));
    const vec4 a0 = RESULT(0, first);
#if OUTPUTS > 1
    const vec4 a1 = RESULT(1, first);
#endif
#if OUTPUTS > 2
    const vec4 a2 = RESULT(2, first);
#endif
    const uint second = min(first + 1u, push.quad_count - 1u);
    chain_run(int(second));
    WRITE(out_0, first, a0, RESULT(0, second));
#if OUTPUTS > 1
    WRITE(out_1, first, a1, RESULT(1, second));
#endif
#if OUTPUTS > 2
    WRITE(out_2, first, a2, RESULT(2, second));
#endif
}
