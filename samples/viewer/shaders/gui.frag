// A texture's layer times the vertex's colour; or how two textures differ.
// SPDX-License-Identifier: MIT
#version 450
layout(location = 0) in vec2 uv;
layout(location = 1) in vec4 colour;
layout(location = 0) out vec4 result;

layout(set = 0, binding = 0) uniform texture2DArray picture;
layout(set = 0, binding = 1) uniform sampler smooth_pixels;
layout(set = 0, binding = 2) uniform sampler square_pixels;
layout(set = 1, binding = 0) uniform texture2DArray other;

// A pipeline for each use: drivers that run shaders on the processor execute both sides of a branch.
layout(constant_id = 0) const uint nearest = 0;
layout(constant_id = 1) const uint linear_light = 0;
layout(constant_id = 2) const uint difference = 0;
layout(push_constant) uniform Push {
    vec2 scale, move;
    uint layer, other_layer;
} push;

vec4 read(texture2DArray image, uint layer) {
    vec3 place = vec3(uv, float(layer));
    return nearest != 0 ? texture(sampler2DArray(image, square_pixels), place)
                                       : texture(sampler2DArray(image, smooth_pixels), place);
}

vec3 encoded(vec3 linear) {  // IEC 61966-2-1
    vec3 low = linear * 12.92, high = 1.055 * pow(max(linear, 0.0), vec3(1 / 2.4)) - 0.055;
    return mix(high, low, lessThan(linear, vec3(0.0031308)));
}

// Black, violet, orange, yellow, white: lightness rises all the way.
vec3 heat(float x) {
    const vec3 stops[5] = vec3[](vec3(0), vec3(0.34, 0.06, 0.43), vec3(0.87, 0.32, 0.22), vec3(0.98, 0.79, 0.25),
                                 vec3(1));
    float at = clamp(x, 0.0, 1.0) * 4;
    int i = min(int(at), 3);
    return mix(stops[i], stops[i + 1], at - float(i));
}

void main() {
    vec4 texel = read(picture, push.layer);
    if (difference != 0) {
        vec3 d = abs(texel.rgb - read(other, push.other_layer).rgb);
        texel = vec4(heat(max(d.r, max(d.g, d.b)) * 2), 1);
    }
    if (linear_light != 0) texel.rgb = encoded(texel.rgb);
    result = texel * colour;
}
