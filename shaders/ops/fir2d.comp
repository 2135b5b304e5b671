#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL
// One axis: result[o] = sum over k of tap[k] * padded[o * down + k], padded[before + i * up] = source[i].
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;

layout(constant_id = 0) const int quads = 1;
layout(constant_id = 1) const int inner = 1;  // quads between two neighbours along the axis
layout(constant_id = 2) const int extent = 1;
layout(constant_id = 3) const int result_extent = 1;
layout(constant_id = 4) const int up = 1;
layout(constant_id = 5) const int down = 1;
layout(constant_id = 6) const int before = 0;
layout(constant_id = 7) const int tap_count = 1;
layout(constant_id = 8) const int equal_taps = 0;

layout(push_constant) uniform Push { vec4 taps[8]; };

VKGAN_DECLARE_INPUT(VKGAN_BIND_A, source)
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)

void main() {
    const int i = int(vkgan_invocation());
    if (i >= quads) return;
    const int column = i % inner;
    const int o = i / inner % result_extent;
    const int outer = i / (inner * result_extent);
    // The first tap that meets an element, then every up-th.
    const int start = o * down - before;
    const int skipped = start < 0 ? -start : (up - start % up) % up;
    vec4 sum = vec4(0);
    for (int k = skipped; k < tap_count; k += up) {
        const int at = (start + k) / up;
        if (at < extent) {
            const float tap = equal_taps != 0 ? taps[0].x : taps[k >> 2][k & 3];
            sum += tap * VKGAN_LOAD(source, (outer * extent + at) * inner + column);
        }
    }
    VKGAN_STORE(result, i, sum)
}
