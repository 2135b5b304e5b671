#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL
// One axis scaled, or the adjoint of that: each element sums what came of it, in order.
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;

layout(constant_id = 0) const int quads = 1;
layout(constant_id = 1) const int inner = 1;  // quads between two neighbours along the axis
layout(constant_id = 2) const int from = 1;   // extents of what is read and written
layout(constant_id = 3) const int to = 1;
layout(constant_id = 4) const int mode = 0;   // Resample of host/ops/ops.hpp
layout(constant_id = 5) const int align_corners = 0;
layout(constant_id = 6) const int adjoint = 0;

const int nearest_mode = 0;
const int bilinear_mode = 1;
const int bicubic_mode = 2;
const int area_mode = 3;
// The scaling itself goes from `extent` to `scaled`, whichever way this pass goes.
const int extent = adjoint != 0 ? to : from;
const int scaled = adjoint != 0 ? from : to;

VKGAN_DECLARE_INPUT(VKGAN_BIND_A, source)
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)

// Element o of the scaled axis is the sum of weight[k] * element clamp(first + k), k < count.
struct Taps {
    int first;
    int count;
    vec4 weight;  // of an area all are weight.x
};

// Keys' cubic with a = -0.75 at the distances 1 + t, t, 1 - t, 2 - t.
vec4 cubic_weights(float t) {
    const float a = -0.75;
    const vec2 near = vec2(t, 1.0 - t);
    const vec2 far = vec2(1.0 + t, 2.0 - t);
    const vec2 w = ((a + 2.0) * near - (a + 3.0)) * near * near + 1.0;
    const vec2 v = ((far - 5.0) * far + 8.0) * far * a - 4.0 * a;
    return vec4(v.x, w.x, w.y, v.y);
}

Taps taps_of(int o) {
    if (mode == nearest_mode) return Taps(o * extent / scaled, 1, vec4(1));
    if (mode == area_mode) {
        const int begin = o * extent / scaled;
        const int end = ((o + 1) * extent + scaled - 1) / scaled;
        return Taps(begin, end - begin, vec4(1.0 / float(end - begin)));
    }
    int numerator = align_corners != 0 ? o * (extent - 1) : (2 * o + 1) * extent - scaled;
    const int denominator = align_corners != 0 ? max(1, scaled - 1) : 2 * scaled;
    if (align_corners != 0 && scaled == 1) numerator = 0;
    if (mode == bilinear_mode) numerator = max(numerator, 0);
    const int left = (numerator + denominator) / denominator - 1;
    const float t = float(numerator - left * denominator) / float(denominator);
    if (mode == bilinear_mode) return Taps(left, 2, vec4(1.0 - t, t, 0, 0));
    return Taps(left - 1, 4, cubic_weights(t));
}

float weight_of(Taps taps, int k) { return mode == area_mode ? taps.weight.x : taps.weight[k]; }

vec4 load(int outer, int at, int column) { return VKGAN_LOAD(source, (outer * from + at) * inner + column); }

vec4 scale(int outer, int o, int column) {
    const Taps taps = taps_of(o);
    vec4 sum = vec4(0);
    for (int k = 0; k < taps.count; ++k)
        sum += weight_of(taps, k) * load(outer, clamp(taps.first + k, 0, extent - 1), column);
    return sum;
}

// Bounds of the scaled elements that element i can have given to, generous: others meet no tap.
ivec2 reach(int i) {
    const int radius = mode == bicubic_mode ? 2 : mode == bilinear_mode ? 1 : 0;
    const int top = align_corners != 0 ? scaled - 1 : scaled;
    const int bottom = align_corners != 0 ? max(1, extent - 1) : extent;
    const int low = i <= radius ? 0 : (i - radius) * top / bottom - 1;
    const int high = i >= extent - 1 ? scaled - 1 : (i + radius + 1) * top / bottom + 1;
    return ivec2(max(low, 0), min(high, scaled - 1));
}

vec4 unscale(int outer, int i, int column) {
    const ivec2 bounds = reach(i);
    vec4 sum = vec4(0);
    for (int o = bounds.x; o <= bounds.y; ++o) {
        const Taps taps = taps_of(o);
        float weight = 0.0;
        if (mode == area_mode || mode == nearest_mode) {
            if (i >= taps.first && i < taps.first + taps.count) weight = taps.weight.x;
        } else {
            for (int k = 0; k < taps.count; ++k)
                if (clamp(taps.first + k, 0, extent - 1) == i) weight += taps.weight[k];
        }
        if (weight != 0.0) sum += weight * load(outer, o, column);
    }
    return sum;
}

void main() {
    const int i = int(vkgan_invocation());
    if (i >= quads) return;
    const int column = i % inner;
    const int at = i / inner % to;
    const int outer = i / (inner * to);
    VKGAN_STORE(result, i, adjoint != 0 ? unscale(outer, at, column) : scale(outer, at, column))
}
