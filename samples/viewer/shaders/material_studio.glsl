// The studio: its light from all around, the floor, and the shadow that the object throws on it.
// SPDX-License-Identifier: MIT

const float pi = 3.14159265;
const vec3 wall = vec3(0.0110, 0.0123, 0.0160);  // 0x1b1d22, as the viewer's panels
const vec3 light_colour = vec3(1.0, 0.96, 0.90);

// Light of a lamp with soft borders, as a surface of this roughness mirrors it: wider and fainter. `across`:
// cosine of the lamp's half angle.
float lamp(vec3 direction, vec3 towards, float across, float roughness) {
    float border = 0.05 + 0.45 * roughness;
    float seen = smoothstep(across - border, across + border, dot(direction, towards));
    return seen * (1.0 - across) / (1.0 - across + roughness * roughness * 0.5);
}

// Radiance that comes from a direction: a gradient, a large lamp above, and one at either side.
vec3 studio(vec3 direction, float roughness) {
    float height = mix(direction.y, 0.0, 0.3 * roughness);
    vec3 around = mix(vec3(0.16, 0.17, 0.19), vec3(0.30, 0.32, 0.36), smoothstep(0.0, 1.0, height));
    vec3 floor_light = mix(3.0 * wall, 1.5 * wall, smoothstep(0.0, 1.0, -height));
    float border = 0.04 + 0.5 * roughness;
    vec3 radiance = mix(floor_light, around, smoothstep(-border, border, direction.y));
    radiance += vec3(2.2, 2.25, 2.4) * lamp(direction, vec3(-0.30, 0.95, 0.087), 0.90, roughness);
    radiance += vec3(1.1, 1.2, 1.4) * lamp(direction, vec3(-0.89, 0.25, -0.38), 0.92, roughness);
    return radiance + vec3(0.8, 0.8, 0.8) * lamp(direction, vec3(0.89, 0.20, -0.41), 0.94, roughness);
}

// Irradiance / pi on a surface that faces `normal`: a hemisphere's gradient. Near the floor less of the
// floor's light arrives, for the object keeps it dark; from below there is no floor.
vec3 around(vec3 normal, float height) {
    vec3 above = vec3(0.34, 0.36, 0.40);
    vec3 below = 3.0 * wall + 0.05 * max(frame.light.y, 0.0) * frame.light.w * light_colour;
    below *= 1.0 - step(0.0, frame.eye.y) * exp(-1.6 * height);
    return mix(below, above, 0.5 + 0.5 * normal.y);
}

// Distance by which the line from `from` to the light passes inside of the object's outline (negative:
// outside), and how far away that is (not positive: behind).
vec2 inside_sphere(vec3 from) {
    vec3 to_centre = object_centre() - from;
    float along = dot(to_centre, frame.light.xyz);
    float off = sqrt(max(dot(to_centre, to_centre) - along * along, 0.0));
    return vec2(frame.half_size.x - off, along);
}

// Of a box the outline consists of edges between a side where lines enter and another where they leave.
vec2 inside_box(vec3 from) {
    vec3 direction = frame.light.xyz + vec3(1e-5);
    vec3 middle = (object_centre() - from) / direction;
    vec3 reach = abs(frame.half_size.xyz / direction);
    vec3 enter = middle - reach, leave = middle + reach;
    float inside = 1e9;
    for (int i = 0; i < 3; ++i)
        for (int j = 1; j < 3; ++j) {
            int k = (i + j) % 3;
            vec2 flat_direction = vec2(direction[i], direction[k]);
            float per_time = abs(flat_direction.x * flat_direction.y) / length(flat_direction);
            inside = min(inside, (leave[k] - enter[i]) * per_time);
        }
    float first = max(enter.x, max(enter.y, enter.z)), last = min(leave.x, min(leave.y, leave.z));
    return vec2(inside, 0.5 * (first + last));
}

// How much of the light, a disc in the sky, reaches a place on the floor.
float light_reaching(vec3 place) {
    const float disc = 0.11;  // its radius, radians
    vec2 inside = is_sphere != 0 ? inside_sphere(place) : inside_box(place);
    if (inside.y <= 0.0) return 1.0;
    float penumbra = disc * inside.y;
    return 1.0 - smoothstep(-penumbra, penumbra, inside.x);
}

// How much of the sky a place on the floor sees past the object.
float sky_reaching(vec3 place) {
    if (is_sphere != 0) {
        vec3 to_centre = object_centre() - place;  // Quilez' sphere occlusion: cosine times solid angle
        float squared = dot(to_centre, to_centre), radius = frame.half_size.x;
        return 1.0 - to_centre.y * inversesqrt(squared) * radius * radius / squared;
    }
    // A wall of height h, at distance d, hides (1 - d / sqrt(d^2 + h^2)) / 2; less where it is short.
    vec2 away = max(abs(place.xz) - frame.half_size.xz, 0.0);
    float d = length(away), h = 2.0 * frame.half_size.y;
    return 1.0 - 0.5 * (1.0 - d * inversesqrt(d * d + h * h)) / (1.0 + 0.5 * d);
}

// The floor where the light falls on it: a pool around the object, and the wall's colour far away.
vec3 floor_colour(vec3 place) {
    float squared = dot(place.xz, place.xz);
    float pool = exp(-0.055 * squared);
    float lit = max(frame.light.y, 0.0) * frame.light.w * light_reaching(place);
    float sky = mix(1.0, sky_reaching(place), exp(-0.02 * squared));
    return wall * mix(1.0, 1.6, pool) * sky * sky + pool * 0.042 * lit * sky * light_colour;
}
