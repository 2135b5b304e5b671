// One light with soft shadows of boxes, and light from all around.
// SPDX-License-Identifier: MIT

// How much of the light reaches `place`, past boxes `first` to `last - 1`. A ray loses light by its way
// through a box, as through smoke: short ways near edges make soft borders, without samples.
float shadow(vec3 place, int first, int last) {
    vec3 to_light = frame.light.xyz - place;
    float distance_to_light = length(to_light);
    float through = 0.0;
    for (int i = first; i < last; ++i) {
        mat3 turn = mat3(frame.boxes[i].place);
        vec3 half_size = frame.boxes[i].half_size.xyz;
        vec3 origin = (place - frame.boxes[i].place[3].xyz) * turn;
        vec3 per_step = distance_to_light / (to_light * turn + vec3(1e-6));
        vec3 middle = -origin * per_step, reach = abs(per_step) * half_size;
        vec3 enter = middle - reach, leave = middle + reach;
        float from = max(max(enter.x, enter.y), max(enter.z, 0.0));
        float to = min(min(leave.x, leave.y), min(leave.z, distance_to_light));
        through += max(to - from, 0.0) / min(half_size.x, min(half_size.y, half_size.z));
    }
    return exp(-2.5 * through);
}

// What a surface reflects: of the light, past the boxes named, and of the light from all around.
vec3 lit(vec3 albedo, vec3 normal, vec3 place, float gloss, ivec2 boxes) {
    vec3 to_light = frame.light.xyz - place;
    vec3 direction = normalize(to_light);
    float arriving = frame.light.w / (1.0 + 0.22 * dot(to_light, to_light));
    arriving *= max(dot(normal, direction), 0.0);
    if (arriving > 0.004) arriving *= shadow(place, boxes.x, boxes.y);
    vec3 around = mix(vec3(0.12, 0.11, 0.12), vec3(0.24, 0.28, 0.36), 0.5 + 0.5 * normal.y);
    vec3 between = normalize(direction + normalize(frame.eye.xyz - place));
    float mirror = pow(max(dot(normal, between), 0.0), 60.0);
    return albedo * (around + vec3(1.0, 0.92, 0.80) * arriving) + vec3(gloss * mirror * arriving);
}
