#version 450
// SPDX-License-Identifier: MIT
#extension GL_GOOGLE_include_directive : require
//! passes: shuffle=SHUFFLE,TEXEL tile=TILE
//! needs: GL_KHR_cooperative_matrix vulkan1.2
//! passes: matrix=MATRIX
// Gradient of a convolution by its weights, and as a 1x1 kernel the matrix product transpose(A) B:
// result[row][tap][channel quad] = sum over samples and pixels of dy[pixel][row] * x[pixel met through the tap][channel quad].
//
// SHUFFLE: lanes are channel quads (or tap and channel quad, with lanes_over_taps, where there are few channels), TILE_ROWS rows a
// workgroup, batch innermost (or a row's pixels). TILE: some rows x some columns through shared memory. MATRIX: rows by columns on the
// device's matrix units (matrix.glsl). All sum a slice of the pixels in a fixed order; slices are added by a second, ordered pass
// (reduce.comp).
#ifdef MATRIX
#include "matrix.glsl"
#endif
#ifdef SHUFFLE
#extension GL_KHR_shader_subgroup_basic : enable
#extension GL_KHR_shader_subgroup_shuffle : enable
#endif
#include "access.glsl"

layout(constant_id = 0) const int kernel_h = 1;
layout(constant_id = 1) const int kernel_w = 1;
layout(constant_id = 2) const int stride = 1;
layout(constant_id = 3) const int pad = 0;
layout(constant_id = 4) const int dilation = 1;
layout(constant_id = 5) const int lanes_over_taps = 0;
layout(constant_id = 6) const int ragged = 1;    // 0: the batch is a multiple of what one step of the shuffle kernel takes
layout(constant_id = 7) const int over_row = 0;  // 1: the innermost loop goes over the pixels of a row, for batches too small to fill a step

layout(push_constant) uniform Push {
    int batch, in_h, in_w, in_quads;      // x: quads of one pixel
    int out_h, out_w, out_quads;          // dy: quads of one pixel
    int group_in_quads, group_rows;       // of one group
    int groups;
    int x_group_stride, dy_group_stride, result_group_stride;  // quads
    int slices, slice_length;             // SHUFFLE: rows of dy's image (samples, if it is one pixel); TILE: pixels of all samples
    int result_quads;                     // of one slice
} push;

VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)
VKGAN_DECLARE_INPUT(VKGAN_BIND_A, dy)
VKGAN_DECLARE_INPUT(VKGAN_BIND_B, x)

const int taps = kernel_h * kernel_w;
#define GROUP (int(gl_WorkGroupID.z) % push.groups)
#define SLICE (int(gl_WorkGroupID.z) / push.groups % push.slices)
#define TAP (int(gl_WorkGroupID.z) / push.groups / push.slices)

void store(int row, int tap, int quad, vec4 v) {
    if (row >= push.group_rows || tap >= taps || quad >= push.group_in_quads) return;
    VKGAN_STORE(result, SLICE * push.result_quads + GROUP * push.result_group_stride + (row * taps + tap) * push.group_in_quads + quad, v)
}

#ifdef SHUFFLE

layout(constant_id = 10) const int TILE_ROWS = 32;
layout(constant_id = 11) const int UNROLL = 2;
layout(constant_id = 12) const int LANES = 8;
layout(constant_id = 13) const int FETCHES = 1;  // fetches that bring one pixel's TILE_ROWS / 4 quads of dy
layout(constant_id = 14) const int PIXELS = 1;   // samples that one fetch brings
layout(local_size_x_id = 12) in;
const int ROW_QUADS = TILE_ROWS / 4;
const int LOADS = UNROLL * PIXELS;

void main() {
    const int lane = int(gl_LocalInvocationID.x);
    const int column = int(gl_WorkGroupID.x) * LANES + lane;
    const int tap = lanes_over_taps != 0 ? column / push.group_in_quads : TAP;
    const int quad = lanes_over_taps != 0 ? column % push.group_in_quads : column;
    const int first_row = int(gl_WorkGroupID.y) * TILE_ROWS;
    const int ky = tap / kernel_w, kx = tap % kernel_w;
    const int group_row_quads = (push.group_rows + 3) / 4;
    vec4 sum[TILE_ROWS];
    [[unroll]] for (int i = 0; i < TILE_ROWS; i++) sum[i] = vec4(0);

    const int dy_image = push.out_h * push.out_w * push.out_quads, x_image = push.in_h * push.in_w * push.in_quads;
    int row_quad[FETCHES];
    [[unroll]] for (int f = 0; f < FETCHES; f++)
        row_quad[f] = GROUP * push.dy_group_stride + min(first_row / 4 + (f * LANES + lane) % ROW_QUADS, group_row_quads - 1);
    const int lane_image = lane / ROW_QUADS % PIXELS;
    const int column_quad = GROUP * push.x_group_stride + min(quad, push.group_in_quads - 1);
    const bool whole_image = push.out_h == 1 && push.slices > 1;
    const int first_y = whole_image ? 0 : SLICE * push.slice_length;
    const int end_y = whole_image ? 1 : min(first_y + push.slice_length, push.out_h);
    const int first_image = whole_image ? SLICE * push.slice_length : 0;
    const int end_image = whole_image ? min(first_image + push.slice_length, push.batch) : push.batch;
    // Pixels of a row that meet x through this tap; with lanes_over_taps every lane has its own.
    const int shift = kx * dilation - pad;
    const int row_begin = clamp((stride - 1 - shift) / stride, 0, push.out_w);
    const int row_end = shift >= push.in_w ? 0 : clamp((push.in_w - shift + stride - 1) / stride, 0, push.out_w);

    for (int oy = first_y; oy < end_y; oy++)
        for (int o = 0; o < (over_row != 0 ? push.batch : push.out_w); o++) {
            const int y = oy * stride - pad + ky * dilation, x_ = over_row != 0 ? 0 : o * stride + shift;
            const bool met = y >= 0 && x_ >= 0 && y < push.in_h && x_ < push.in_w;
            if (lanes_over_taps == 0 && !met) continue;
            // The innermost loop goes over samples of a pixel or over pixels of a row.
            int begin = first_image, end = end_image, dy_step = dy_image, x_step = x_image;
            int dy_at = (oy * push.out_w + o) * push.out_quads;
            int x_at = met ? (y * push.in_w + x_) * push.in_quads + column_quad : 0;
            if (over_row != 0) {
                begin = lanes_over_taps != 0 ? 0 : row_begin;
                end = lanes_over_taps != 0 ? push.out_w : row_end;
                dy_step = push.out_quads;
                x_step = stride * push.in_quads;
                dy_at = o * dy_image + oy * push.out_w * push.out_quads;
                x_at = o * x_image + (y * push.in_w + shift) * push.in_quads + column_quad;
            }
            for (int n = begin; n < end; n += LOADS) {
                vec4 a[UNROLL * FETCHES];
                [[unroll]] for (int u = 0; u < UNROLL; u++)
                    [[unroll]] for (int f = 0; f < FETCHES; f++) {
                        const int at = n + u * PIXELS + lane_image;
                        const vec4 v = VKGAN_LOAD(dy, (ragged != 0 ? min(at, end - 1) : at) * dy_step + dy_at + row_quad[f]);
                        a[u * FETCHES + f] = ragged != 0 && at >= end ? vec4(0) : v;
                    }
                vec4 b[LOADS];
                [[unroll]] for (int u = 0; u < LOADS; u++) {
                    const int at = ragged != 0 ? min(n + u, end - 1) : n + u;
                    const bool inside = met && (over_row == 0 || (at >= row_begin && at < row_end));
                    const vec4 v = VKGAN_LOAD(x, lanes_over_taps != 0 && !inside ? 0 : at * x_step + x_at);
                    b[u] = lanes_over_taps != 0 && !inside ? vec4(0) : v;
                }
                [[unroll]] for (int i = 0; i < TILE_ROWS; i++) {
                    vec4 q = vec4(0);
                    [[unroll]] for (int u = 0; u < LOADS; u++) {
                        const int texel = u % PIXELS * ROW_QUADS + i / 4;
                        const float s = subgroupShuffle(a[u / PIXELS * FETCHES + texel / LANES][i % 4], uint(texel % LANES));
                        q = u == 0 ? s * b[u] : q + s * b[u];
                    }
                    sum[i] += q;
                }
            }
        }
    [[unroll]] for (int i = 0; i < TILE_ROWS; i++) store(first_row + i, tap, quad, sum[i]);
}

#elif defined(MATRIX)

struct Column { int tap, quad, y, x; };  // y, x: where the tap lies from the place that the stride gives
shared Column columns[TILE_N / 4];
shared ivec3 pixels[MATRIX_STEP];  // image, y and x in dy; an image of -1: past the slice
int next_pixel = -1;

bool matrix_load() {
    const int id = int(gl_LocalInvocationID.x), group_row_quads = (push.group_rows + 3) / 4;
    const int end = min((SLICE + 1) * push.slice_length, push.batch * push.out_h * push.out_w);
    if (next_pixel < 0) {
        next_pixel = SLICE * push.slice_length;
        for (int i = id; i < TILE_N / 4; i += INVOCATIONS) {
            const int column = int(gl_WorkGroupID.x) * (TILE_N / 4) + i, tap = column / push.group_in_quads;
            columns[i] = Column(tap, column % push.group_in_quads, tap / kernel_w * dilation - pad, tap % kernel_w * dilation - pad);
        }
    }
    if (next_pixel >= end) return false;
    for (int i = id; i < MATRIX_STEP; i += INVOCATIONS) {
        const int image = (next_pixel + i) / (push.out_h * push.out_w), at = next_pixel + i - image * (push.out_h * push.out_w);
        pixels[i] = ivec3(next_pixel + i < end ? image : -1, at / push.out_w, at % push.out_w);
    }
    barrier();
    for (int i = id; i < MATRIX_STEP * (TILE_M / 4); i += INVOCATIONS) {
        const int k = i / (TILE_M / 4), q = i % (TILE_M / 4), row_quad = int(gl_WorkGroupID.y) * (TILE_M / 4) + q;
        const bool inside = next_pixel + k < end && row_quad < group_row_quads;
        const int from = (next_pixel + k) * push.out_quads + GROUP * push.dy_group_stride + row_quad;
        shared_a[PLACE_A(4 * q, k)] = f16vec4(inside ? VKGAN_LOAD(dy, from) : vec4(0));
    }
    for (int i = id; i < MATRIX_STEP * (TILE_N / 4); i += INVOCATIONS) {
        const int k = i / (TILE_N / 4), q = i % (TILE_N / 4);
        const Column column = columns[q];
        const ivec3 p = pixels[k];
        const int y = p.y * stride + column.y, x_ = p.z * stride + column.x;
        const bool met = p.x >= 0 && column.tap < taps && y >= 0 && x_ >= 0 && y < push.in_h && x_ < push.in_w;
        const int from = ((p.x * push.in_h + y) * push.in_w + x_) * push.in_quads + GROUP * push.x_group_stride + column.quad;
        shared_b[PLACE_B(4 * q, k)] = f16vec4(met ? VKGAN_LOAD(x, from) : vec4(0));
    }
    next_pixel += MATRIX_STEP;
    return true;
}

// A quad along n is a quad of channels; rows are m.
void matrix_store(int m, int n_quad, vec4 v) {
    const Column column = columns[n_quad];
    store(int(gl_WorkGroupID.y) * TILE_M + m, column.tap, column.quad, v);
}

#else  // TILE

layout(constant_id = 10) const int TILE_ROWS = 32;
layout(constant_id = 11) const int TILE_COLUMNS = 16;  // tap and channel quad; divides INVOCATIONS
layout(constant_id = 12) const int INVOCATIONS = 128;  // each sums four rows of EACH columns
layout(constant_id = 13) const int EACH = 1;
layout(local_size_x_id = 12) in;
const int ROW_QUADS = TILE_ROWS / 4;
const int ACROSS = TILE_COLUMNS / EACH;
#define STEP 16  // pixels that lie in shared memory
shared vec4 shared_dy[STEP * ROW_QUADS];
shared vec4 shared_x[STEP * TILE_COLUMNS];

void main() {
    const int id = int(gl_LocalInvocationID.x);
    const int first_row = int(gl_WorkGroupID.y) * TILE_ROWS;
    const int first_column = int(gl_WorkGroupID.x) * TILE_COLUMNS;
    const int loaded = first_column + id % TILE_COLUMNS;
    const int tap = loaded / push.group_in_quads, quad = loaded % push.group_in_quads;
    const int ky = tap / kernel_w, kx = tap % kernel_w;
    const int group_row_quads = (push.group_rows + 3) / 4;
    const int total = push.batch * push.out_h * push.out_w;
    const int first = SLICE * push.slice_length, end = min(first + push.slice_length, total);
    vec4 sum[EACH * 4];
    [[unroll]] for (int i = 0; i < EACH * 4; i++) sum[i] = vec4(0);

    for (int p = first; p < end; p += STEP) {
        barrier();
        [[unroll]] for (int at = id; at < STEP * ROW_QUADS; at += INVOCATIONS) {
            const int pixel = p + at / ROW_QUADS, row_quad = first_row / 4 + at % ROW_QUADS;
            const bool inside = pixel < end && row_quad < group_row_quads;
            shared_dy[at] = inside ? VKGAN_LOAD(dy, pixel * push.out_quads + GROUP * push.dy_group_stride + row_quad) : vec4(0);
        }
        [[unroll]] for (int at = id; at < STEP * TILE_COLUMNS; at += INVOCATIONS) {
            const int pixel = p + at / TILE_COLUMNS;
            const int image = pixel / (push.out_h * push.out_w), place = pixel - image * (push.out_h * push.out_w);
            const int oy = place / push.out_w, ox = place - oy * push.out_w;
            const int y = oy * stride - pad + ky * dilation, x_ = ox * stride - pad + kx * dilation;
            const bool met = pixel < end && tap < taps && y >= 0 && x_ >= 0 && y < push.in_h && x_ < push.in_w;
            const int from = ((image * push.in_h + y) * push.in_w + x_) * push.in_quads + GROUP * push.x_group_stride + quad;
            shared_x[at] = met ? VKGAN_LOAD(x, from) : vec4(0);
        }
        barrier();
        [[unroll]] for (int k = 0; k < STEP; k++) {
            const vec4 a = shared_dy[k * ROW_QUADS + id / ACROSS];
            [[unroll]] for (int e = 0; e < EACH; e++) {
                const vec4 b = shared_x[k * TILE_COLUMNS + id % ACROSS + e * ACROSS];
                [[unroll]] for (int i = 0; i < 4; i++) sum[e * 4 + i] += a[i] * b;
            }
        }
    }
    [[unroll]] for (int e = 0; e < EACH; e++) {
        const int column = first_column + id % ACROSS + e * ACROSS;
        [[unroll]] for (int i = 0; i < 4; i++)
            store(first_row + id / ACROSS * 4 + i, column / push.group_in_quads, column % push.group_in_quads, sum[e * 4 + i]);
    }
}

#endif
