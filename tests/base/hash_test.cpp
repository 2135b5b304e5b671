// The published test vectors of FNV-1a.
// SPDX-License-Identifier: MIT
#include "host/base/hash.hpp"

#include <doctest/doctest.h>

#include <array>

using namespace vkgan;

TEST_CASE("fnv1a64 gives the published values") {
    CHECK(fnv1a64("") == 0xcbf29ce484222325u);
    CHECK(fnv1a64("a") == 0xaf63dc4c8601ec8cu);
    CHECK(fnv1a64("foobar") == 0x85944171f73967e8u);
}

TEST_CASE("fnv1a64 of text and of its bytes agree, also in two pieces") {
    const std::array<std::byte, 3> bytes{std::byte{'b'}, std::byte{'a'}, std::byte{'r'}};
    CHECK(fnv1a64("bar") == fnv1a64(std::span<const std::byte>(bytes)));
    CHECK(fnv1a64("bar", fnv1a64("foo")) == fnv1a64("foobar"));
}
