// The last steps to a pixel, the same for the object and for what is behind it.
// SPDX-License-Identifier: MIT

// A gradient over eight bits shows its steps; half a step of noise hides them. Interleaved gradient noise of
// Jimenez 2014; `slope` is the derivative of sRGB's decoding, near enough.
vec3 dithered(vec3 linear) {
    float noise = fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715)))) - 0.5;
    vec3 slope = 2.2 * pow(linear, vec3(0.55)) + 0.02;
    return max(linear + slope * noise / 255.0, 0.0);
}

// The shoulder of Khronos' PBR Neutral (2024), without its toe: below `start` colours stay as the maps have
// them; above, they near white by way of less saturation.
vec3 tone_mapped(vec3 colour) {
    const float start = 0.76, desaturation = 0.15;
    colour *= frame.half_size.w;
    float peak = max(colour.r, max(colour.g, colour.b));
    if (peak < start) return colour;
    const float room = 1.0 - start;
    float new_peak = 1.0 - room * room / (peak + room - start);
    float white = 1.0 - 1.0 / (desaturation * (peak - new_peak) + 1.0);
    return mix(colour * new_peak / peak, vec3(new_peak), white);
}
