// Sizes at the edge of 64 bits.
// SPDX-License-Identifier: MIT
#include "host/base/checked.hpp"

#include <doctest/doctest.h>

using namespace vkgan;

TEST_CASE("checked_multiply says when a product does not fit") {
    uint64_t product = 0;
    CHECK(checked_multiply(6, 7, product));
    CHECK(product == 42);
    CHECK(checked_multiply(0xffffffffu, 0x100000001u, product));
    CHECK(product == UINT64_MAX);
    CHECK_FALSE(checked_multiply(uint64_t(1) << 32, uint64_t(1) << 32, product));
}

TEST_CASE("checked_add says when a sum does not fit") {
    uint64_t sum = 0;
    CHECK(checked_add(UINT64_MAX - 1, 1, sum));
    CHECK(sum == UINT64_MAX);
    CHECK_FALSE(checked_add(UINT64_MAX, 1, sum));
}
