// Contexts as a host knows them: numbers of slots, each for one thread at a time.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "plugin/checks.hpp"
#include "plugin/memory.hpp"
#include "plugin/messages.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

namespace vkgan::plugin {

struct OpenContext {
    explicit OpenContext(const vkgan_context_info& info) : messages(info.message, info.message_user) {}

    Messages messages;  // first: the engine's log goes here to its end
    std::optional<api::Context> engine;
    Pool* pool = nullptr;
};

// Static, so that a stale number finds a slot to be refused by.
struct Slot {
    // The generation of its context, and below that free, idle or busy.
    std::atomic<uint64_t> state = 0;
    Pool pool;
    OpenContext* context = nullptr;
    void* library = nullptr;  // keeps this library loaded while the context lives
    char last_message[1024] = {};
};

// On frames nothing fails for want of the host's memory.
enum class Memory { may_fail, must_not_fail };

using Body = Fault(void* call, OpenContext& context) noexcept;
vkgan_status run_in_context(vkgan_context handle, Memory memory, Body* body, void* call);

// Of what is being handled. Takes no memory that it cannot do without.
Fault fault_of_exception() noexcept;

// What `call` returns, or the Fault of what it throws.
template <class Call>
Fault guarded(Call&& call) noexcept {
    try {
        return call();
    } catch (...) {
        return fault_of_exception();
    }
}

// Runs call(OpenContext&) -> Fault in the context, with its memory; keeps its message, delivers lines of the
// log, lets no exception out.
template <class Call>
vkgan_status in_context(vkgan_context handle, Memory memory, Call call) {
    const auto body = [](void* self, OpenContext& context) noexcept {
        return guarded([&] { return (*static_cast<Call*>(self))(context); });
    };
    return run_in_context(handle, memory, body, &call);
}

// `text` (or null) gets the message of a failure.
vkgan_status open_context(const vkgan_context_info& info, vkgan_context* context, char* text, size_t bytes);
vkgan_status close_context(vkgan_context handle, uint32_t device_idle);
vkgan_status last_message(vkgan_context handle, char* text, size_t bytes);

}  // namespace vkgan::plugin
