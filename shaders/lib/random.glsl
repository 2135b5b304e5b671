// Philox4x32-10 and the distributions made of it, four lanes at a time, bit for bit as host/graph/random.cpp.
// SPDX-License-Identifier: MIT
#ifndef VKGAN_RANDOM_GLSL
#define VKGAN_RANDOM_GLSL

#include "normal_table.h"

// Salmon et al. 2011, ten rounds. words[w][k] is word w of counter (c0[k], c123).
void philox4x32(uvec4 c0, uvec3 c123, uvec2 key, out uvec4 words[4]) {
    uvec4 c1 = uvec4(c123.x), c2 = uvec4(c123.y), c3 = uvec4(c123.z);
    for (int round = 0; round < 10; ++round) {
        uvec4 first_high, first_low, second_high, second_low;
        umulExtended(uvec4(0xD2511F53u), c0, first_high, first_low);
        umulExtended(uvec4(0xCD9E8D57u), c2, second_high, second_low);
        c0 = second_high ^ c1 ^ key.x;
        c1 = second_low;
        c2 = first_high ^ c3 ^ key.y;
        c3 = first_low;
        key += uvec2(0x9E3779B9u, 0xBB67AE85u);
    }
    words = uvec4[4](c0, c1, c2, c3);
}

vec4 uniform_from_words(uvec4 words) { return vec4(words >> 8) * (1.0 / 16777216.0); }

// `precise` forbids contraction to fma, which would round differently from driver to driver.
vec4 normal_from_words(uvec4 words) {
    const uvec4 tail = words | 1u;
    const ivec4 zeros = 31 - findMSB(tail);
    const uvec4 mantissa = ((tail << zeros) & 0x7FFFFFFFu) >> 7;
    precise vec4 d = vec4(0x1000000u - mantissa) * (1.0 / 16777216.0);

    precise vec4 log_factor = vec4(0);
#define VKGAN_TERM(a) log_factor = log_factor * d + a;
    VKGAN_NORMAL_LOG_TERMS(VKGAN_TERM)
#undef VKGAN_TERM
    precise vec4 s = vec4(zeros) * VKGAN_NORMAL_LOG2 + d * log_factor;

    const bvec4 piece1 = greaterThanEqual(zeros, ivec4(VKGAN_NORMAL_PIECE1));
    const bvec4 piece2 = greaterThanEqual(zeros, ivec4(VKGAN_NORMAL_PIECE2));
    const bvec4 piece3 = greaterThanEqual(zeros, ivec4(VKGAN_NORMAL_PIECE3));
#define VKGAN_PICK(a, b, c, e) mix(mix(mix(vec4(a), vec4(b), piece1), vec4(c), piece2), vec4(e), piece3)
    precise vec4 t = s - VKGAN_NORMAL_CENTERS(VKGAN_PICK);
    precise vec4 z = vec4(0);
#define VKGAN_TERM(a, b, c, e) z = z * t + VKGAN_PICK(a, b, c, e);
    VKGAN_NORMAL_TERMS(VKGAN_TERM)
#undef VKGAN_TERM
#undef VKGAN_PICK
    return mix(z, -z, notEqual(words & 1u, uvec4(0)));
}

#endif
