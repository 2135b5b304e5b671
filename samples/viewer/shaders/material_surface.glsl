// What the maps say of the surface at a fragment.
// SPDX-License-Identifier: MIT

layout(set = 0, binding = 1) uniform sampler2DArray albedo_map;
layout(set = 0, binding = 2) uniform sampler2DArray normal_map;
layout(set = 0, binding = 3) uniform sampler2DArray roughness_height_map;
layout(set = 0, binding = 4) uniform sampler2DArray height_map;  // roughness_height_map, or else albedo_map

// Up to four samples along the longer side of a pixel's footprint: surfaces seen at flat angles stay sharp
// without the device's anisotropic filter, which nobody enabled.
vec3 albedo_at(vec2 at, vec2 dx, vec2 dy) {
    if (plain != 0) return textureGrad(albedo_map, vec3(at, 0.0), dx, dy).rgb;
    vec2 size = vec2(textureSize(albedo_map, 0).xy);
    float x = length(dx * size), y = length(dy * size);
    vec2 longer = x > y ? dx : dy, shorter = x > y ? dy : dx;
    float ratio = clamp(max(x, y) / max(min(x, y), 1e-6), 1.0, 4.0);
    int samples = ratio < 1.4 ? 1 : 4;
    float spacing = samples == 1 ? 0.0 : (1.0 - 1.0 / ratio) / 3.0;
    vec3 sum = vec3(0.0);
    for (int i = 0; i < samples; ++i) {
        vec2 off = longer * spacing * (float(i) - 1.5);
        sum += textureGrad(albedo_map, vec3(at + off, 0.0), longer / ratio, shorter).rgb;
    }
    return sum / float(samples);
}

// Maps of data lie in images whose format decodes sRGB; their bytes are meant.
float encoded(float linear) {
    return linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1.0 / 2.4) - 0.055;
}

// Without a map of it, the albedo's brightness is the height: bright is high.
float height_at(vec2 at, float level) {
    vec3 weights = frame.has.w != 0 ? vec3(0.0, 1.0, 0.0) : vec3(0.2126, 0.7152, 0.0722);
    return encoded(dot(textureLod(height_map, vec3(at, 0.0), level).rgb, weights));
}

// Slope of the height along the maps' x and y, per tile. Differences over two texels of the level are
// continuous where those of a bilinear texel are not, so that magnified maps show no facets.
vec2 height_slope(vec2 at, vec2 per_pixel) {
    vec2 size = vec2(textureSize(height_map, 0).xy);
    float level = max(log2(max(per_pixel.x * size.x, per_pixel.y * size.y)), 0.0);
    vec2 texel = exp2(level) / size;
    vec2 x = vec2(texel.x, 0.0), y = vec2(0.0, texel.y);
    return vec2(height_at(at + x, level) - height_at(at - x, level),
                height_at(at + y, level) - height_at(at - y, level)) / (2.0 * texel);
}

// Mikkelsen 2020, "Surface Gradient-Based Bump Mapping Framework", by the tangents that the shapes know:
// screen derivatives (Mikkelsen 2010) sparkle at the edges of multisampled triangles.
vec3 bumped(vec3 n, vec3 t, vec2 at, vec2 tile, vec2 per_pixel) {
    float depth = 0.06 * frame.surface.y * tile.y;  // of the height 1
    vec2 slope = depth * height_slope(at, per_pixel) / max(tile, 0.1 * tile.y);
    slope /= 1.0 + 0.35 * length(slope);  // single bright texels of a generator are no needles
    return normalize(n - slope.x * t + slope.y * cross(n, t));
}

vec3 mapped(vec3 n, vec3 t, vec2 texel) {
    vec2 xy = 2.0 * vec2(encoded(texel.r), encoded(texel.g)) - 1.0;
    float z = sqrt(max(1.0 - dot(xy, xy), 0.02));
    return normalize(xy.x * t + xy.y * cross(n, t) + z * n);
}
