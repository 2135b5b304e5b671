// The hash of much data: words instead of bytes, and four chains of multiplications beside one another.
// SPDX-License-Identifier: MIT
#include "host/base/hash.hpp"

#include <array>
#include <cstring>

namespace vkgan {

uint64_t quick_hash64(std::span<const std::byte> bytes, uint64_t start) {
    constexpr uint64_t prime = 0x100000001b3u;
    std::array<uint64_t, 4> lanes{start, start ^ 1, start ^ 2, start ^ 3};
    const size_t whole = bytes.size() / sizeof lanes * sizeof lanes;
    for (size_t at = 0; at < whole; at += sizeof lanes) {
        std::array<uint64_t, 4> words;
        std::memcpy(words.data(), bytes.data() + at, sizeof words);
        for (size_t i = 0; i < lanes.size(); ++i) {
            lanes[i] = (lanes[i] ^ words[i]) * prime;
            lanes[i] ^= lanes[i] >> 29;  // a multiplication carries upwards only
        }
    }
    const uint64_t hash = fnv1a64(std::as_bytes(std::span(lanes)), fnv1a64_start ^ bytes.size());
    return fnv1a64(bytes.subspan(whole), hash);
}

}  // namespace vkgan
