#!/usr/bin/env python3
# Fits the polynomials of the inverse normal distribution and prints shaders/lib/normal_table.h.
# SPDX-License-Identifier: MIT
#
# For a tail probability p = (2 - d) 2^(-2 - zeros), 0 < d <= 1, random.glsl and random.cpp compute
#   s = -log(2 p) = zeros log 2 + d H(d),   |z| = Q(s - center)
# H and the four pieces of Q (chosen by `zeros`) are the polynomials fitted here, at Chebyshev nodes in double,
# with Python's standard library alone.
# Usage: tools/normal_table.py > shaders/lib/normal_table.h
import math
import struct
from statistics import NormalDist

LOG_DEGREE = 8
QUANTILE_DEGREE = 9
PIECES = [(0, 1), (1, 4), (4, 12), (12, 32)]  # leading zeros, half open


def chebyshev_fit(function, low, high, center, degree):
    """Coefficients, lowest first, of the polynomial in (x - center) equal to `function` at Chebyshev nodes."""
    count = degree + 1
    middle, half = (low + high) / 2, (high - low) / 2
    nodes = [middle + half * math.cos(math.pi * (2 * i + 1) / (2 * count)) for i in range(count)]
    divided = [function(x) for x in nodes]
    for level in range(1, count):
        for i in range(count - 1, level - 1, -1):
            divided[i] = (divided[i] - divided[i - 1]) / (nodes[i] - nodes[i - level])
    result = [divided[-1]]
    for i in range(count - 2, -1, -1):  # result * (x - nodes[i]) + divided[i], in powers of (x - center)
        shift = center - nodes[i]
        raised = [0.0] + result
        for power, value in enumerate(result):
            raised[power] += value * shift
        raised[0] += divided[i]
        result = raised
    return result


def float32(value):
    return struct.unpack("f", struct.pack("f", value))[0]


def log_factor(d):
    return -math.log1p(-d / 2) / d if d > 1e-9 else 0.5 + d / 8


def quantile(s):
    return -NormalDist().inv_cdf(math.exp(-s) / 2)


def literal(value):
    return f"{float32(value):.9g}" if "." in f"{float32(value):.9g}" else f"{float32(value):.9g}.0"


def horner(coefficients, x):
    result = 0.0
    for value in reversed(coefficients):
        result = result * x + float32(value)
    return result


def main():
    log_terms = chebyshev_fit(log_factor, 0, 1, 0, LOG_DEGREE)
    centers, pieces, worst = [], [], 0.0
    for first, last in PIECES:
        low, high = first * math.log(2), last * math.log(2)
        center = float32((low + high) / 2)
        terms = chebyshev_fit(quantile, low, high, center, QUANTILE_DEGREE)
        centers.append(center)
        pieces.append(terms)
        for i in range(4001):
            s = low + (high - low) * i / 4000
            worst = max(worst, abs(horner(terms, s - center) - quantile(s)))
    print("// Polynomials of the inverse normal distribution, read by C++ and GLSL: tools/normal_table.py's output.")
    print("// SPDX-License-Identifier: MIT")
    print("#ifndef VKGAN_NORMAL_TABLE_H\n#define VKGAN_NORMAL_TABLE_H\n")
    print("#define VKGAN_NORMAL_LOG2 " + literal(math.log(2)) + "f\n")
    print("// -log(1 - d / 2) / d for 0 < d <= 1, highest power first.")
    print("#define VKGAN_NORMAL_LOG_TERMS(TERM) \\")
    print(" \\\n".join(f"    TERM({literal(value)}f)" for value in reversed(log_terms)) + "\n")
    print("// Leading zeros at which the second, third and fourth piece begin; what is subtracted from s in each.")
    for number, (first, _) in enumerate(PIECES[1:], 1):
        print(f"#define VKGAN_NORMAL_PIECE{number} {first}")
    print("#define VKGAN_NORMAL_CENTERS(TERM) TERM(" + ", ".join(literal(c) + "f" for c in centers) + ")\n")
    print(f"// |z| of s in each piece, highest power first. Error without rounding: {worst:.1e}.")
    print("#define VKGAN_NORMAL_TERMS(TERM) \\")
    powers = range(QUANTILE_DEGREE, -1, -1)
    rows = [", ".join(literal(piece[power]) + "f" for piece in pieces) for power in powers]
    print(" \\\n".join(f"    TERM({row})" for row in rows) + "\n\n#endif")


main()
