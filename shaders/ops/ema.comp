#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL texel_u64=TEXEL,STORE_U64
// Exponential moving average of variables.
// SPDX-License-Identifier: MIT
#include "update.glsl"

layout(push_constant) uniform Push { uint quads; } push;

VKGAN_STATE(VKGAN_BIND_OUT0, VKGAN_BIND_A, average)
VKGAN_DECLARE_INPUT(VKGAN_BIND_B, followed)
VKGAN_DECLARE_INPUT(VKGAN_BIND_CHAIN0, scalars)

struct State { vec4 a; };

State stepped(uint i) {
    const float decay = VKGAN_LOAD(scalars, 0).x;
    const vec4 a = VKGAN_OLD(average, i);
    if (decay == 1) return State(a);  // bit for bit: a -0 would become a 0
    return State(a + (1 - decay) * (VKGAN_LOAD(followed, i) - a));
}

#define WRITE(PUT, at, x, y) PUT(average, at, x.a, y.a)
VKGAN_UPDATE_MAIN(stepped, WRITE)
