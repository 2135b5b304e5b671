#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: conv2d=CONV2D conv2d_s4=CONV2D,CHAIN_SLOTS=4 conv2d_s12=CONV2D,CHAIN_SLOTS=12 conv2d_s24=CONV2D,CHAIN_SLOTS=24
//! passes: conv2d_texel=CONV2D,TEXEL conv2d_texel_s4=CONV2D,TEXEL,CHAIN_SLOTS=4 conv2d_texel_s12=CONV2D,TEXEL,CHAIN_SLOTS=12 conv2d_texel_s24=CONV2D,TEXEL,CHAIN_SLOTS=24
//! passes: conv2d_grad_input=GRAD_INPUT conv2d_grad_input_s4=GRAD_INPUT,CHAIN_SLOTS=4 conv2d_grad_input_s12=GRAD_INPUT,CHAIN_SLOTS=12 conv2d_grad_input_s24=GRAD_INPUT,CHAIN_SLOTS=24
//! passes: conv2d_grad_input_texel=GRAD_INPUT,TEXEL conv2d_grad_input_texel_s4=GRAD_INPUT,TEXEL,CHAIN_SLOTS=4 conv2d_grad_input_texel_s12=GRAD_INPUT,TEXEL,CHAIN_SLOTS=12 conv2d_grad_input_texel_s24=GRAD_INPUT,TEXEL,CHAIN_SLOTS=24
//! passes: matmul=MATMUL matmul_s4=MATMUL,CHAIN_SLOTS=4 matmul_s12=MATMUL,CHAIN_SLOTS=12 matmul_s24=MATMUL,CHAIN_SLOTS=24
//! passes: matmul_texel=MATMUL,TEXEL matmul_texel_s4=MATMUL,TEXEL,CHAIN_SLOTS=4 matmul_texel_s12=MATMUL,TEXEL,CHAIN_SLOTS=12 matmul_texel_s24=MATMUL,TEXEL,CHAIN_SLOTS=24
//! passes: conv2d_grad_weight=GRAD_WEIGHT conv2d_grad_weight_texel=GRAD_WEIGHT,TEXEL
// The contractions by their definitions, one result quad an invocation: for every shape and every device, slowly.
#include "access.glsl"

layout(local_size_x = 64) in;

layout(push_constant) uniform Push {
    int quad_count;
    int batch, channels, in_h, in_w;      // x: N, C, H, W.  MATMUL: matrices, -, -, -
    int filters, out_h, out_w;            // y: O, H', W'.   MATMUL: M, N, K
    int groups, kernel_h, kernel_w, stride, pad, dilation;
    int transpose_a, transpose_b;
#ifdef CHAIN_SLOTS
    int chain[VKGAN_CHAIN_WORDS];
#endif
} push;
#ifdef CHAIN_SLOTS
#define CHAIN_FIRST 1
#include "expression.glsl"
#endif

VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)
VKGAN_DECLARE_INPUT(VKGAN_BIND_A, a)  // CONV2D: x, w   GRAD_INPUT: dy, w   GRAD_WEIGHT: dy, x   MATMUL: a, b
VKGAN_DECLARE_INPUT(VKGAN_BIND_B, b)

int quads(int channels) { return (channels + 3) / 4; }
float a_at(int row, int channel, int channels) { return VKGAN_LOAD(a, row * quads(channels) + channel / 4)[channel % 4]; }
float b_at(int row, int channel, int channels) { return VKGAN_LOAD(b, row * quads(channels) + channel / 4)[channel % 4]; }

#ifdef CONV2D
float element(int at, int o) {
    const int ox = at % push.out_w, oy = at / push.out_w % push.out_h, image = at / (push.out_w * push.out_h);
    const int group_channels = push.channels / push.groups, first = o / (push.filters / push.groups) * group_channels;
    float sum = 0;
    for (int ky = 0; ky < push.kernel_h; ky++)
        for (int kx = 0; kx < push.kernel_w; kx++) {
            const int y = oy * push.stride - push.pad + ky * push.dilation, x = ox * push.stride - push.pad + kx * push.dilation;
            if (y < 0 || x < 0 || y >= push.in_h || x >= push.in_w) continue;
            const int pixel = (image * push.in_h + y) * push.in_w + x, tap = (o * push.kernel_h + ky) * push.kernel_w + kx;
            for (int c = 0; c < group_channels; c++)
                sum += a_at(pixel, first + c, push.channels) * b_at(tap, c, group_channels);
        }
    return sum;
}
#define RESULT_CHANNELS push.filters
#endif

#ifdef GRAD_INPUT
float element(int at, int c) {
    const int x = at % push.in_w, y = at / push.in_w % push.in_h, image = at / (push.in_w * push.in_h);
    const int group_channels = push.channels / push.groups, group_filters = push.filters / push.groups;
    const int group = c / group_channels;
    float sum = 0;
    for (int ky = 0; ky < push.kernel_h; ky++)
        for (int kx = 0; kx < push.kernel_w; kx++) {
            const int ty = y + push.pad - ky * push.dilation, tx = x + push.pad - kx * push.dilation;
            if (ty < 0 || tx < 0 || ty % push.stride != 0 || tx % push.stride != 0) continue;
            const int oy = ty / push.stride, ox = tx / push.stride;
            if (oy >= push.out_h || ox >= push.out_w) continue;
            const int pixel = (image * push.out_h + oy) * push.out_w + ox;
            for (int o = group * group_filters; o < (group + 1) * group_filters; o++)
                sum += a_at(pixel, o, push.filters) *
                       b_at((o * push.kernel_h + ky) * push.kernel_w + kx, c - group * group_channels, group_channels);
        }
    return sum;
}
#define RESULT_CHANNELS push.channels
#endif

#ifdef GRAD_WEIGHT
float element(int at, int c) {
    const int kx = at % push.kernel_w, ky = at / push.kernel_w % push.kernel_h, o = at / (push.kernel_w * push.kernel_h);
    const int group_channels = push.channels / push.groups, first = o / (push.filters / push.groups) * group_channels;
    float sum = 0;
    for (int image = 0; image < push.batch; image++) {
        float image_sum = 0;
        for (int oy = 0; oy < push.out_h; oy++)
            for (int ox = 0; ox < push.out_w; ox++) {
                const int y = oy * push.stride - push.pad + ky * push.dilation, x = ox * push.stride - push.pad + kx * push.dilation;
                if (y < 0 || x < 0 || y >= push.in_h || x >= push.in_w) continue;
                image_sum += a_at((image * push.out_h + oy) * push.out_w + ox, o, push.filters) *
                             b_at((image * push.in_h + y) * push.in_w + x, first + c, push.channels);
            }
        sum += image_sum;
    }
    return sum;
}
#define RESULT_CHANNELS (push.channels / push.groups)
#endif

#ifdef MATMUL
#define M push.filters
#define N push.out_h
#define K push.out_w
float element(int at, int n) {
    const int m = at % M, matrix = at / M;
    float sum = 0;
    for (int outer = 0; outer < K; outer += VKGAN_MAX_TRIPS) {
        const int end = min(outer + VKGAN_MAX_TRIPS, K);
        for (int k = outer; k < end; k++)
            sum += (push.transpose_a != 0 ? a_at(matrix * K + k, m, M) : a_at(matrix * M + m, k, K)) *
                   (push.transpose_b != 0 ? b_at(matrix * N + n, k, K) : b_at(matrix * K + k, n, N));
    }
    return sum;
}
#define RESULT_CHANNELS N
#endif

void main() {
    const int at = int(vkgan_invocation());
    if (at >= push.quad_count) return;
#ifdef CHAIN_SLOTS
    chain_begin();
#endif
    const int row_quads = quads(RESULT_CHANNELS), row = at / row_quads, first = at % row_quads * 4;
    vec4 v = vec4(0);
    for (int i = 0; i < 4; i++)
        if (first + i < RESULT_CHANNELS) v[i] = element(row, first + i);
#ifdef CHAIN_SLOTS
    chain_r[0] = v;
    v = chain_value(at);
#endif
    VKGAN_STORE(result, at, v)
}
