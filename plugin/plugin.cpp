// The library's one export and its table.
// SPDX-License-Identifier: MIT
#include "plugin/calls.hpp"
#include "plugin/contexts.hpp"
#include "plugin/results.hpp"
#include "plugin/text.hpp"
#include "plugin/vkgan_plugin.h"

#include <algorithm>
#include <cstring>

namespace vkgan::plugin {
namespace {

const char* status_name(vkgan_status status) {
    switch (status) {
        case VKGAN_OK: return "VKGAN_OK";
        case VKGAN_NOT_READY: return "VKGAN_NOT_READY";
        case VKGAN_ERROR_INVALID_ARGUMENT: return "VKGAN_ERROR_INVALID_ARGUMENT";
        case VKGAN_ERROR_INVALID_HANDLE: return "VKGAN_ERROR_INVALID_HANDLE";
        case VKGAN_ERROR_UNKNOWN_STRUCT: return "VKGAN_ERROR_UNKNOWN_STRUCT";
        case VKGAN_ERROR_WRONG_ORDER: return "VKGAN_ERROR_WRONG_ORDER";
        case VKGAN_ERROR_CONCURRENT_CALL: return "VKGAN_ERROR_CONCURRENT_CALL";
        case VKGAN_ERROR_NOT_FOUND: return "VKGAN_ERROR_NOT_FOUND";
        case VKGAN_ERROR_MALFORMED: return "VKGAN_ERROR_MALFORMED";
        case VKGAN_ERROR_UNSUPPORTED: return "VKGAN_ERROR_UNSUPPORTED";
        case VKGAN_ERROR_OUT_OF_MEMORY: return "VKGAN_ERROR_OUT_OF_MEMORY";
        case VKGAN_ERROR_IO: return "VKGAN_ERROR_IO";
        case VKGAN_ERROR_DEVICE_LOST: return "VKGAN_ERROR_DEVICE_LOST";
        case VKGAN_ERROR_DIVERGED: return "VKGAN_ERROR_DIVERGED";
        case VKGAN_ERROR_BUSY: return "VKGAN_ERROR_BUSY";
        case VKGAN_ERROR_BUFFER_TOO_SMALL: return "VKGAN_ERROR_BUFFER_TOO_SMALL";
        case VKGAN_ERROR_INCOMPATIBLE_VERSION: return "VKGAN_ERROR_INCOMPATIBLE_VERSION";
        case VKGAN_ERROR_INTERNAL: return "VKGAN_ERROR_INTERNAL";
        default: return "an unknown vkgan_status";
    }
}

constexpr vkgan_shared_image_api shared_image_table{
    .struct_size = sizeof(vkgan_shared_image_api),
    .version = 1,
    .create = shared_image_create,
    .destroy = shared_image_destroy,
};

const void* get_extension(const char* name) {
    if (name && std::strcmp(name, "vkgan.shared_image.1") == 0) return &shared_image_table;
    return nullptr;
}

vkgan_status tell(const Fault& fault, char* message, size_t message_bytes) {
    if (fault.status < 0) copy_text(text_of(fault), message, message_bytes);
    return fault.status;
}

Fault list_requirements(VkInstance instance, VkPhysicalDevice physical_device,
                        PFN_vkGetInstanceProcAddr get_proc, uint32_t api_version, uint32_t* count,
                        vkgan_requirement* items) {
    Checks check;
    const bool right = check.not_null(instance, "instance", "VkInstance") &&
                       check.not_null(physical_device, "physical_device", "VkPhysicalDevice") &&
                       check.not_null(get_proc, "get_instance_proc_addr", "function") &&
                       check.not_null(count, "count", "uint32_t");
    if (!right) return check.fault();
    return give_list(api::query_requirements(instance, physical_device, get_proc, api_version), count, items);
}

vkgan_status query_requirements(VkInstance instance, VkPhysicalDevice physical_device,
                                PFN_vkGetInstanceProcAddr get_proc, uint32_t api_version, uint32_t* count,
                                vkgan_requirement* items, char* message, size_t message_bytes) {
    const WorksFor nobody(nullptr, false);
    const auto list = [&] {
        return list_requirements(instance, physical_device, get_proc, api_version, count, items);
    };
    return tell(guarded(list), message, message_bytes);
}

vkgan_status context_create(const vkgan_context_info* info, vkgan_context* context, char* message,
                            size_t message_bytes) {
    const WorksFor nobody(nullptr, false);
    Checks check;
    const auto right = [&]() -> Fault {
        if (!check_head(info, check) || !check.not_null(context, "context", "vkgan_context"))
            return check.fault();
        return {};
    };
    const Fault fault = guarded(right);
    if (fault.status != VKGAN_OK) return tell(fault, message, message_bytes);
    return open_context(*info, context, message, message_bytes);
}

vkgan_status context_destroy(vkgan_context context, uint32_t device_idle) {
    return close_context(context, device_idle);
}

constexpr vkgan_api table{
    .struct_size = sizeof(vkgan_api),
    .version = VKGAN_PLUGIN_VERSION,
    .engine_version = VKGAN_VERSION,
    .status_name = status_name,
    .get_extension = get_extension,
    .query_requirements = query_requirements,
    .context_create = context_create,
    .context_destroy = context_destroy,
    .last_message = last_message,
    .model_load = model_load,
    .model_describe = model_describe,
    .model_control = model_control,
    .plan_generator = plan_generator,
    .plan_training = plan_training,
    .generator_create = generator_create,
    .training_begin = training_begin,
    .warm_up = warm_up,
    .release = release,
    .control_set = control_set,
    .control_reset = control_reset,
    .begin_frame = begin_frame,
    .generate = generate,
    .training_advance = training_advance,
    .record = record,
    .submit = submit,
    .training_pause = training_pause,
    .training_cancel_step = training_cancel_step,
    .training_finish_step = training_finish_step,
    .training_publish = training_publish,
    .training_snapshot = training_snapshot,
    .training_state = training_state,
    .training_value = training_value,
    .poll = poll,
    .read = read,
    .statistics = statistics,
    .slices = slices,
};

}  // namespace
}  // namespace vkgan::plugin

extern "C" vkgan_status vkgan_get_api(uint32_t version, vkgan_api* api, size_t api_bytes) {
    constexpr size_t least_bytes = offsetof(vkgan_api, engine_version);
    if (!api || api_bytes < least_bytes || version == 0) return VKGAN_ERROR_INVALID_ARGUMENT;
    if (version > VKGAN_PLUGIN_VERSION) return VKGAN_ERROR_INCOMPATIBLE_VERSION;
    std::memcpy(api, &vkgan::plugin::table,
                std::min(api_bytes / sizeof(void*) * sizeof(void*), sizeof(vkgan_api)));
    return VKGAN_OK;
}
