// One light with soft shadows of boxes, and light from all around.
// SPDX-License-Identifier: MIT

// How much of the light reaches `place`. A ray loses light by its way through a box, as through smoke: short ways near
// edges make soft borders, without samples.
float shadow(vec3 place, int own) {
    vec3 to_light = frame.light.xyz - place;
    float distance_to_light = length(to_light);
    float through = 1.0;
    for (int i = 0; i < frame.counts.x; ++i) {
        if (i == own) continue;
        mat3 turn = mat3(frame.boxes[i].place);
        vec3 half_size = frame.boxes[i].half_size.xyz;
        vec3 origin = (place - frame.boxes[i].place[3].xyz) * turn;
        vec3 direction = to_light / distance_to_light * turn;
        vec3 per_step = 1.0 / (direction + vec3(1e-6));
        vec3 middle = -origin * per_step, reach = abs(per_step) * half_size;
        vec3 enter = middle - reach, leave = middle + reach;
        float from = max(max(enter.x, enter.y), max(enter.z, 0.0));
        float to = min(min(leave.x, leave.y), min(leave.z, distance_to_light));
        float thinnest = min(half_size.x, min(half_size.y, half_size.z));
        through *= exp(-2.5 * max(to - from, 0.0) / thinnest);
    }
    return through;
}

vec3 lit(vec3 albedo, vec3 normal, vec3 place, float gloss, int own) {
    vec3 to_light = frame.light.xyz - place;
    vec3 to_eye = normalize(frame.eye.xyz - place);
    vec3 direction = normalize(to_light);
    float arriving = frame.light.w / (1.0 + 0.10 * dot(to_light, to_light));
    arriving *= max(dot(normal, direction), 0.0);
    if (arriving > 0.0) arriving *= shadow(place, own);
    vec3 around = mix(vec3(0.16, 0.15, 0.15), vec3(0.34, 0.38, 0.46), 0.5 + 0.5 * normal.y);
    float mirror = pow(max(dot(normal, normalize(direction + to_eye)), 0.0), 60.0);
    return albedo * (around + vec3(1.0, 0.93, 0.82) * arriving) + vec3(gloss * mirror * arriving);
}
