// Activations that are compositions of pointwise ops.
// SPDX-License-Identifier: MIT
#include "host/ops/ops.hpp"

#include <numbers>

namespace vkgan::op {

// Hendrycks & Gimpel 2016: x P(X <= x) for a standard normal X.
Value gelu(Value x) { return scale(x, 0.5) * offset(erf(scale(x, 1 / std::numbers::sqrt2)), 1); }

}  // namespace vkgan::op
