// FNV-1a, 64 bits: a quick fingerprint of bytes for cache keys and change checks; it protects against nothing
// hostile.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace vkgan {

inline constexpr uint64_t fnv1a64_start = 0xcbf29ce484222325u;

// Pass an earlier hash as `start` to go on from there.
constexpr uint64_t fnv1a64(std::span<const std::byte> bytes, uint64_t start = fnv1a64_start) {
    for (const std::byte b : bytes) start = (start ^ uint64_t(b)) * 0x100000001b3u;
    return start;
}

constexpr uint64_t fnv1a64(std::string_view text, uint64_t start = fnv1a64_start) {
    for (const char c : text) start = (start ^ uint64_t(uint8_t(c))) * 0x100000001b3u;
    return start;
}

// Another hash, for megabytes: some ten times as quick. The same on every little-endian machine.
uint64_t quick_hash64(std::span<const std::byte> bytes, uint64_t start = fnv1a64_start);

}  // namespace vkgan
