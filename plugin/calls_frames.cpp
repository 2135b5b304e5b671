// Functions of a frame, and of what it brought.
// SPDX-License-Identifier: MIT
#include "plugin/calls.hpp"
#include "plugin/contexts.hpp"
#include "plugin/results.hpp"

namespace vkgan::plugin {

vkgan_status begin_frame(vkgan_context handle, const vkgan_frame_info* info) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        const bool right = check.structure(info, "info") &&
                           check.in_range(info->frame, 1, UINT64_MAX, "info.frame") &&
                           check.in_range(info->budget_ns, 1, UINT64_MAX, "info.budget_ns");
        if (!right) return check.fault();
        return give(context.engine->begin_frame(info->frame, info->completed_frame, double(info->budget_ns),
                                                double(info->training_share)));
    });
}

vkgan_status generate(vkgan_context handle, vkgan_generator generator, const vkgan_generate_info* info,
                      vkgan_ticket* ticket) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        GenerateRequest request;
        if (!check.not_null(ticket, "ticket", "vkgan_ticket") || !convert(info, request, check))
            return check.fault();
        return give(context, context.engine->generate(generator, request.query), ticket);
    });
}

vkgan_status training_advance(vkgan_context handle, vkgan_training training, int64_t last_step) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) {
        return give(context.engine->advance(training, last_step));
    });
}

vkgan_status record(vkgan_context handle, VkCommandBuffer commands, vkgan_frame_report* report) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.not_null(commands, "commands", "VkCommandBuffer") ||
            (report && !check.structure(report, "report")))
            return check.fault();
        auto frame = context.engine->record(commands);
        if (!frame) return fault_of(frame.failure());
        if (report) fill(*report, *frame);
        return {};
    });
}

vkgan_status submit(vkgan_context handle, const vkgan_submit_info* info, vkgan_frame_report* report) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        SubmitRequest request;
        if (!convert(info, request, check) || (report && !check.structure(report, "report")))
            return check.fault();
        auto frame = context.engine->submit(request.waits, request.signals);
        if (!frame) return fault_of(frame.failure());
        if (report) fill(*report, *frame);
        return {};
    });
}

vkgan_status poll(vkgan_context handle, vkgan_ticket ticket, vkgan_ticket_state* state) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.structure(state, "state")) return check.fault();
        return give(context.engine->poll(ticket), state);
    });
}

vkgan_status read(vkgan_context handle, vkgan_ticket ticket, uint32_t as, void* data, size_t* bytes) {
    return in_context(handle, Memory::must_not_fail, [&](OpenContext& context) -> Fault {
        Checks check;
        if (!check.in_range(as, 0, VKGAN_READ_BYTES, "as") || !check.not_null(bytes, "bytes", "size_t"))
            return check.fault();
        const size_t room = data ? *bytes : 0;
        auto needed = context.engine->read(ticket, api::ReadAs(as), {static_cast<std::byte*>(data), room});
        if (!needed) return fault_of(needed.failure());
        *bytes = *needed;
        if (!data || *needed <= room) return {};
        return {VKGAN_ERROR_BUFFER_TOO_SMALL,
                "*bytes is " + std::to_string(room) + "; it must be " + std::to_string(*needed) + " or more"};
    });
}

}  // namespace vkgan::plugin
