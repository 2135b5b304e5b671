#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL texel_u64=TEXEL,STORE_U64
// Stochastic gradient descent with PyTorch's momentum.
// SPDX-License-Identifier: MIT
#include "update.glsl"

layout(push_constant) uniform Push { uint quads; } push;

VKGAN_STATE(VKGAN_BIND_OUT0, VKGAN_BIND_A, parameter)
VKGAN_STATE(VKGAN_BIND_OUT1, VKGAN_BIND_C, velocity)
VKGAN_DECLARE_INPUT(VKGAN_BIND_B, gradient)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0, scalars)

struct State { vec4 p, v; };

State stepped(uint i) {
    const vec4 s = VKGAN_LOAD(scalars, 0);
    const float lr = s.x, momentum = s.y;
    State t = State(VKGAN_OLD(parameter, i), VKGAN_OLD(velocity, i));
    vec4 g = VKGAN_LOAD(gradient, i);
    if (unscale_at >= 0) {
        if (s[unscale_at & 3] == 0) return t;
        g *= s[unscale_at & 3];
    }
    t.v = momentum * t.v + g;
    t.p -= lr * t.v;
    return t;
}

#define WRITE(PUT, at, a, b) PUT(parameter, at, a.p, b.p) PUT(velocity, at, a.v, b.v)
VKGAN_UPDATE_MAIN(stepped, WRITE)
