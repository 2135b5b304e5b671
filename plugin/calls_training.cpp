// Functions of a training between frames.
// SPDX-License-Identifier: MIT
#include "plugin/calls.hpp"
#include "plugin/contexts.hpp"
#include "plugin/results.hpp"
#include "plugin/text.hpp"

namespace vkgan::plugin {

vkgan_status training_pause(vkgan_context handle, vkgan_training training, uint32_t paused) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.is_flag(paused, "paused")) return check.fault();
        return give(context.engine->pause(training, paused != 0));
    });
}

vkgan_status training_cancel_step(vkgan_context handle, vkgan_training training) {
    return in_context(handle, Memory::must_not_fail,
                      [&](OpenContext& context) { return give(context.engine->cancel_step(training)); });
}

vkgan_status training_finish_step(vkgan_context handle, vkgan_training training) {
    return in_context(handle, Memory::must_not_fail,
                      [&](OpenContext& context) { return give(context.engine->finish_step(training)); });
}

vkgan_status training_publish(vkgan_context handle, vkgan_training training) {
    return in_context(handle, Memory::must_not_fail,
                      [&](OpenContext& context) { return give(context.engine->publish(training)); });
}

vkgan_status training_snapshot(vkgan_context handle, vkgan_training training, vkgan_ticket* ticket) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.not_null(ticket, "ticket", "vkgan_ticket")) return check.fault();
        return give(context, context.engine->snapshot(training), ticket);
    });
}

vkgan_status training_state(vkgan_context handle, vkgan_training training, vkgan_training_state* state) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.structure(state, "state")) return check.fault();
        return give(context.engine->training(training), state);
    });
}

vkgan_status training_value(vkgan_context handle, vkgan_training training, uint32_t index, char* name,
                            double* value) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        constexpr size_t name_bytes = 64;
        Checks check;
        if (!check.is_int(index, "index") || !check.not_null(name, "name", "char[64]") ||
            !check.not_null(value, "value", "double"))
            return check.fault();
        auto found = context.engine->training_value(training, int(index));
        if (!found) return fault_of(found.failure());
        copy_text(found->name, name, name_bytes);
        *value = found->value;
        return {};
    });
}

}  // namespace vkgan::plugin
