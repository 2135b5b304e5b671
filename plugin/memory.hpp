// Memory of contexts: what any thread that works for one takes with `new` comes from its host, and goes back
// to it when the context ends.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>

namespace vkgan::plugin {

struct HostMemory {  // null functions: the system's
    void* (*allocate)(void* user, size_t bytes, size_t alignment) = nullptr;
    void (*deallocate)(void* user, void* memory) = nullptr;
    void* user = nullptr;
};

// Size classes are a quarter of a power of two apart, so that at most a fifth of a block is unused. Freed
// blocks wait in lists, one for each class: once every size in use has been seen, the host is asked for
// nothing more. Thread-safe, but for open and close. Static storage only: it outlives whatever was allocated
// from it.
class Pool {
public:
    struct Counts {
        uint64_t host_allocations = 0;  // calls of the host's function so far
        uint64_t host_bytes = 0;        // of the host, now
    };

    void open(const HostMemory& host);
    // Gives everything back, but what is still in use: that is lost, and the pool cannot be opened again.
    void close();
    bool lost() const { return blocks_in_use_ != 0; }

    // Null where the host has no more. A block is aligned to 16 bytes.
    void* allocate(size_t size_class);
    void free(void* block, size_t size_class);

    // Gives unused blocks of a megabyte and more back: after loading, which needs them once.
    void trim();
    Counts counts() const;

    // Something that must not fail was refused by the host, since the last call.
    void note_refusal() { refused_.store(true, std::memory_order_relaxed); }
    bool take_refusal() { return refused_.exchange(false, std::memory_order_relaxed); }

private:
    struct Chunk;      // memory as the host gave it
    struct FreeBlock;  // in a list of its class
    static constexpr size_t class_count = 192;

    void* carve(size_t size_class);
    Chunk* take_chunk(size_t bytes);
    void give_back(Chunk* chunk);
    void link(Chunk* chunk);
    void unlink(Chunk* chunk);

    HostMemory host_;
    mutable std::mutex mutex_;
    std::array<FreeBlock*, class_count> free_{};
    Chunk* chunks_ = nullptr;
    std::byte* rest_ = nullptr;  // of the newest chunk that small blocks are cut from
    size_t rest_bytes_ = 0;
    size_t blocks_in_use_ = 0;
    std::atomic<uint64_t> host_allocations_ = 0, host_bytes_ = 0;
    std::atomic<bool> refused_ = false;
};

// The calling thread works for `pool` (null: for nobody, with memory of the system) until the end of the
// scope. The system's memory takes the place of what the host refuses: std::bad_alloc from anywhere would end
// the process, since destructors take memory, too (nlohmann::json's does). Where it `may_fail`, refused()
// tells it, so that what was being made is undone; large blocks are std::bad_alloc there.
class WorksFor {
public:
    WorksFor(Pool* pool, bool may_fail);
    ~WorksFor();
    static bool refused();  // on this thread, in the innermost scope
    WorksFor(const WorksFor&) = delete;
    WorksFor& operator=(const WorksFor&) = delete;

private:
    void* owner_;
    bool worker_, must_not_fail_, refused_;
};

}  // namespace vkgan::plugin
