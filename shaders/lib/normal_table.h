// Polynomials of the inverse normal distribution, read by C++ and GLSL: tools/normal_table.py's output.
// SPDX-License-Identifier: MIT
#ifndef VKGAN_NORMAL_TABLE_H
#define VKGAN_NORMAL_TABLE_H

#define VKGAN_NORMAL_LOG2 0.693147182f

// -log(1 - d / 2) / d for 0 < d <= 1, highest power first.
#define VKGAN_NORMAL_LOG_TERMS(TERM) \
    TERM(0.00274991547f) \
    TERM(-0.0063680145f) \
    TERM(0.00941417087f) \
    TERM(-0.00283705699f) \
    TERM(0.00826711208f) \
    TERM(0.01521484f) \
    TERM(0.0417077504f) \
    TERM(0.124998435f) \
    TERM(0.5f)

// Leading zeros at which the second, third and fourth piece begin; what is subtracted from s in each.
#define VKGAN_NORMAL_PIECE1 1
#define VKGAN_NORMAL_PIECE2 4
#define VKGAN_NORMAL_PIECE3 12
#define VKGAN_NORMAL_CENTERS(TERM) TERM(0.346573591f, 1.73286796f, 5.54517746f, 15.249238f)

// |z| of s in each piece, highest power first. Error without rounding: 2.9e-07.
#define VKGAN_NORMAL_TERMS(TERM) \
    TERM(0.0454620533f, 2.99945132e-05f, 7.63117214e-09f, 2.04399388e-12f) \
    TERM(-0.0539280176f, -8.29829078e-05f, -5.45438823e-08f, -3.76245562e-11f) \
    TERM(0.0514835604f, 0.000152658846f, 2.5058722e-07f, 4.61180177e-10f) \
    TERM(-0.0643756315f, -0.000449758343f, -1.91796175e-06f, -9.11545328e-09f) \
    TERM(0.0848849118f, 0.00145378592f, 1.6285012e-05f, 1.98551845e-07f) \
    TERM(-0.115824118f, -0.00467782142f, -0.000136846516f, -4.33930927e-06f) \
    TERM(0.17243062f, 0.0164921917f, 0.00126858975f, 0.000105300649f) \
    TERM(-0.305594236f, -0.0702924281f, -0.0144337332f, -0.00316797663f) \
    TERM(0.951048493f, 0.551662564f, 0.314761013f, 0.18699342f) \
    TERM(0.375744581f, 1.35074627f, 2.8856349f, 5.16657829f)

#endif
