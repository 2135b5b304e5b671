// The table of slots, and what surrounds every call.
// SPDX-License-Identifier: MIT
#include "plugin/contexts.hpp"

#include "plugin/convert.hpp"
#include "plugin/library.hpp"
#include "plugin/text.hpp"

#include <array>
#include <exception>
#include <new>

namespace vkgan::plugin {
namespace {

constexpr size_t slot_count = 64;
enum : uint64_t { state_free = 0, state_idle = 1, state_busy = 2 };

constinit std::array<Slot, slot_count> slots{};

// A context's number holds its slot, from 1 on, below its generation.
vkgan_context number_of(const Slot& slot, uint64_t generation) {
    return generation << 8 | uint64_t(&slot - slots.data() + 1);
}
Slot* slot_of(vkgan_context handle) {
    const uint64_t place = handle & 0xFF;
    return place >= 1 && place <= slot_count ? &slots[place - 1] : nullptr;
}

// Null with a status where the call cannot be: nothing has been done then.
Slot* enter(vkgan_context handle, vkgan_status& status) {
    Slot* const slot = slot_of(handle);
    const uint64_t generation = handle >> 8;
    uint64_t state = generation << 2 | state_idle;
    if (slot &&
        slot->state.compare_exchange_strong(state, generation << 2 | state_busy, std::memory_order_acquire))
        return slot;
    const bool busy = slot && state == (generation << 2 | state_busy);
    status = busy ? VKGAN_ERROR_CONCURRENT_CALL : VKGAN_ERROR_INVALID_HANDLE;
    return nullptr;
}

void leave(Slot& slot, uint64_t state) {
    const uint64_t generation = slot.state.load(std::memory_order_relaxed) >> 2;
    slot.state.store(generation << 2 | state, std::memory_order_release);
}

Slot* take_free_slot() {
    for (Slot& slot : slots) {
        uint64_t state = slot.state.load(std::memory_order_relaxed);
        if ((state & 3) != state_free) continue;
        const uint64_t taken = ((state >> 2) + 1) << 2 | state_busy;
        if (!slot.state.compare_exchange_strong(state, taken, std::memory_order_acquire)) continue;
        if (!slot.pool.lost()) return &slot;
        leave(slot, state_free);
    }
    return nullptr;
}

void finish_call(Slot& slot) {
    if (slot.pool.take_refusal())
        slot.context->messages.add(
            "warning: allocate returned null where work cannot stop; memory of the system was used instead");
    slot.context->messages.deliver();
}

// Of contexts that are alive at one time no two are the same.
uint16_t tag_of(const Slot& slot) {
    const uint64_t generation = slot.state.load(std::memory_order_relaxed) >> 2;
    return uint16_t(1 + (&slot - slots.data()) + slot_count * (generation % 63));
}

Fault open_engine(OpenContext& context, const vkgan_context_info& info, uint16_t tag) {
    ContextRequest request;
    Checks checks;
    if (!convert(info, request, checks)) return checks.fault();
    request.settings.tag = tag;
    request.settings.device.log = [&messages = context.messages](std::string_view line) {
        messages.add(line);
    };
    auto engine = api::Context::create(request.settings);
    if (!engine) return fault_of(engine.failure());
    if (WorksFor::refused()) return {VKGAN_ERROR_OUT_OF_MEMORY, {}};
    context.engine.emplace(std::move(*engine));
    return {};
}

Fault open_in(Slot& slot, const vkgan_context_info& info) {
    auto context = std::make_unique<OpenContext>(info);
    context->pool = &slot.pool;
    Fault fault = open_engine(*context, info, tag_of(slot));
    if (fault.status == VKGAN_OK)
        slot.context = context.release();
    else
        context->messages.deliver();  // what led to it
    return fault;
}

}  // namespace

Fault fault_of_exception() noexcept {
    try {
        throw;
    } catch (const std::bad_alloc&) {
        return {VKGAN_ERROR_OUT_OF_MEMORY, {}};
    } catch (const std::exception& error) {
        try {
            return {VKGAN_ERROR_INTERNAL, error.what()};
        } catch (...) {
            return {VKGAN_ERROR_INTERNAL, {}};
        }
    } catch (...) {
        return {VKGAN_ERROR_INTERNAL, {}};
    }
}

vkgan_status run_in_context(vkgan_context handle, Memory memory, Body* body, void* call) {
    vkgan_status status = VKGAN_OK;
    Slot* const slot = enter(handle, status);
    if (!slot) return status;
    {
        const WorksFor pool(&slot->pool, memory == Memory::may_fail);
        const Fault fault = body(call, *slot->context);
        status = fault.status;
        if (status < 0) copy_text(text_of(fault), slot->last_message);
        finish_call(*slot);
    }
    leave(*slot, state_idle);
    return status;
}

vkgan_status open_context(const vkgan_context_info& info, vkgan_context* result, char* text, size_t bytes) {
    Slot* const slot = take_free_slot();
    if (!slot) {
        copy_text("there are 64 contexts already; destroy one first", text, bytes);
        return VKGAN_ERROR_OUT_OF_MEMORY;
    }
    slot->pool.open({info.allocate, info.deallocate, info.allocator_user});
    slot->last_message[0] = 0;
    vkgan_status status = VKGAN_OK;
    {
        const WorksFor pool(&slot->pool, true);
        const Fault fault = guarded([&] { return open_in(*slot, info); });
        status = fault.status;
        if (status < 0) copy_text(text_of(fault), text, bytes);
    }
    if (status != VKGAN_OK) {
        slot->pool.close();
        leave(*slot, state_free);
        return status;
    }
    slot->library = keep_library();
    finish_call(*slot);
    *result = number_of(*slot, slot->state.load(std::memory_order_relaxed) >> 2);
    leave(*slot, state_idle);
    return VKGAN_OK;
}

vkgan_status close_context(vkgan_context handle, uint32_t device_idle) {
    vkgan_status status = VKGAN_OK;
    Slot* const slot = enter(handle, status);
    if (!slot) return status;
    {
        const WorksFor pool(&slot->pool, false);
        const Fault fault = guarded([&]() -> Fault {
            Checks check;
            if (!check.is_flag(device_idle, "device_idle")) return check.fault();
            const auto closed = slot->context->engine->close(device_idle != 0);
            return closed ? Fault{} : fault_of(closed.failure());
        });
        if (fault.status != VKGAN_OK && device_idle != 1) {
            copy_text(text_of(fault), slot->last_message);
            finish_call(*slot);
            leave(*slot, state_idle);
            return fault.status;
        }
        slot->context->engine.reset();
        finish_call(*slot);
        delete std::exchange(slot->context, nullptr);
    }
    slot->pool.close();
    void* const library = std::exchange(slot->library, nullptr);
    leave(*slot, state_free);
    release_library(library);
    return VKGAN_OK;
}

vkgan_status last_message(vkgan_context handle, char* text, size_t bytes) {
    vkgan_status status = VKGAN_OK;
    Slot* const slot = enter(handle, status);
    if (!slot) return status;
    if (!text || bytes == 0)
        status = VKGAN_ERROR_INVALID_ARGUMENT;
    else
        copy_text(slot->last_message, text, bytes);
    leave(*slot, state_idle);
    return status;
}

}  // namespace vkgan::plugin
