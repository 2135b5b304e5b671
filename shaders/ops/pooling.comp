#version 450
#extension GL_GOOGLE_include_directive : require
//! passes: index_ssbo=INDEX index_texel=INDEX,TEXEL
//! passes: gather_ssbo=GATHER gather_texel=GATHER,TEXEL
//! passes: scatter_ssbo=SCATTER scatter_texel=SCATTER,TEXEL
// Max pooling: where each window's maximum lies; reading by such an index; the adjoint of that, in order.
// SPDX-License-Identifier: MIT
#include "access.glsl"

layout(local_size_x = 64) in;

layout(constant_id = 0) const int quads = 1;
layout(constant_id = 1) const int channel_quads = 1;
layout(constant_id = 2) const int height = 1;  // of the image
layout(constant_id = 3) const int width = 1;
layout(constant_id = 4) const int pooled_height = 1;
layout(constant_id = 5) const int pooled_width = 1;
layout(constant_id = 6) const int window = 0;  // 0: unknown, an index may be anywhere
layout(constant_id = 7) const int stride = 1;
layout(constant_id = 8) const int pad = 0;
layout(constant_id = 9) const int channels = 1;

VKGAN_DECLARE_INPUT(VKGAN_BIND_A, source)
#ifdef INDEX
VKGAN_DECLARE_INDEX_OUTPUT(VKGAN_BIND_OUT0, result)
#else
VKGAN_DECLARE_INDEX_INPUT(VKGAN_BIND_B, indices)
VKGAN_DECLARE_OUTPUT(VKGAN_BIND_OUT0, result)
#endif

// The quad of pixel `pixel` (y * width + x) of image `image`.
vec4 pixel_at(int image, int pixel, int channel) {
    return VKGAN_LOAD(source, (image * height * width + pixel) * channel_quads + channel);
}

#ifdef INDEX
ivec4 compute(int image, int y, int x, int channel) {
    const ivec2 corner = ivec2(y, x) * stride - pad;
    const ivec2 first = max(corner, ivec2(0));
    const ivec2 end = min(corner + window, ivec2(height, width));
    vec4 largest = pixel_at(image, first.x * width + first.y, channel);
    ivec4 best = ivec4(first.x * width + first.y);
    for (int row = first.x; row < end.x; ++row)
        for (int column = first.y; column < end.y; ++column) {
            const int pixel = row * width + column;
            const vec4 value = pixel_at(image, pixel, channel);
            const bvec4 larger = greaterThan(value, largest);
            largest = mix(largest, value, larger);
            best = mix(best, ivec4(pixel), larger);
        }
    return mix(ivec4(0), best, vkgan_lanes(channel, channels));
}
#endif

#ifdef GATHER
vec4 compute(int image, int y, int x, int channel) {
    const ivec4 pixel = indices[((image * pooled_height + y) * pooled_width + x) * channel_quads + channel];
    vec4 quad = vec4(0);
    for (int lane = 0; lane < 4; ++lane)
        if (4 * channel + lane < channels && pixel[lane] >= 0 && pixel[lane] < height * width)
            quad[lane] = pixel_at(image, pixel[lane], channel)[lane];
    return quad;
}
#endif

#ifdef SCATTER
// The windows [x, y] of one axis that can have chosen position `at`.
ivec2 windows_of(int at, int count) {
    if (window == 0) return ivec2(0, count - 1);
    const int first = at + pad - window + 1;
    return ivec2(first <= 0 ? 0 : (first + stride - 1) / stride, min((at + pad) / stride, count - 1));
}

vec4 compute(int image, int y, int x, int channel) {
    const ivec2 rows = windows_of(y, pooled_height);
    const ivec2 columns = windows_of(x, pooled_width);
    const ivec4 here = ivec4(y * width + x);
    vec4 sum = vec4(0);
    for (int row = rows.x; row <= rows.y; ++row)
        for (int column = columns.x; column <= columns.y; ++column) {
            const int at = ((image * pooled_height + row) * pooled_width + column) * channel_quads + channel;
            sum += mix(vec4(0), VKGAN_LOAD(source, at), equal(indices[at], here));
        }
    return mix(vec4(0), sum, vkgan_lanes(channel, channels));
}
#endif

void main() {
    const int i = int(vkgan_invocation());
    if (i >= quads) return;
#ifdef SCATTER
    const ivec2 extent = ivec2(height, width);
#else
    const ivec2 extent = ivec2(pooled_height, pooled_width);
#endif
    const int channel = i % channel_quads;
    const int x = i / channel_quads % extent.y;
    const int y = i / (channel_quads * extent.y) % extent.x;
    const int image = i / (channel_quads * extent.y * extent.x);
#ifdef INDEX
    result[i] = compute(image, y, x, channel);
#else
    VKGAN_STORE(result, i, compute(image, y, x, channel))
#endif
}
