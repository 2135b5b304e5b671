#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: ssbo texel=TEXEL
// Reflecting, replicating and circular padding; its adjoint: a pixel gathers the places that show it.
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;

layout(constant_id = 0) const int quads = 1;
layout(constant_id = 1) const int channel_quads = 1;
layout(constant_id = 2) const int height = 1;
layout(constant_id = 3) const int width = 1;
layout(constant_id = 4) const int padded_height = 1;
layout(constant_id = 5) const int padded_width = 1;
layout(constant_id = 6) const int top = 0;
layout(constant_id = 7) const int left = 0;
layout(constant_id = 8) const int mode = 1;  // Pad of host/ops/ops.hpp
layout(constant_id = 9) const int adjoint = 0;

const int reflect_mode = 1;
const int replicate_mode = 2;
const int circular_mode = 3;

VKGAN_DECLARE_INPUT(VKGAN_BIND_A, source)
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)

int shown(int place, int extent) {
    if (mode == reflect_mode) return place < 0 ? -place : place >= extent ? 2 * (extent - 1) - place : place;
    if (mode == replicate_mode) return clamp(place, 0, extent - 1);
    return place < 0 ? place + extent : place >= extent ? place - extent : place;
}

// The padded positions that show `at`: three intervals [x, y), disjoint and in ascending order.
void positions(int at, int before, int extent, int padded, out ivec2 intervals[3]) {
    const int place = at + before;
    intervals[0] = ivec2(0);
    intervals[1] = ivec2(place, place + 1);
    intervals[2] = ivec2(0);
    if (mode == reflect_mode) {
        const int first = before - at;
        const int last = before + 2 * (extent - 1) - at;
        if (at > 0 && first >= 0) intervals[0] = ivec2(first, first + 1);
        if (at < extent - 1 && last < padded) intervals[2] = ivec2(last, last + 1);
    } else if (mode == replicate_mode) {
        if (at == 0) intervals[0] = ivec2(0, before);
        if (at == extent - 1) intervals[2] = ivec2(before + extent, padded);
    } else {
        if (place - extent >= 0) intervals[0] = ivec2(place - extent, place - extent + 1);
        if (place + extent < padded) intervals[2] = ivec2(place + extent, place + extent + 1);
    }
}

vec4 gather(int image, int y, int x, int channel) {
    ivec2 rows[3];
    ivec2 columns[3];
    positions(y, top, height, padded_height, rows);
    positions(x, left, width, padded_width, columns);
    vec4 sum = vec4(0);
    for (int r = 0; r < 3; ++r)
        for (int row = rows[r].x; row < rows[r].y; ++row)
            for (int c = 0; c < 3; ++c)
                for (int column = columns[c].x; column < columns[c].y; ++column) {
                    const int pixel = (image * padded_height + row) * padded_width + column;
                    sum += VKGAN_LOAD(source, pixel * channel_quads + channel);
                }
    return sum;
}

void main() {
    const int i = int(vkgan_invocation());
    if (i >= quads) return;
    const int rows = adjoint != 0 ? height : padded_height;
    const int columns = adjoint != 0 ? width : padded_width;
    const int channel = i % channel_quads;
    const int x = i / channel_quads % columns;
    const int y = i / (channel_quads * columns) % rows;
    const int image = i / (channel_quads * columns * rows);
    if (adjoint != 0) {
        VKGAN_STORE(result, i, gather(image, y, x, channel))
    } else {
        const int pixel = (image * height + shown(y - top, height)) * width + shown(x - left, width);
        VKGAN_STORE(result, i, VKGAN_LOAD(source, pixel * channel_quads + channel))
    }
}
