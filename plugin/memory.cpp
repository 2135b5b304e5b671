// Size classes, chunks and their way back.
// SPDX-License-Identifier: MIT
#include "plugin/memory.hpp"

#include "host/base/thread_owner.hpp"
#include "plugin/memory_block.hpp"

#include <cstdlib>
#include <new>

namespace vkgan::plugin {
namespace {

constexpr size_t largest_small = 4096;
constexpr size_t small_chunk_bytes = 64 << 10;
constexpr size_t least_trimmed = 1 << 20;
constexpr size_t host_alignment = 64;

}  // namespace

struct alignas(64) Pool::Chunk {
    Chunk *before, *after;
    size_t bytes;  // with this
};
struct Pool::FreeBlock {
    FreeBlock* next;
};

void Pool::open(const HostMemory& host) {
    host_ = host;
    host_allocations_ = 0;
    host_bytes_ = 0;
    refused_ = false;
}

void Pool::close() {
    free_.fill(nullptr);
    rest_ = nullptr;
    rest_bytes_ = 0;
    if (blocks_in_use_ != 0) return;
    while (Chunk* const chunk = chunks_) {
        unlink(chunk);
        give_back(chunk);
    }
}

void* Pool::allocate(size_t size_class) {
    const size_t bytes = class_bytes(size_class);
    {
        const std::lock_guard lock(mutex_);
        void* block = free_[size_class];
        if (block) {
            VKGAN_ALLOW(block, bytes);
            free_[size_class] = free_[size_class]->next;
        } else if (bytes <= rest_bytes_ && bytes <= largest_small) {
            block = carve(size_class);
        }
        if (block) {
            ++blocks_in_use_;
            return block;
        }
    }
    // The host is asked without the lock: it may take its time, or call other contexts.
    const bool small = bytes <= largest_small;
    Chunk* const chunk = take_chunk(small ? small_chunk_bytes : bytes + sizeof(Chunk));
    if (!chunk) return nullptr;
    const std::lock_guard lock(mutex_);
    link(chunk);
    ++blocks_in_use_;
    std::byte* const memory = reinterpret_cast<std::byte*>(chunk + 1);
    if (!small) return memory;
    rest_ = memory;
    rest_bytes_ = chunk->bytes - sizeof(Chunk);
    VKGAN_FORBID(rest_, rest_bytes_);
    return carve(size_class);
}

void* Pool::carve(size_t size_class) {
    const size_t bytes = class_bytes(size_class);
    void* const block = rest_;
    VKGAN_ALLOW(block, bytes);
    rest_ += bytes;
    rest_bytes_ -= bytes;
    return block;
}

void Pool::free(void* block, size_t size_class) {
    const std::lock_guard lock(mutex_);
    --blocks_in_use_;
    FreeBlock* const freed = static_cast<FreeBlock*>(block);
    freed->next = free_[size_class];
    free_[size_class] = freed;
    VKGAN_FORBID(block, class_bytes(size_class));
}

void Pool::trim() {
    Chunk* unused = nullptr;
    {
        const std::lock_guard lock(mutex_);
        for (size_t i = class_of(least_trimmed); i < class_count; ++i) {
            while (FreeBlock* const block = free_[i]) {
                VKGAN_ALLOW(block, class_bytes(i));
                free_[i] = block->next;
                Chunk* const chunk = reinterpret_cast<Chunk*>(block) - 1;
                unlink(chunk);
                chunk->after = unused;
                unused = chunk;
            }
        }
    }
    while (unused) {
        Chunk* const chunk = unused;
        unused = chunk->after;
        give_back(chunk);
    }
}

Pool::Counts Pool::counts() const { return {host_allocations_, host_bytes_}; }

Pool::Chunk* Pool::take_chunk(size_t bytes) {
    void* const memory = host_.allocate ? host_.allocate(host_.user, bytes, host_alignment)
                                        : std::aligned_alloc(host_alignment, round_up(bytes, host_alignment));
    if (!memory) return nullptr;
    ++host_allocations_;
    host_bytes_ += bytes;
    return new (memory) Chunk{nullptr, nullptr, bytes};
}

void Pool::give_back(Chunk* chunk) {
    host_bytes_ -= chunk->bytes;
    VKGAN_ALLOW(chunk, chunk->bytes);
    if (host_.allocate)
        host_.deallocate(host_.user, chunk);
    else
        std::free(chunk);
}

void Pool::link(Chunk* chunk) {
    chunk->after = chunks_;
    if (chunks_) chunks_->before = chunk;
    chunks_ = chunk;
}

void Pool::unlink(Chunk* chunk) {
    if (chunk->after) chunk->after->before = chunk->before;
    (chunk->before ? chunk->before->after : chunks_) = chunk->after;
}

WorksFor::WorksFor(Pool* pool, bool may_fail) {
    ThreadOwner& thread = thread_owner();
    owner_ = thread.owner;
    worker_ = thread.worker;
    must_not_fail_ = thread.must_not_fail;
    refused_ = thread.refused;
    thread = {pool, false, !may_fail, false};
}

WorksFor::~WorksFor() { thread_owner() = {owner_, worker_, must_not_fail_, refused_}; }

bool WorksFor::refused() { return thread_owner().refused; }

}  // namespace vkgan::plugin
