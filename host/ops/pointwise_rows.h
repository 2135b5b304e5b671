// The pointwise ops, one row each, read by C++ and by GLSL (shaders/lib/expression.glsl).
// SPDX-License-Identifier: MIT
// clang-format off: tables, and read by GLSL
//
// VKGAN_ROW(code, name, arity, GLSL, reference, gradient of a, gradient of b, gradient of c, immediate)
//   GLSL:      on vec4 x, y, z and float k (the immediate), gives a vec4; functions of shaders/lib/expression_functions.glsl
//   reference: on double x, y, z, k, gives a double
//   gradients: on Values x, y, z (the operands), r (the result), d (the result's gradient) and double k; NONE where it is zero
//   immediate: what k is called; NONE if the row does not use it
// relu's gradients read the result, not the operand: the operand then need not be kept, and a contraction before it fuses.
// Codes are dense from 1 and never reused: they are in tuner files.
VKGAN_ROW(1, add, 2, x + y, x + y, d, d, NONE, NONE)
VKGAN_ROW(2, sub, 2, x - y, x - y, d, neg(d), NONE, NONE)
VKGAN_ROW(3, mul, 2, x * y, x * y, d * y, d * x, NONE, NONE)
VKGAN_ROW(4, div, 2, x / y, x / y, d / y, neg(d * r / y), NONE, NONE)
VKGAN_ROW(5, scale, 1, x * k, x * k, scale(d, k), NONE, NONE, factor)
VKGAN_ROW(6, offset, 1, x + k, x + k, d, NONE, NONE, summand)
VKGAN_ROW(7, neg, 1, -x, -x, neg(d), NONE, NONE, NONE)
VKGAN_ROW(8, abs, 1, abs(x), fabs(x), d * sign(x), NONE, NONE, NONE)
VKGAN_ROW(9, sign, 1, sign(x), sign(x), NONE, NONE, NONE, NONE)
VKGAN_ROW(10, exp, 1, exp(x), exp(x), d * r, NONE, NONE, NONE)
VKGAN_ROW(11, log, 1, log(x), log(x), d / x, NONE, NONE, NONE)
VKGAN_ROW(12, sqrt, 1, sqrt(x), sqrt(x), scale(d / r, 0.5), NONE, NONE, NONE)
VKGAN_ROW(13, rsqrt, 1, inversesqrt(x), 1 / sqrt(x), scale(d * (r * square(r)), -0.5), NONE, NONE, NONE)
VKGAN_ROW(14, square, 1, x * x, x * x, scale(d * x, 2.0), NONE, NONE, NONE)
VKGAN_ROW(15, reciprocal, 1, 1.0 / x, 1 / x, neg(d * square(r)), NONE, NONE, NONE)
VKGAN_ROW(16, tanh, 1, tanh4(x), tanh(x), d * offset(neg(square(r)), 1.0), NONE, NONE, NONE)
VKGAN_ROW(17, sigmoid, 1, sigmoid4(x), sigmoid(x), d * (r * offset(neg(r), 1.0)), NONE, NONE, NONE)
VKGAN_ROW(18, softplus, 1, softplus4(x), softplus(x), d * sigmoid(x), NONE, NONE, NONE)
VKGAN_ROW(19, relu, 1, max(x, 0.0), fmax(x, 0), d * step(r), NONE, NONE, NONE)
VKGAN_ROW(20, step, 1, greater4(x, vec4(0.0)), greater(x, 0), NONE, NONE, NONE, NONE)
VKGAN_ROW(21, erf, 1, erf4(x), erf(x), scale(d * exp(neg(square(x))), 1.1283791670955126), NONE, NONE, NONE)
VKGAN_ROW(22, sin, 1, sine4(x, 0), sin(x), d * cos(x), NONE, NONE, NONE)
VKGAN_ROW(23, cos, 1, sine4(x, 1), cos(x), neg(d * sin(x)), NONE, NONE, NONE)
VKGAN_ROW(24, log1p, 1, log1p4(x), log1p(x), d / offset(x, 1.0), NONE, NONE, NONE)
VKGAN_ROW(25, expm1, 1, expm1_4(x), expm1(x), d * exp(x), NONE, NONE, NONE)
VKGAN_ROW(26, leaky_relu, 1, select4(x, x, x * k), x > 0 ? x : x * k, d * leaky_step(k >= 0 ? r : x, k), NONE, NONE, slope)
VKGAN_ROW(27, leaky_step, 1, select4(x, vec4(1.0), vec4(k)), x > 0 ? 1 : k, NONE, NONE, NONE, slope)
VKGAN_ROW(28, elu, 1, select4(x, x, k * expm1_4(min(x, 0.0))), x > 0 ? x : k * expm1(x),
          select(x, d, d * offset(r, k)), NONE, NONE, alpha)
VKGAN_ROW(29, clamp_min, 1, max(x, k), fmax(x, k), d * offset(neg(step(offset(neg(x), k))), 1.0), NONE, NONE, low)
VKGAN_ROW(30, clamp_max, 1, min(x, k), fmin(x, k), d * offset(neg(step(offset(x, -k))), 1.0), NONE, NONE, high)
VKGAN_ROW(31, pow, 1, pow(x, vec4(k)), pow(x, k), scale(d * pow(x, k - 1.0), k), NONE, NONE, exponent)
VKGAN_ROW(32, greater, 2, greater4(x, y), greater(x, y), NONE, NONE, NONE, NONE)
VKGAN_ROW(33, maximum, 2, max(x, y), fmax(x, y), d * share(x - y), d * share(y - x), NONE, NONE)
VKGAN_ROW(34, minimum, 2, min(x, y), fmin(x, y), d * share(y - x), d * share(x - y), NONE, NONE)
VKGAN_ROW(35, select, 3, select4(x, y, z), x > 0 ? y : z, NONE, d * step(x), d * offset(neg(step(x)), 1.0), NONE)
VKGAN_ROW(36, floor, 1, floor(x), floor(x), NONE, NONE, NONE, NONE)
