// Arithmetic on sizes that a file or a user gave: the result, or false when it does not fit.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace vkgan {

[[nodiscard]] inline bool checked_multiply(uint64_t a, uint64_t b, uint64_t& product) {
    return !__builtin_mul_overflow(a, b, &product);
}

[[nodiscard]] inline bool checked_add(uint64_t a, uint64_t b, uint64_t& sum) {
    return !__builtin_add_overflow(a, b, &sum);
}

}  // namespace vkgan
