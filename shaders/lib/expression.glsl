// A chain of pointwise ops given by specialisation constants: drivers fold it to straight code.
// SPDX-License-Identifier: MIT
//
// Registers: 0 .. inputs-1 hold the inputs (with CHAIN_FIRST 1: register 0 is the kernel's own result, inputs follow);
// every slot writes the next register. `precise` forbids contraction to fma: a fused chain equals the unfused ops bit for bit.
#ifndef VKGAN_EXPRESSION_GLSL
#define VKGAN_EXPRESSION_GLSL

#include "access.glsl"
#include "expression_functions.glsl"

// To be included below the shader's push constants, the last of which are `int chain[VKGAN_CHAIN_WORDS]`.

// Variants are compiled for up to CHAIN_SLOTS slots (4, 12 or 24: attach_chain picks): every unused slot is a whole switch that the
// driver must read before it can fold it, and on CPU drivers that time is what a start waits for.
#ifndef CHAIN_FIRST
#define CHAIN_FIRST 0
#endif

layout(constant_id = VKGAN_ID_CHAIN_SLOT_COUNT) const int chain_slot_count = 0;
layout(constant_id = VKGAN_ID_CHAIN_INPUT_COUNT) const int chain_input_count = 0;
layout(constant_id = VKGAN_ID_TAIL_QUADS) const int tail_quads = 1;
layout(constant_id = VKGAN_ID_TAIL_COUNT) const int tail_count = 0;

#define CHAIN_INPUT(n)                                                                              \
    layout(constant_id = VKGAN_ID_CHAIN_INPUT + 7 * n) const int chain_span_##n = 1;                \
    layout(constant_id = VKGAN_ID_CHAIN_INPUT + 7 * n + 1) const int chain_inner_##n = 1;           \
    layout(constant_id = VKGAN_ID_CHAIN_INPUT + 7 * n + 2) const int chain_splat_##n = 0;           \
    layout(constant_id = VKGAN_ID_CHAIN_INPUT + 7 * n + 3) const int chain_stride_##n = 0;          \
    layout(constant_id = VKGAN_ID_CHAIN_INPUT + 7 * n + 4) const int chain_base_##n = 0;            \
    layout(constant_id = VKGAN_ID_CHAIN_INPUT + 7 * n + 5) const int chain_terms_##n = 1;           \
    layout(constant_id = VKGAN_ID_CHAIN_INPUT + 7 * n + 6) const int chain_term_stride_##n = 0;
CHAIN_INPUT(0) CHAIN_INPUT(1) CHAIN_INPUT(2) CHAIN_INPUT(3) CHAIN_INPUT(4) CHAIN_INPUT(5) CHAIN_INPUT(6) CHAIN_INPUT(7)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0 + 0, chain_in_0)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0 + 1, chain_in_1)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0 + 2, chain_in_2)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0 + 3, chain_in_3)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0 + 4, chain_in_4)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0 + 5, chain_in_5)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0 + 6, chain_in_6)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0 + 7, chain_in_7)

#define CHAIN_SLOT(n)                                                              \
    layout(constant_id = VKGAN_ID_CHAIN_SLOT + 2 * n) const uint chain_op_##n = 0; \
    layout(constant_id = VKGAN_ID_CHAIN_SLOT + 2 * n + 1) const float chain_k_##n = 0;
CHAIN_SLOT(0) CHAIN_SLOT(1) CHAIN_SLOT(2) CHAIN_SLOT(3)
#if CHAIN_SLOTS > 4
CHAIN_SLOT(4) CHAIN_SLOT(5) CHAIN_SLOT(6) CHAIN_SLOT(7) CHAIN_SLOT(8) CHAIN_SLOT(9) CHAIN_SLOT(10) CHAIN_SLOT(11)
#endif
#if CHAIN_SLOTS > 12
CHAIN_SLOT(12) CHAIN_SLOT(13) CHAIN_SLOT(14) CHAIN_SLOT(15) CHAIN_SLOT(16) CHAIN_SLOT(17)
CHAIN_SLOT(18) CHAIN_SLOT(19) CHAIN_SLOT(20) CHAIN_SLOT(21) CHAIN_SLOT(22) CHAIN_SLOT(23)
#endif

#define CHAIN_REGISTERS (1 + VKGAN_CHAIN_INPUTS + CHAIN_SLOTS)

vec4 chain_apply(int code, vec4 x, vec4 y, vec4 z, float k) {
    precise vec4 r = x;
    switch (code) {
#define NONE
#define VKGAN_ROW(id, name, arity, glsl, reference, da, db, dc, immediate) case id: r = glsl; break;
#include "host/ops/pointwise_rows.h"
#undef VKGAN_ROW
#undef NONE
    }
    return r;
}

// In kernels that may read sums in slices (CHAIN_TERMS): added four by four in order, as reduce.comp adds them. Unrolled, 256 terms of
// two sums take llvmpipe a second and a half to compile, and each number of terms is another program.
#ifdef CHAIN_TERMS
#define CHAIN_LOAD(n)                                                                                         \
    vec4 v = vec4(0);                                                                                         \
    if (chain_terms_##n == 1) v = VKGAN_LOAD(chain_in_##n, q);                                                \
    else {                                                                                                    \
        const int terms = CHAIN_NUMBER(chain_terms_##n), apart = CHAIN_NUMBER(chain_term_stride_##n);         \
        [[dont_unroll]] for (int t = 0; t < terms; t += 4) {                                                  \
            vec4 w[4];                                                                                        \
            [[unroll]] for (int u = 0; u < 4; u++) {                                                          \
                w[u] = VKGAN_LOAD(chain_in_##n, q + min(t + u, terms - 1) * apart);                           \
                w[u] = t + u < terms ? w[u] : vec4(0);                                                        \
            }                                                                                                 \
            precise vec4 front = w[0] + w[1], back = w[2] + w[3], four = front + back, total = v + four;      \
            v = total;                                                                                        \
        }                                                                                                     \
    }
#else
#define CHAIN_LOAD(n) const vec4 v = VKGAN_LOAD(chain_in_##n, q);
#endif

// Constants below 0 are words of the push constants (limits.h); drivers fold the choice. The words are read once, before the branches
// that the chain stands in: each read costs llvmpipe some instructions, and the chain of a contraction stands there 32 times.
int chain_words[VKGAN_CHAIN_WORDS];
void chain_begin() {
    [[unroll]] for (int i = 0; i < VKGAN_CHAIN_WORDS; i++) chain_words[i] = push.chain[i];
}

#define CHAIN_NUMBER(c) ((c) < 0 ? chain_words[-1 - (c)] : (c))
#define CHAIN_BLOCK(n) (chain_span_##n < 0 ? quad >> chain_words[-1 - chain_span_##n] : quad / chain_span_##n)
#define CHAIN_INNER(n) (chain_inner_##n < 0 ? quad & chain_words[-1 - chain_inner_##n] : quad % chain_inner_##n)
#define CHAIN_QUAD(n)                                                                                         \
    (CHAIN_NUMBER(chain_base_##n) +                                                                           \
     (chain_span_##n == chain_inner_##n && chain_stride_##n == 0                                              \
          ? quad                                                                                              \
          : (chain_stride_##n == 0 ? 0 : CHAIN_BLOCK(n) * CHAIN_NUMBER(chain_stride_##n)) + CHAIN_INNER(n)))

#define CHAIN_READ(n)                                                                                         \
    if (chain_input_count > n) {                                                                              \
        const int q = CHAIN_QUAD(n);                                                                          \
        CHAIN_LOAD(n)                                                                                         \
        chain_r[CHAIN_FIRST + n] = chain_splat_##n != 0 ? v.xxxx : v;                                         \
    }
#define CHAIN_STEP(n)                                                                                         \
    if (chain_slot_count > n)                                                                                 \
        chain_r[CHAIN_FIRST + chain_input_count + n] =                                                        \
            chain_apply(int(chain_op_##n & 255u), chain_r[(chain_op_##n >> 8) & 63u], chain_r[(chain_op_##n >> 14) & 63u], \
                        chain_r[(chain_op_##n >> 20) & 63u],                                                  \
                        chain_op_##n >> 26 == 0u ? chain_k_##n : intBitsToFloat(chain_words[(chain_op_##n >> 26) - 1u]));

vec4 chain_r[CHAIN_REGISTERS];

// Runs the chain for one quad of the result; chain_begin() must come before the first time. Its registers stay readable until the next call.
void chain_run(int quad) {
    CHAIN_READ(0) CHAIN_READ(1) CHAIN_READ(2) CHAIN_READ(3) CHAIN_READ(4) CHAIN_READ(5) CHAIN_READ(6) CHAIN_READ(7)
    CHAIN_STEP(0) CHAIN_STEP(1) CHAIN_STEP(2) CHAIN_STEP(3)
#if CHAIN_SLOTS > 4
    CHAIN_STEP(4) CHAIN_STEP(5) CHAIN_STEP(6) CHAIN_STEP(7) CHAIN_STEP(8) CHAIN_STEP(9) CHAIN_STEP(10) CHAIN_STEP(11)
#endif
#if CHAIN_SLOTS > 12
    CHAIN_STEP(12) CHAIN_STEP(13) CHAIN_STEP(14) CHAIN_STEP(15) CHAIN_STEP(16) CHAIN_STEP(17)
    CHAIN_STEP(18) CHAIN_STEP(19) CHAIN_STEP(20) CHAIN_STEP(21) CHAIN_STEP(22) CHAIN_STEP(23)
#endif
}

// The components of a quad that lie past the inner extent are kept zero.
vec4 keep_tail_zero(vec4 v, int quad) {
    if (tail_count == 0) return v;
    const bool last = quad % tail_quads == tail_quads - 1;
    return mix(v, vec4(0), greaterThanEqual(ivec4(0, 1, 2, 3), ivec4(last ? tail_count : 4)));
}

layout(constant_id = VKGAN_ID_CHAIN_OUT) const int chain_out_0 = 0;
layout(constant_id = VKGAN_ID_CHAIN_OUT + 1) const int chain_out_1 = 0;
layout(constant_id = VKGAN_ID_CHAIN_OUT + 2) const int chain_out_2 = 0;
layout(constant_id = VKGAN_ID_CHAIN_OUT + 3) const int chain_out_3 = 0;
layout(constant_id = VKGAN_ID_CHAIN_OUT + 4) const int chain_out_4 = 0;
layout(constant_id = VKGAN_ID_CHAIN_OUT + 5) const int chain_out_5 = 0;

// The one result of an epilogue or prologue.
vec4 chain_value(int quad) {
    chain_run(quad);
    return keep_tail_zero(chain_r[chain_out_0], quad);
}

#endif
