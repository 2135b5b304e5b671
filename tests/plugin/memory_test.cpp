// The pool behind the plugin's `new`, by itself; and texts and messages for hosts.
// SPDX-License-Identifier: MIT
#include "plugin/memory.hpp"
#include "plugin/memory_block.hpp"
#include "plugin/messages.hpp"
#include "plugin/text.hpp"
#include "plugin/vkgan_plugin.h"
#include "tests/plugin/plugin_host.hpp"

#include <doctest/doctest.h>

#include <cstring>
#include <thread>

using namespace vkgan;
using namespace vkgan::plugin;
using namespace vkgan::test;

namespace {

// A pool on a counting heap. Pools are for static storage: this one is used in one scope only.
struct PoolOnHeap {
    HostHeap heap;
    Pool pool;
    PoolOnHeap() {
        vkgan_context_info info = VKGAN_MAKE(context_info);
        heap.serve(info);
        pool.open({info.allocate, info.deallocate, info.allocator_user});
    }
    void* take(size_t bytes) { return pool.allocate(class_of(bytes)); }
    void give(void* memory, size_t bytes) { pool.free(memory, class_of(bytes)); }
};

}  // namespace

TEST_CASE("size classes hold every size and waste at most a fifth of 100 bytes and more") {
    for (size_t bytes = 1; bytes < 100'000; ++bytes) {
        const size_t given = class_bytes(class_of(bytes));
        if (given < bytes || given % 16 != 0 || class_of(given) != class_of(bytes)) FAIL(bytes);
        if (bytes >= 100 && double(given - bytes) > 0.2 * double(given)) FAIL(bytes);
    }
    for (size_t bytes = size_t(1) << 20; bytes < size_t(1) << 46; bytes = bytes * 9 / 8 + 1) {
        const size_t given = class_bytes(class_of(bytes));
        CHECK(given >= bytes);
        CHECK(double(given - bytes) <= 0.2 * double(given));
    }
}

TEST_CASE("a pool reuses what is freed, and gives everything back at its end") {
    PoolOnHeap p;
    const std::vector<size_t> sizes{16, 40, 100, 1000, 4096, 5000, 300'000, 2'000'000};
    uint64_t calls = 0;
    for (int round = 0; round < 3; ++round) {
        std::vector<void*> blocks;
        for (const size_t bytes : sizes) {
            blocks.push_back(p.take(bytes));
            REQUIRE(blocks.back());
            CHECK(reinterpret_cast<uintptr_t>(blocks.back()) % 16 == 0);
            std::memset(blocks.back(), round, bytes);
        }
        for (size_t i = 0; i < sizes.size(); ++i) p.give(blocks[i], sizes[i]);
        if (round == 0) calls = p.heap.calls();
        CHECK(p.heap.calls() == calls);
    }
    CHECK(p.pool.counts().host_allocations == calls);
    CHECK(p.pool.counts().host_bytes == p.heap.bytes());
    const size_t before = p.heap.bytes();
    p.pool.trim();
    CHECK(p.heap.bytes() < before - 2'000'000);
    void* const again = p.take(2'000'000);
    CHECK(p.heap.calls() == calls + 1);
    p.give(again, 2'000'000);
    p.pool.close();
    CHECK(p.heap.blocks() == 0);
    CHECK(p.heap.wrong_frees() == 0);
    CHECK_FALSE(p.pool.lost());
}

TEST_CASE("a pool serves many threads at once, and blocks may be freed by any of them") {
    PoolOnHeap p;
    std::mutex mutex;
    std::vector<std::pair<void*, size_t>> shared;
    const auto work = [&](unsigned seed) {
        for (int i = 0; i < 5000; ++i) {
            seed = seed * 1664525u + 1013904223u;
            const size_t bytes = 16 + (seed >> 20);
            void* const block = p.take(bytes);
            std::memset(block, int(seed >> 24), bytes);
            std::pair<void*, size_t> other{block, bytes};
            {
                const std::lock_guard lock(mutex);
                if (shared.size() > 50)
                    std::swap(other, shared[(seed >> 8) % shared.size()]);
                else
                    std::swap(other, shared.emplace_back(nullptr, 0));
            }
            if (other.first) p.give(other.first, other.second);
        }
    };
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; ++i) threads.emplace_back(work, i);
    for (std::thread& thread : threads) thread.join();
    for (const auto& [block, bytes] : shared) p.give(block, bytes);
    p.pool.close();
    CHECK(p.heap.blocks() == 0);
    CHECK_FALSE(p.pool.lost());
}

TEST_CASE("a pool whose host refuses gives null, and keeps what is still in use") {
    PoolOnHeap p;
    void* const kept = p.take(100'000);
    p.heap.refuse(1, true);
    CHECK(p.take(100'001 * 2) == nullptr);
    CHECK(p.take(16) == nullptr);
    p.heap.refuse(0);
    CHECK(p.take(16) != nullptr);
    p.pool.close();
    CHECK(p.pool.lost());
    CHECK(p.heap.blocks() == 2);
    p.give(kept, 100'000);
}

TEST_CASE("text is cut to a host's array between characters, and always ends") {
    const auto cut = [](std::string_view text, size_t bytes) {
        std::vector<char> to(bytes + 1, 'x');
        copy_text(text, to.data(), bytes);
        CHECK(to.back() == 'x');
        return std::string(to.data());
    };
    CHECK(cut("abc", 4) == "abc");
    CHECK(cut("abc", 3) == "ab");
    CHECK(cut("abc", 1) == "");
    CHECK(cut("h\u00e9", 3) == "h");  // é takes two bytes
    CHECK(cut("h\u00e9", 4) == "h\u00e9");
    CHECK(cut("\U0001F600!", 5) == "\U0001F600");  // four bytes
    CHECK(cut("\U0001F600!", 4) == "");
    copy_text("abc", nullptr, 3);
    char untouched = 'x';
    copy_text("abc", &untouched, 0);
    CHECK(untouched == 'x');
}

TEST_CASE("messages of any thread are kept, bounded, and delivered with how bad they are") {
    std::vector<ToldLine> told;
    Messages messages(
        [](void* user, int32_t severity, const char* text) {
            static_cast<std::vector<ToldLine>*>(user)->push_back({severity, text});
        },
        &told);
    std::thread([&] { messages.add("warning: a cache was ignored"); }).join();
    messages.add("error: no");
    messages.add("a note");
    CHECK(told.empty());
    messages.deliver();
    REQUIRE(told.size() == 3);
    CHECK(told[0].severity == VKGAN_MESSAGE_WARNING);
    CHECK(told[0].text == "a cache was ignored");
    CHECK(told[1].severity == VKGAN_MESSAGE_ERROR);
    CHECK(told[2].severity == VKGAN_MESSAGE_NOTE);
    CHECK(told[2].text == "a note");
    told.clear();
    for (int i = 0; i < 1000; ++i) messages.add("again");
    messages.deliver();
    CHECK(told.size() == 65);
    CHECK(told.back().severity == VKGAN_MESSAGE_WARNING);
    messages.deliver();
    CHECK(told.size() == 65);
    Messages silent(nullptr, nullptr);
    silent.add("nobody hears it");
    silent.deliver();
}
