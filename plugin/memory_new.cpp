// operator new and delete of this library: hidden in it, they serve it and the C++ library that is linked
// into it.
// SPDX-License-Identifier: MIT
#include "host/base/thread_owner.hpp"
#include "plugin/memory.hpp"
#include "plugin/memory_block.hpp"
#include "plugin/memory_statics.hpp"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>

namespace vkgan::plugin {
namespace {

constexpr size_t most_bytes = size_t(1) << 47;
constexpr size_t least_thrown = 1 << 20;

bool must_not_fail() {
    const ThreadOwner& thread = thread_owner();
    return thread.worker || thread.must_not_fail || std::uncaught_exceptions() > 0;
}

// Null where neither may be had.
void* take(size_t bytes, size_t alignment) {
    const size_t before = std::max(alignment, sizeof(BlockHead));
    if (bytes > most_bytes || before > most_bytes) return nullptr;
    const size_t size_class = class_of(bytes + before);
    Pool* pool = makes_static() ? nullptr : static_cast<Pool*>(thread_owner().owner);
    void* block = pool ? pool->allocate(size_class) : nullptr;
    if (!block) {
        if (pool && must_not_fail())
            pool->note_refusal();
        else if (pool && bytes >= least_thrown)
            return nullptr;
        else if (pool)
            thread_owner().refused = true;
        pool = nullptr;
        block = std::malloc(bytes + before);
        if (!block) return nullptr;
    }
    const uintptr_t begin = reinterpret_cast<uintptr_t>(block);
    const size_t offset = round_up(begin + sizeof(BlockHead), std::max(alignment, size_t(16))) - begin;
    std::byte* const memory = static_cast<std::byte*>(block) + offset;
    new (memory - sizeof(BlockHead)) BlockHead{pool, uint32_t(size_class), uint32_t(offset)};
    if (pool) VKGAN_FORBID(memory + bytes, class_bytes(size_class) - offset - bytes);
    return memory;
}

void* take_or_throw(size_t bytes, size_t alignment) {
    void* const memory = take(bytes, alignment);
    if (!memory) throw std::bad_alloc();
    return memory;
}

void give(void* memory) {
    if (!memory) return;
    const BlockHead head = static_cast<const BlockHead*>(memory)[-1];
    std::byte* const block = static_cast<std::byte*>(memory) - head.offset;
    if (head.pool)
        head.pool->free(block, head.size_class);
    else
        std::free(block);
}

}  // namespace
}  // namespace vkgan::plugin

using vkgan::plugin::give;
using vkgan::plugin::take;
using vkgan::plugin::take_or_throw;

void* operator new(size_t bytes) { return take_or_throw(bytes, 1); }
void* operator new[](size_t bytes) { return take_or_throw(bytes, 1); }
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return take(bytes, 1); }
void* operator new[](size_t bytes, const std::nothrow_t&) noexcept { return take(bytes, 1); }
void* operator new(size_t bytes, std::align_val_t a) { return take_or_throw(bytes, size_t(a)); }
void* operator new[](size_t bytes, std::align_val_t a) { return take_or_throw(bytes, size_t(a)); }
void* operator new(size_t bytes, std::align_val_t a, const std::nothrow_t&) noexcept {
    return take(bytes, size_t(a));
}
void* operator new[](size_t bytes, std::align_val_t a, const std::nothrow_t&) noexcept {
    return take(bytes, size_t(a));
}

void operator delete(void* memory) noexcept { give(memory); }
void operator delete[](void* memory) noexcept { give(memory); }
void operator delete(void* memory, size_t) noexcept { give(memory); }
void operator delete[](void* memory, size_t) noexcept { give(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { give(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { give(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { give(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { give(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { give(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { give(memory); }
void operator delete(void* memory, std::align_val_t, const std::nothrow_t&) noexcept { give(memory); }
void operator delete[](void* memory, std::align_val_t, const std::nothrow_t&) noexcept { give(memory); }
