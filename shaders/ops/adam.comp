#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL texel_u64=TEXEL,STORE_U64
// Kingma & Ba 2015, Alg. 1; with decay AdamW (Loshchilov & Hutter 2019, Alg. 2).
// SPDX-License-Identifier: MIT
#include "update.glsl"

layout(push_constant) uniform Push {
    uint quads;
    float beta1, one_minus_beta1, beta2, one_minus_beta2, eps, decay;
} push;

VKGAN_STATE(VKGAN_BIND_OUT0, VKGAN_BIND_A, parameter)
VKGAN_STATE(VKGAN_BIND_OUT1, VKGAN_BIND_C, first)
VKGAN_STATE(VKGAN_BIND_OUT2, VKGAN_BIND_D, second)
VKGAN_DECLARE_INPUT(VKGAN_BIND_B, gradient)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0, scalars)

struct State { vec4 p, m, v; };

State stepped(uint i) {
    const vec4 s = VKGAN_LOAD(scalars, 0);
    const float lr = s.x, c1 = s.y, c2 = s.z;
    vec4 g = VKGAN_LOAD(gradient, i);
    State t = State(VKGAN_OLD(parameter, i), VKGAN_OLD(first, i), VKGAN_OLD(second, i));
    if (unscale_at >= 0) {
        if (s[unscale_at & 3] == 0) return t;
        g *= s[unscale_at & 3];
    }
    t.p -= lr * push.decay * t.p;
    t.m = push.beta1 * t.m + push.one_minus_beta1 * g;
    t.v = push.beta2 * t.v + push.one_minus_beta2 * g * g;
    t.p -= lr * c1 * t.m / (sqrt(c2 * t.v) + push.eps);
    return t;
}

#define WRITE(PUT, at, a, b) PUT(parameter, at, a.p, b.p) PUT(first, at, a.m, b.m) PUT(second, at, a.v, b.v)
VKGAN_UPDATE_MAIN(stepped, WRITE)
