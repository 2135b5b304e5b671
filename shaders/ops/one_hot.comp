#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: main
// Rows of zeros with a one at the row's index.
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;

layout(constant_id = 0) const int quads = 1;
layout(constant_id = 1) const int row_quads = 1;
layout(constant_id = 2) const int classes = 1;

VKGAN_DECLARE_INDEX_INPUT(VKGAN_BIND_A, indices)
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)

void main() {
    const int i = int(vkgan_invocation());
    if (i >= quads) return;
    const int row = i / row_quads;
    const int hot = indices[row >> 2][row & 3];
    const ivec4 at = ivec4(0, 1, 2, 3) + 4 * (i % row_quads);
    result[i] = hot < classes ? vec4(equal(at, ivec4(hot))) : vec4(0);
}
