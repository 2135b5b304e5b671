// Sizes of blocks, and what stands before each.
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#define VKGAN_FORBID(address, bytes) __asan_poison_memory_region(address, bytes)
#define VKGAN_ALLOW(address, bytes) __asan_unpoison_memory_region(address, bytes)
#else
#define VKGAN_FORBID(address, bytes) (void)0
#define VKGAN_ALLOW(address, bytes) (void)0
#endif

namespace vkgan::plugin {

class Pool;

// Directly before what `new` returns.
struct alignas(16) BlockHead {
    Pool* pool;  // null: the system's memory
    uint32_t size_class;
    uint32_t offset;  // of what `new` returned, from the block's beginning
};

constexpr size_t round_up(size_t bytes, size_t step) { return (bytes + step - 1) / step * step; }

// 16, 32, 48 ... 128, then four for each doubling: 160, 192, 224, 256, 320 ...
constexpr size_t class_of(size_t bytes) {
    if (bytes <= 128) return round_up(bytes, 16) / 16;
    const size_t doubling = size_t(std::bit_width(bytes - 1)) - 1;
    return 4 * (doubling - 7) + ((bytes - 1) >> (doubling - 2)) + 5;
}
constexpr size_t class_bytes(size_t size_class) {
    if (size_class <= 8) return 16 * size_class;
    const size_t step = size_class - 9;
    return (step % 4 + 5) << (step / 4 + 5);
}
static_assert(class_bytes(class_of(129)) == 160 && class_bytes(class_of(256)) == 256);
static_assert(class_bytes(class_of(257)) == 320 && class_bytes(class_of(size_t(1) << 20)) == size_t(1) << 20);
static_assert(class_of(160) == class_of(129) && class_of(161) == class_of(160) + 1);

}  // namespace vkgan::plugin
