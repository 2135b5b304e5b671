// The object, lit: a rough dielectric under one light and a studio's.
// SPDX-License-Identifier: MIT
#version 450
#extension GL_GOOGLE_include_directive : require
#include "material.glsl"
#include "material_picture.glsl"
#include "material_studio.glsl"
#include "material_surface.glsl"

layout(location = 0) centroid in vec3 place;
layout(location = 1) centroid in vec3 normal;
layout(location = 2) centroid in vec3 tangent;
layout(location = 3) centroid in vec2 map_at;
layout(location = 4) centroid in vec2 tile;
layout(location = 5) centroid in vec4 face_at;
layout(location = 6) in vec2 map_at_middle;
layout(location = 0) out vec4 colour;

const float f0 = 0.04;  // reflectance of nearly all that is no metal

// Edges of a box are rounded where light is concerned; its outline stays sharp.
vec3 rounded(vec3 n, vec3 t) {
    const float radius = 0.035;
    vec2 to_edge = (1.0 - abs(face_at.xy)) * face_at.zw;
    vec2 turn = clamp(1.0 - to_edge / min(vec2(radius), face_at.zw), 0.0, 1.0);
    turn *= turn * sign(face_at.xy);
    return normalize(n + turn.x * t + turn.y * cross(n, t));
}

// Microfacets: Walter et al. 2007, eq. 33 (D) and 34 (G1); alpha = roughness^2 is Burley's, 2012.
float specular(float alpha, float n_h, float n_l, float n_v) {
    float a2 = alpha * alpha;
    float d = n_h * n_h * (a2 - 1.0) + 1.0;
    float D = a2 / (pi * d * d);
    float g_l = n_l + sqrt(a2 + (1.0 - a2) * n_l * n_l), g_v = n_v + sqrt(a2 + (1.0 - a2) * n_v * n_v);
    return D / (g_l * g_v);  // G / (4 n_l n_v) is 1 / (g_l g_v)
}

float fresnel(float cosine) { return f0 + (1.0 - f0) * pow(1.0 - cosine, 5.0); }

// Part of the studio's light that is mirrored: Karis 2014, "Physically Based Shading on Mobile".
float mirrored_part(float roughness, float n_v) {
    vec4 r = roughness * vec4(-1.0, -0.0275, -0.572, 0.022) + vec4(1.0, 0.0425, 1.04, -0.04);
    float a004 = min(r.x * r.x, exp2(-9.28 * n_v)) * r.x + r.y;
    return f0 * (-1.04 * a004 + r.z) + 1.04 * a004 + r.w;
}

vec3 lit(vec3 albedo, float roughness, vec3 n, vec3 smooth_n, vec3 v) {
    vec3 l = frame.light.xyz, h = normalize(l + v);
    float n_l = max(dot(n, l), 0.0), n_v = max(dot(n, v), 0.02);
    // What faces away from the light is in its own shadow, whichever way its bumps face.
    float reaches = smoothstep(-0.05, 0.15, dot(smooth_n, l));
    float alpha = roughness * roughness + 0.03;  // the light is no point
    float f = fresnel(max(dot(v, h), 0.0));
    vec3 direct = albedo * (1.0 - f) + pi * f * specular(alpha, max(dot(n, h), 0.0), n_l, n_v);
    vec3 light = direct * n_l * reaches * frame.light.w * 1.3 * light_colour;

    vec3 r = reflect(-v, n);
    float near_floor = mix(1.0, 1.0 - exp(-2.5 * place.y), clamp(0.6 - r.y, 0.0, 1.0));
    float mirror = mirrored_part(roughness, n_v);
    return light + albedo * (1.0 - mirror) * around(n, place.y) + mirror * near_floor * studio(r, roughness);
}

// How much of the object the floor shows, which adds to its own colour: more at flat angles; nothing of what
// is above 1, nor of the outline, where a sphere would draw an arc.
float in_floor(vec3 v, vec3 smooth_n) {
    float fades = max(1.0 - place.y, 0.0);
    return (0.12 + 0.5 * pow(1.0 - abs(v.y), 4.0)) * fades * fades * smoothstep(0.0, 0.7, dot(v, smooth_n));
}

void main() {
    if (gl_FrontFacing == (mirrored != 0)) discard;
    vec3 eye = mirrored != 0 ? frame.eye.xyz * vec3(1, -1, 1) : frame.eye.xyz;
    vec3 v = normalize(eye - place), smooth_n = normalize(normal), t = normalize(tangent);
    if (is_sphere == 0) smooth_n = rounded(smooth_n, t);

    t = normalize(t - dot(t, smooth_n) * smooth_n);
    vec2 dx = dFdx(map_at_middle), dy = dFdy(map_at_middle);
    vec3 albedo = mix(vec3(0.35), albedo_at(map_at, dx, dy), float(frame.has.y));
    float roughness = frame.surface.x;
    if (plain == 0 && frame.has.w != 0) roughness = encoded(textureGrad(roughness_height_map, vec3(map_at, 0.0), dx, dy).r);
    vec3 n = smooth_n;
    if (plain == 0 && frame.has.z != 0)
        n = mapped(smooth_n, t, textureGrad(normal_map, vec3(map_at, 0.0), dx, dy).rg);
    else if (plain == 0 && frame.surface.y > 0.0)
        n = bumped(smooth_n, t, map_at, tile, max(abs(dx), abs(dy)));

    vec3 light = tone_mapped(lit(albedo, clamp(roughness, 0.05, 1.0), n, smooth_n, v));
    colour = vec4(dithered(mirrored != 0 ? light * in_floor(v, smooth_n) : light), 1.0);
}
