#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: forward_shuffle=SHUFFLE,TEXEL forward_shuffle_s4=SHUFFLE,TEXEL,CHAIN_SLOTS=4 forward_shuffle_s12=SHUFFLE,TEXEL,CHAIN_SLOTS=12 forward_shuffle_s24=SHUFFLE,TEXEL,CHAIN_SLOTS=24
//! passes: forward_shuffle_u64=SHUFFLE,TEXEL,STORE_U64 forward_shuffle_u64_s4=SHUFFLE,TEXEL,STORE_U64,CHAIN_SLOTS=4 forward_shuffle_u64_s12=SHUFFLE,TEXEL,STORE_U64,CHAIN_SLOTS=12 forward_shuffle_u64_s24=SHUFFLE,TEXEL,STORE_U64,CHAIN_SLOTS=24
//! passes: forward_tile=TILE forward_tile_s4=TILE,CHAIN_SLOTS=4 forward_tile_s12=TILE,CHAIN_SLOTS=12 forward_tile_s24=TILE,CHAIN_SLOTS=24
//! passes: input_shuffle=SHUFFLE,TEXEL,GRAD_INPUT input_shuffle_s4=SHUFFLE,TEXEL,GRAD_INPUT,CHAIN_SLOTS=4 input_shuffle_s12=SHUFFLE,TEXEL,GRAD_INPUT,CHAIN_SLOTS=12 input_shuffle_s24=SHUFFLE,TEXEL,GRAD_INPUT,CHAIN_SLOTS=24
//! passes: input_shuffle_u64=SHUFFLE,TEXEL,GRAD_INPUT,STORE_U64 input_shuffle_u64_s4=SHUFFLE,TEXEL,GRAD_INPUT,STORE_U64,CHAIN_SLOTS=4 input_shuffle_u64_s12=SHUFFLE,TEXEL,GRAD_INPUT,STORE_U64,CHAIN_SLOTS=12 input_shuffle_u64_s24=SHUFFLE,TEXEL,GRAD_INPUT,STORE_U64,CHAIN_SLOTS=24
//! passes: input_tile=TILE,GRAD_INPUT input_tile_s4=TILE,GRAD_INPUT,CHAIN_SLOTS=4 input_tile_s12=TILE,GRAD_INPUT,CHAIN_SLOTS=12 input_tile_s24=TILE,GRAD_INPUT,CHAIN_SLOTS=24
//! needs: GL_KHR_cooperative_matrix vulkan1.2
//! passes: forward_matrix=MATRIX forward_matrix_s4=MATRIX,CHAIN_SLOTS=4 forward_matrix_s12=MATRIX,CHAIN_SLOTS=12 forward_matrix_s24=MATRIX,CHAIN_SLOTS=24 input_matrix=MATRIX,GRAD_INPUT input_matrix_s4=MATRIX,GRAD_INPUT,CHAIN_SLOTS=4 input_matrix_s12=MATRIX,GRAD_INPUT,CHAIN_SLOTS=12 input_matrix_s24=MATRIX,GRAD_INPUT,CHAIN_SLOTS=24
// Convolution as an implicit matrix product; also its gradient by the input (GRAD_INPUT: one stride phase a gl_WorkGroupID.z) and,
// as a 1x1 kernel, matrix products. result[pixel][channel] = sum over taps and channel quads of dot(weight, x).
//
// x is N,H,W,C/4 quads; weights are packed [group][tap][C/4][rows] quads along C (pack.comp), rows = a multiple of 4 output channels.
// SHUFFLE: lanes are pixels, each owns TILE_ROWS channels x TILE_COLUMNS pixels a subgroup apart; weights are fetched one row a lane
// and broadcast by constant-index shuffles. TILE: some channels x some pixels a workgroup through shared memory.
// MATRIX: pixels by channels on the device's matrix units (matrix.glsl).
#ifdef MATRIX
#define MATRIX_K_INNER
#include "matrix.glsl"
#endif
#ifdef SHUFFLE
#extension GL_KHR_shader_subgroup_basic : enable
#extension GL_KHR_shader_subgroup_vote : enable
#extension GL_KHR_shader_subgroup_shuffle : enable
#endif
#include "access.glsl"

layout(constant_id = 0) const int kernel_h = 1;
layout(constant_id = 1) const int kernel_w = 1;
layout(constant_id = 2) const int stride = 1;
layout(constant_id = 3) const int pad = 0;
layout(constant_id = 4) const int dilation = 1;
layout(constant_id = 5) const int lane_batch = 0;  // 1: neighbouring lanes are neighbouring samples, for images of few pixels
layout(constant_id = 6) const int one_loop = 0;    // 1: one channel quad (RGB), 2: one tap: one loop, since each level of loops costs every sum a copy
layout(constant_id = 7) const int whole_rows = 0;  // 1: the rows of the tiles are rows of the result, all of them
layout(constant_id = 8) const int few_pixels = 0;  // 1: tiles reach no pixel from 2^24 on

layout(push_constant) uniform Push {
    int batch, in_h, in_w, in_quads;      // x: quads of one pixel
    int out_h, out_w, out_quads;          // result: quads of one pixel
    int group_in_quads, group_out_quads;  // of one group
    int groups;                           // groups of channels, or matrices of a batched product
    int x_group_stride, out_group_stride; // quads from one group's first pixel to the next's
#ifdef CHAIN_SLOTS
    int chain[VKGAN_CHAIN_WORDS];
#endif
} push;
#ifdef CHAIN_SLOTS
#define CHAIN_FIRST 1
#include "expression.glsl"
#endif

#ifdef STORE_U64
VKGAN_DECLARE_OUTPUT_PAIRS(VKGAN_BIND_OUT0, result)
#else
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)
#endif
VKGAN_DECLARE_INPUT(VKGAN_BIND_A, weight)
VKGAN_DECLARE_INPUT(VKGAN_BIND_B, x)

// The grid of pixels that one gl_WorkGroupID.z covers: all of the result, or one stride phase of it.
#ifdef GRAD_INPUT
#define GRID_H ((push.out_h + stride - 1) / stride)
#define GRID_W ((push.out_w + stride - 1) / stride)
#define PHASE (int(gl_WorkGroupID.z) / push.groups)
#else
#define GRID_H push.out_h
#define GRID_W push.out_w
#define PHASE 0
#endif
#define GROUP (int(gl_WorkGroupID.z) % push.groups)

struct Pixel { int image, y, x; bool inside; };

// a / b of 0 <= a and 0 < b. CPU drivers divide integers lane by lane, floats all at once; below 2^24 a float's quotient is one off
// at most.
int quotient(int a, int b) {
    if (few_pixels == 0) return a / b;
    const int q = int(float(a) / float(b)), rest = a - q * b;
    return rest < 0 ? q - 1 : rest >= b ? q + 1 : q;
}

Pixel pixel_at(int p) {
    const int grid_h = GRID_H, grid_w = GRID_W;
    Pixel r;
    r.inside = p < push.batch * grid_h * grid_w;
    if (lane_batch != 0) {
        const int place = quotient(p, push.batch);
        r.image = p - place * push.batch;
        p = place;
    } else {
        r.image = quotient(p, grid_h * grid_w);
        p -= r.image * grid_h * grid_w;
    }
    r.y = quotient(p, grid_w);
    r.x = p - r.y * grid_w;
#ifdef GRAD_INPUT
    r.y = r.y * stride + PHASE / stride;
    r.x = r.x * stride + PHASE % stride;
    r.inside = r.inside && r.y < push.out_h && r.x < push.out_w;
#endif
    return r;
}

// Whether any pixel of this phase meets the tap at all.
bool tap_meets_phase(int ky, int kx) {
#ifdef GRAD_INPUT
    return (PHASE / stride + pad + stride * dilation * kernel_h - ky * dilation) % stride == 0 &&
           (PHASE % stride + pad + stride * dilation * kernel_w - kx * dilation) % stride == 0;
#else
    return true;
#endif
}

// First quad of x that the pixel meets through a tap, or -1 outside of the image.
int source_quad(Pixel p, int ky, int kx) {
#ifdef GRAD_INPUT
    const int ty = p.y + pad - ky * dilation, tx = p.x + pad - kx * dilation;
    if (ty < 0 || tx < 0) return -1;
    const int y = ty / stride, x_ = tx / stride;
#else
    const int y = p.y * stride - pad + ky * dilation, x_ = p.x * stride - pad + kx * dilation;
    if (y < 0 || x_ < 0) return -1;
#endif
    if (!p.inside || y >= push.in_h || x_ >= push.in_w) return -1;
    return ((p.image * push.in_h + y) * push.in_w + x_) * push.in_quads + GROUP * push.x_group_stride;
}

int place_of(Pixel p, int quad) {
    return ((p.image * push.out_h + p.y) * push.out_w + p.x) * push.out_quads + GROUP * push.out_group_stride + quad;
}

vec4 finished(int at, vec4 v) {
#ifdef CHAIN_SLOTS
#ifndef SHUFFLE
    chain_begin();  // on GPUs a read of a push constant costs nothing
#endif
    chain_r[0] = v;
    v = chain_value(at);
#endif
    return v;
}

#ifndef SHUFFLE
void store(Pixel p, int quad, vec4 v) {
    if (!p.inside || quad >= push.group_out_quads) return;
    const int at = place_of(p, quad);
    VKGAN_STORE(result, at, finished(at, v))
}
#endif

#ifdef SHUFFLE

layout(constant_id = 10) const int TILE_ROWS = 16;     // channels
layout(constant_id = 11) const int TILE_COLUMNS = 4;   // pixels a lane
layout(constant_id = 12) const int LANES = 8;          // of a subgroup, which is the workgroup
layout(constant_id = 13) const int FETCHES = 2;        // ceil(TILE_ROWS / LANES)
layout(local_size_x_id = 12) in;
#ifdef STORE_U64
#define EACH_STORE 8
#else
#define EACH_STORE 4
#endif

float sum[TILE_COLUMNS][TILE_ROWS];
int row[FETCHES];

// Adds one channel quad: weights from `at` on, x from `source` on where it is met.
void add_quad(int at, int source[TILE_COLUMNS], bool met[TILE_COLUMNS]) {
    vec4 a[FETCHES];
    [[unroll]] for (int f = 0; f < FETCHES; f++) a[f] = VKGAN_LOAD(weight, at + row[f]);
    vec4 b[TILE_COLUMNS];
    [[unroll]] for (int j = 0; j < TILE_COLUMNS; j++) {
        const vec4 v = VKGAN_LOAD(x, source[j]);  // always, then selected: a load in a branch costs the branch
        b[j] = mix(vec4(0), v, bvec4(met[j]));
    }
    [[unroll]] for (int i = 0; i < TILE_ROWS; i++) {
        const float a0 = subgroupShuffle(a[i / LANES].x, uint(i % LANES));
        const float a1 = subgroupShuffle(a[i / LANES].y, uint(i % LANES));
        const float a2 = subgroupShuffle(a[i / LANES].z, uint(i % LANES));
        const float a3 = subgroupShuffle(a[i / LANES].w, uint(i % LANES));
        [[unroll]] for (int j = 0; j < TILE_COLUMNS; j++)
            sum[j][i] += (a0 * b[j].x + a1 * b[j].y) + (a2 * b[j].z + a3 * b[j].w);
    }
}

void main() {
    const int lane = int(gl_LocalInvocationID.x);
    const int first_row = int(gl_WorkGroupID.y) * TILE_ROWS;
    const int rows = push.group_out_quads * 4;
    Pixel pixels[TILE_COLUMNS];
    [[unroll]] for (int j = 0; j < TILE_COLUMNS; j++)
        pixels[j] = pixel_at((int(gl_WorkGroupID.x) * TILE_COLUMNS + j) * LANES + lane);
    [[unroll]] for (int j = 0; j < TILE_COLUMNS; j++)
        [[unroll]] for (int i = 0; i < TILE_ROWS; i++) sum[j][i] = 0;
    [[unroll]] for (int f = 0; f < FETCHES; f++) row[f] = min(first_row + min(f * LANES + lane, TILE_ROWS - 1), rows - 1);

    if (one_loop == 2) {
        int source[TILE_COLUMNS];
        bool met[TILE_COLUMNS];
        [[unroll]] for (int j = 0; j < TILE_COLUMNS; j++) {
            const int s = tap_meets_phase(0, 0) ? source_quad(pixels[j], 0, 0) : -1;
            met[j] = s >= 0;
            source[j] = max(s, 0);
        }
        const int first = GROUP * push.group_in_quads * rows;
        for (int c = 0; c < push.group_in_quads; c++) {
            int from[TILE_COLUMNS];
            [[unroll]] for (int j = 0; j < TILE_COLUMNS; j++) from[j] = source[j] + c;
            add_quad(first + c * rows, from, met);
        }
    } else if (one_loop == 1) {
        for (int tap = 0; tap < kernel_h * kernel_w; tap++) {
            int source[TILE_COLUMNS];
            bool met[TILE_COLUMNS];
            const bool in_phase = tap_meets_phase(tap / kernel_w, tap % kernel_w);
            [[unroll]] for (int j = 0; j < TILE_COLUMNS; j++) {
                const int s = source_quad(pixels[j], tap / kernel_w, tap % kernel_w);
                met[j] = s >= 0 && in_phase;
                source[j] = max(s, 0);
            }
            add_quad((GROUP * kernel_h * kernel_w + tap) * rows, source, met);
        }
    } else for (int ky = 0; ky < kernel_h; ky++)
        for (int kx = 0; kx < kernel_w; kx++) {
            if (!tap_meets_phase(ky, kx)) continue;
            int source[TILE_COLUMNS];
            bool met[TILE_COLUMNS];
            bool any_met = false;
            [[unroll]] for (int j = 0; j < TILE_COLUMNS; j++) {
                const int s = source_quad(pixels[j], ky, kx);
                met[j] = s >= 0;
                any_met = any_met || met[j];
                source[j] = max(s, 0);
            }
            if (!subgroupAny(any_met)) continue;
            int at = ((GROUP * kernel_h + ky) * kernel_w + kx) * push.group_in_quads * rows;
            for (int c = 0; c < push.group_in_quads; c++) {
                add_quad(at, source, met);
                at += rows;
                [[unroll]] for (int j = 0; j < TILE_COLUMNS; j++) source[j]++;
            }
        }
#ifdef CHAIN_SLOTS
    chain_begin();
#endif
    // One branch a pixel: each costs llvmpipe time to compile, too.
    [[unroll]] for (int j = 0; j < TILE_COLUMNS; j++) {
        if (!pixels[j].inside) continue;
        const int first_quad = first_row / 4, place = place_of(pixels[j], first_quad);
        [[unroll]] for (int i = 0; i < TILE_ROWS; i += EACH_STORE) {
            if (whole_rows == 0 && first_quad + i / 4 >= push.group_out_quads) continue;
            const int at = place + i / 4;
            const vec4 first = finished(at, vec4(sum[j][i], sum[j][i + 1], sum[j][i + 2], sum[j][i + 3]));
#ifdef STORE_U64  // chosen where all counts of quads are even
            const vec4 second = finished(at + 1, vec4(sum[j][i + 4], sum[j][i + 5], sum[j][i + 6], sum[j][i + 7]));
            VKGAN_STORE_PAIR(result, at >> 1, first, second)
#else
            VKGAN_STORE(result, at, first)
#endif
        }
    }
}

#elif defined(MATRIX)

shared int sources[TILE_M];            // of the tile's pixels through the present tap
int next_tap = 0, next_quad = 0;

bool matrix_load() {
    const int id = int(gl_LocalInvocationID.x), rows = push.group_out_quads * 4;
    const int first_row = int(gl_WorkGroupID.y) * TILE_N, first_pixel = int(gl_WorkGroupID.x) * TILE_M;
    if (next_quad >= push.group_in_quads) {
        next_quad = 0;
        next_tap++;
    }
    while (next_tap < kernel_h * kernel_w && !tap_meets_phase(next_tap / kernel_w, next_tap % kernel_w)) next_tap++;
    if (next_tap >= kernel_h * kernel_w) return false;
    if (next_quad == 0) {
        for (int i = id; i < TILE_M; i += INVOCATIONS)
            sources[i] = source_quad(pixel_at(first_pixel + i), next_tap / kernel_w, next_tap % kernel_w);
        barrier();
    }
    for (int i = id; i < TILE_M * (MATRIX_STEP / 4); i += INVOCATIONS) {
        const int pixel = i / (MATRIX_STEP / 4), k = i % (MATRIX_STEP / 4), source = sources[pixel];
        const bool met = source >= 0 && next_quad + k < push.group_in_quads;
        shared_a[PLACE_A(pixel, 4 * k)] = f16vec4(met ? VKGAN_LOAD(x, source + next_quad + k) : vec4(0));
    }
    const int weights = (GROUP * kernel_h * kernel_w + next_tap) * push.group_in_quads * rows;
    for (int i = id; i < TILE_N * (MATRIX_STEP / 4); i += INVOCATIONS) {
        const int k = i / TILE_N, row = i % TILE_N;  // packed weights lie row by row
        const bool inside = next_quad + k < push.group_in_quads && first_row + row < rows;
        shared_b[PLACE_B(row, 4 * k)] =
            f16vec4(inside ? VKGAN_LOAD(weight, weights + (next_quad + k) * rows + first_row + row) : vec4(0));
    }
    next_quad += MATRIX_STEP / 4;
    return true;
}

void matrix_store(int m, int n_quad, vec4 v) {
    store(pixel_at(int(gl_WorkGroupID.x) * TILE_M + m), int(gl_WorkGroupID.y) * (TILE_N / 4) + n_quad, v);
}

#else  // TILE

layout(constant_id = 10) const int TILE_ROWS = 64;     // channels
layout(constant_id = 11) const int TILE_PIXELS = 64;   // divides INVOCATIONS
layout(constant_id = 12) const int INVOCATIONS = 128;  // each sums EACH_ROWS channels x EACH_PIXELS pixels
layout(constant_id = 13) const int EACH_ROWS = 8;
layout(local_size_x_id = 12) in;
const int EACH_PIXELS = TILE_ROWS * TILE_PIXELS / INVOCATIONS / EACH_ROWS;
const int ACROSS = TILE_PIXELS / EACH_PIXELS;
#define STEP 4  // channel quads of x that lie in shared memory
shared vec4 shared_a[STEP * TILE_ROWS];
shared vec4 shared_b[STEP * TILE_PIXELS];

void main() {
    const int id = int(gl_LocalInvocationID.x);
    const int first_row = int(gl_WorkGroupID.y) * TILE_ROWS, first_pixel = int(gl_WorkGroupID.x) * TILE_PIXELS;
    const int rows = push.group_out_quads * 4;
    const Pixel loaded = pixel_at(first_pixel + id % TILE_PIXELS);
    const int row = id / ACROSS * EACH_ROWS, column = id % ACROSS * EACH_PIXELS;
    float sum[EACH_ROWS][EACH_PIXELS];
    [[unroll]] for (int i = 0; i < EACH_ROWS; i++) [[unroll]] for (int j = 0; j < EACH_PIXELS; j++) sum[i][j] = 0;

    for (int ky = 0; ky < kernel_h; ky++)
        for (int kx = 0; kx < kernel_w; kx++) {
            if (!tap_meets_phase(ky, kx)) continue;
            const int source = source_quad(loaded, ky, kx);
            const int weights = ((GROUP * kernel_h + ky) * kernel_w + kx) * push.group_in_quads * rows;
            for (int c = 0; c < push.group_in_quads; c += STEP) {
                barrier();
                [[unroll]] for (int at = id; at < STEP * TILE_ROWS; at += INVOCATIONS) {
                    const int k = at / TILE_ROWS, from = first_row + at % TILE_ROWS;
                    const bool inside = c + k < push.group_in_quads && from < rows;
                    shared_a[at] = inside ? VKGAN_LOAD(weight, weights + (c + k) * rows + from) : vec4(0);
                }
                [[unroll]] for (int at = id; at < STEP * TILE_PIXELS; at += INVOCATIONS) {
                    const int k = at / TILE_PIXELS;
                    shared_b[at] = c + k < push.group_in_quads && source >= 0 ? VKGAN_LOAD(x, source + c + k) : vec4(0);
                }
                barrier();
                [[unroll]] for (int k = 0; k < STEP; k++) {
                    vec4 b[EACH_PIXELS];
                    [[unroll]] for (int j = 0; j < EACH_PIXELS; j++) b[j] = shared_b[k * TILE_PIXELS + column + j];
                    [[unroll]] for (int i = 0; i < EACH_ROWS; i++) {
                        const vec4 a = shared_a[k * TILE_ROWS + row + i];
                        [[unroll]] for (int j = 0; j < EACH_PIXELS; j++)
                            sum[i][j] += (a.x * b[j].x + a.y * b[j].y) + (a.z * b[j].z + a.w * b[j].w);
                    }
                }
            }
        }
    [[unroll]] for (int j = 0; j < EACH_PIXELS; j++) {
        const Pixel p = pixel_at(first_pixel + column + j);
        [[unroll]] for (int i = 0; i < EACH_ROWS; i += 4)
            store(p, (first_row + row + i) / 4, vec4(sum[i][j], sum[i + 1][j], sum[i + 2][j], sum[i + 3][j]));
    }
}

#endif
