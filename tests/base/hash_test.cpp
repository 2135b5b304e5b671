// The published test vectors of FNV-1a.
// SPDX-License-Identifier: MIT
#include "host/base/hash.hpp"

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <vector>

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

TEST_CASE("quick_hash64 notices every bit, the order and the length") {
    std::vector<std::byte> bytes(71);  // two blocks of lanes and a rest
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = std::byte(i * 37);
    std::set<uint64_t> seen{quick_hash64(bytes), quick_hash64(bytes, 7)};
    for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] ^= std::byte(1) << bit % 8;
        seen.insert(quick_hash64(bytes));
        bytes[bit / 8] ^= std::byte(1) << bit % 8;
    }
    for (size_t length = 0; length < bytes.size(); ++length)
        seen.insert(quick_hash64(std::span(bytes).first(length)));
    std::swap(bytes[0], bytes[32]);
    seen.insert(quick_hash64(bytes));
    CHECK(seen.size() == 2 + 71 * 8 + 71 + 1);
    // The highest bit of two words of one lane, which multiplication alone would let cancel out.
    std::vector<std::byte> zeros(96), ends(96);
    ends[7] = ends[39] = std::byte(0x80);
    CHECK(quick_hash64(zeros) != quick_hash64(ends));
}
