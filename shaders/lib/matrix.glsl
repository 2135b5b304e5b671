// Products on the device's matrix units (VK_KHR_cooperative_matrix): factors in float16, sums in float32. Include it before anything
// but #version; it has the main of the shader, which defines the two functions declared below.
// SPDX-License-Identifier: MIT
//
// A workgroup makes TILE_M x TILE_N elements of sum over k of A[m][k] B[k][n], MATRIX_STEP of k at a time through shared memory; a
// subgroup FRAGMENTS_M x FRAGMENTS_N matrices of the device's size of them. The sums go through shared memory once more, so that
// they can be stored as quads along n and an epilogue sees them as in the other families.
#ifndef VKGAN_MATRIX_GLSL
#define VKGAN_MATRIX_GLSL

#extension GL_KHR_cooperative_matrix : require
#extension GL_KHR_memory_scope_semantics : require
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_EXT_shader_explicit_arithmetic_types_float16 : require
#extension GL_EXT_control_flow_attributes : require

layout(constant_id = 20) const int MATRIX_M = 16;  // a size that the device lists; all multiples of 8
layout(constant_id = 21) const int MATRIX_N = 16;
layout(constant_id = 22) const int MATRIX_K = 16;  // divides MATRIX_STEP
layout(constant_id = 23) const int FRAGMENTS_M = 2;
layout(constant_id = 24) const int FRAGMENTS_N = 2;
layout(constant_id = 25) const int SUBGROUPS_M = 2;
layout(constant_id = 26) const int SUBGROUPS_N = 2;
layout(constant_id = 27) const int INVOCATIONS = 128;  // SUBGROUPS_M * SUBGROUPS_N whole subgroups
layout(local_size_x_id = 27) in;

#define MATRIX_STEP 32
const int TILE_M = MATRIX_M * FRAGMENTS_M * SUBGROUPS_M;
const int TILE_N = MATRIX_N * FRAGMENTS_N * SUBGROUPS_N;

// In quads. MATRIX_K_INNER: A lies as [m][k] and B as [n][k], else as [k][m] and [k][n]. Rows are two quads longer than they need be:
// 16 bytes, to which matrices are aligned, and not a power of two, which would put all rows into the same banks.
#ifdef MATRIX_K_INNER
const int STRIDE_A = MATRIX_STEP / 4 + 2, STRIDE_B = STRIDE_A;
const int ROWS_A = TILE_M, ROWS_B = TILE_N;
#define LAYOUT_A gl_CooperativeMatrixLayoutRowMajor
#define LAYOUT_B gl_CooperativeMatrixLayoutColumnMajor
#define PLACE_A(m, k) ((m) * STRIDE_A + (k) / 4)
#define PLACE_B(n, k) ((n) * STRIDE_B + (k) / 4)
#else
const int STRIDE_A = TILE_M / 4 + 2, STRIDE_B = TILE_N / 4 + 2;
const int ROWS_A = MATRIX_STEP, ROWS_B = MATRIX_STEP;
#define LAYOUT_A gl_CooperativeMatrixLayoutColumnMajor
#define LAYOUT_B gl_CooperativeMatrixLayoutRowMajor
#define PLACE_A(m, k) ((k) * STRIDE_A + (m) / 4)
#define PLACE_B(n, k) ((k) * STRIDE_B + (n) / 4)
#endif
shared f16vec4 shared_a[ROWS_A * STRIDE_A];
shared f16vec4 shared_b[ROWS_B * STRIDE_B];
shared vec4 shared_sums[SUBGROUPS_M * SUBGROUPS_N * MATRIX_M * MATRIX_N / 4];

// Fills shared_a and shared_b with the next MATRIX_STEP of k, all that lies outside as zero; false, for the whole workgroup alike: there
// is no more.
bool matrix_load();
// Takes four neighbours along n of the tile's sums, once all are made.
void matrix_store(int m, int n_quad, vec4 v);

void main() {
    const int subgroup = int(gl_SubgroupID);
    const int first_m = subgroup / SUBGROUPS_N * FRAGMENTS_M * MATRIX_M, first_n = subgroup % SUBGROUPS_N * FRAGMENTS_N * MATRIX_N;
    coopmat<float, gl_ScopeSubgroup, MATRIX_M, MATRIX_N, gl_MatrixUseAccumulator> sum[FRAGMENTS_M * FRAGMENTS_N];
    [[unroll]] for (int i = 0; i < FRAGMENTS_M * FRAGMENTS_N; i++)
        sum[i] = coopmat<float, gl_ScopeSubgroup, MATRIX_M, MATRIX_N, gl_MatrixUseAccumulator>(0);

    while (matrix_load()) {
        barrier();
        [[unroll]] for (int k = 0; k < MATRIX_STEP; k += MATRIX_K) {
            coopmat<float16_t, gl_ScopeSubgroup, MATRIX_K, MATRIX_N, gl_MatrixUseB> b[FRAGMENTS_N];
            [[unroll]] for (int j = 0; j < FRAGMENTS_N; j++)
                coopMatLoad(b[j], shared_b, PLACE_B(first_n + j * MATRIX_N, k), STRIDE_B, LAYOUT_B);
            [[unroll]] for (int i = 0; i < FRAGMENTS_M; i++) {
                coopmat<float16_t, gl_ScopeSubgroup, MATRIX_M, MATRIX_K, gl_MatrixUseA> a;
                coopMatLoad(a, shared_a, PLACE_A(first_m + i * MATRIX_M, k), STRIDE_A, LAYOUT_A);
                [[unroll]] for (int j = 0; j < FRAGMENTS_N; j++)
                    sum[i * FRAGMENTS_N + j] = coopMatMulAdd(a, b[j], sum[i * FRAGMENTS_N + j]);
            }
        }
        barrier();
    }
    const int own = subgroup * MATRIX_M * MATRIX_N / 4;
    [[unroll]] for (int f = 0; f < FRAGMENTS_M * FRAGMENTS_N; f++) {
        coopMatStore(sum[f], shared_sums, own, MATRIX_N / 4, gl_CooperativeMatrixLayoutRowMajor);
        barrier();
        for (int i = int(gl_SubgroupInvocationID); i < MATRIX_M * MATRIX_N / 4; i += int(gl_SubgroupSize))
            matrix_store(first_m + f / FRAGMENTS_N * MATRIX_M + i / (MATRIX_N / 4),
                         (first_n + f % FRAGMENTS_N * MATRIX_N) / 4 + i % (MATRIX_N / 4), shared_sums[own + i]);
        barrier();
    }
}

#endif
