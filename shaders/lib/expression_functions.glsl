// The functions that rows of host/ops/pointwise_rows.h call: accurate to a few units in the last place, no overflow inside.
// SPDX-License-Identifier: MIT
//
// Polynomials are Chebyshev fits of our own (the interval and the largest error stand beside each). `precise` keeps every
// driver from contracting them differently from one kernel to the next: a fused chain equals the unfused ops bit for bit.
#ifndef VKGAN_EXPRESSION_FUNCTIONS_GLSL
#define VKGAN_EXPRESSION_FUNCTIONS_GLSL

vec4 select4(vec4 condition, vec4 a, vec4 b) { return mix(b, a, greaterThan(condition, vec4(0.0))); }

vec4 greater4(vec4 x, vec4 y) { return mix(vec4(0.0), vec4(1.0), greaterThan(x, y)); }

// erf(x) = x P(x^2) up to 1 (error 1.2e-9); from there 1 - exp(-x^2) Q(1 / (1 + |x| / 2)) up to 4 (7e-9); then 1 in float.
vec4 erf4(vec4 x) {
    precise vec4 s = x * x;
    precise vec4 p = vec4(7.87587506e-5);
    p = p * s - 8.01686429e-4;
    p = p * s + 5.18908742e-3;
    p = p * s - 2.6854212e-2;
    p = p * s + 1.12835947e-1;
    p = p * s - 3.76126267e-1;
    p = p * s + 1.12837917;
    p = p * x;
    precise vec4 a = min(abs(x), 4.0);
    precise vec4 t = 1.0 / (1.0 + 0.5 * a);
    precise vec4 q = vec4(-5.36304281e-2);
    q = q * t - 5.70652e-2;
    q = q * t + 4.03495053e-1;
    q = q * t + 1.01495412e-1;
    q = q * t + 3.30757134e-1;
    q = q * t + 2.7363434e-1;
    q = q * t + 6.05118391e-4;
    q = 1.0 - exp(-a * a) * q;
    q = mix(q, -q, lessThan(x, vec4(0.0)));
    return mix(p, q, greaterThan(abs(x), vec4(1.0)));
}

// tanh(x) = x P(x^2) up to 5/8 (error 4e-9); from there 1 - 2 / (exp(2 |x|) + 1), which is 1 in float from 10 on.
vec4 tanh4(vec4 x) {
    precise vec4 s = x * x;
    precise vec4 p = vec4(-0.00565713518);
    p = p * s + 0.0205881915;
    p = p * s - 0.0537201077;
    p = p * s + 0.133311141;
    p = p * s - 0.333332599;
    p = p * s + 0.999999996;
    p = p * x;
    precise vec4 q = 1.0 - 2.0 / (exp(2.0 * min(abs(x), 10.0)) + 1.0);
    q = mix(q, -q, lessThan(x, vec4(0.0)));
    return mix(p, q, greaterThan(abs(x), vec4(0.625)));
}

// 1 / (1 + exp(-x)), written so that exp never overflows.
vec4 sigmoid4(vec4 x) {
    precise vec4 e = exp(-abs(x));
    precise vec4 r = 1.0 / (1.0 + e);
    precise vec4 other = e * r;
    return mix(r, other, lessThan(x, vec4(0.0)));
}

// log(1 + x): on [-1/2, 1] as 2 artanh(s) with s = x / (2 + x), 2 s P(s^2) (error 8.5e-9).
vec4 log1p4(vec4 x) {
    precise vec4 s = x / (2.0 + x);
    precise vec4 t = s * s;
    precise vec4 p = vec4(2.81577784e-1);
    p = p * t + 2.79651577e-1;
    p = p * t + 4.00245952e-1;
    p = p * t + 6.66663216e-1;
    p = p * t + 2.0;
    p = p * s;
    precise vec4 q = log(1.0 + x);
    const bvec4 near = lessThanEqual(abs(x - 0.25), vec4(0.75));
    return mix(q, p, near);
}

// exp(x) - 1: x P(x) up to 1/2 (error 3.2e-9).
vec4 expm1_4(vec4 x) {
    precise vec4 p = vec4(1.99621762e-4);
    p = p * x + 1.39977734e-3;
    p = p * x + 8.33318207e-3;
    p = p * x + 4.16653042e-2;
    p = p * x + 1.66666671e-1;
    p = p * x + 0.500000043;
    p = p * x + 1.0;
    p = p * x;
    precise vec4 q = exp(x) - 1.0;
    return mix(p, q, greaterThan(abs(x), vec4(0.5)));
}

// sin(x + quarters * pi / 2), since Vulkan allows sin and cos of its own an error of 2^-11. Reduction by pi / 2 in three parts
// (Cody and Waite 1980) and Cephes' polynomials (Moshier, sinf and cosf): good to |x| < 8000, as the result then needs no more than
// 13 bits of the multiple.
vec4 sine4(vec4 x, int quarters) {
    const vec4 multiple = floor(x * 0.636619772 + 0.5);
    precise vec4 r = ((x - multiple * 1.5703125) - multiple * 4.83751297e-4) - multiple * 7.54978995e-8;
    const vec4 z = r * r;
    precise vec4 s = vec4(-1.95152959e-4);
    s = s * z + 8.33216087e-3;
    s = s * z - 1.66666546e-1;
    s = s * z * r + r;
    precise vec4 c = vec4(2.44331571e-5);
    c = c * z - 1.38873163e-3;
    c = c * z + 4.16666457e-2;
    c = c * z * z - 0.5 * z + 1.0;
    const ivec4 turn = ivec4(multiple) + quarters;
    const vec4 v = mix(s, c, notEqual(turn & 1, ivec4(0)));
    return mix(v, -v, notEqual(turn & 2, ivec4(0)));
}

// log(1 + exp(x)) = max(x, 0) + log(1 + exp(-|x|)).
vec4 softplus4(vec4 x) {
    precise vec4 r = max(x, 0.0) + log1p4(exp(-abs(x)));
    return r;
}

#endif
