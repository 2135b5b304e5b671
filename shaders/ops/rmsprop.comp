#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL texel_u64=TEXEL,STORE_U64
// PyTorch's RMSprop without momentum; eps outside of the root.
// SPDX-License-Identifier: MIT
#include "update.glsl"

layout(push_constant) uniform Push {
    uint quads;
    float alpha, one_minus_alpha, eps;
} push;

VKGAN_STATE(VKGAN_BIND_OUT0, VKGAN_BIND_A, parameter)
VKGAN_STATE(VKGAN_BIND_OUT1, VKGAN_BIND_C, square)
VKGAN_DECLARE_INPUT(VKGAN_BIND_B, gradient)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0, scalars)

struct State { vec4 p, s; };

State stepped(uint i) {
    const vec4 s = VKGAN_LOAD(scalars, 0);
    const float lr = s.x;
    vec4 g = VKGAN_LOAD(gradient, i);
    State t = State(VKGAN_OLD(parameter, i), VKGAN_OLD(square, i));
    if (unscale_at >= 0) {
        if (s[unscale_at & 3] == 0) return t;
        g *= s[unscale_at & 3];
    }
    t.s = push.alpha * t.s + push.one_minus_alpha * g * g;
    t.p -= lr * g / (sqrt(t.s) + push.eps);
    return t;
}

#define WRITE(PUT, at, a, b) PUT(parameter, at, a.p, b.p) PUT(square, at, a.s, b.s)
VKGAN_UPDATE_MAIN(stepped, WRITE)
