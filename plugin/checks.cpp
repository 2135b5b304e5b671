// The checks' sentences.
// SPDX-License-Identifier: MIT
#include "plugin/checks.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <utility>

namespace vkgan::plugin {
namespace {

struct Head {
    uint32_t struct_size, struct_type;
    const void* next;
};
static_assert(sizeof(Head) == 16);

constexpr std::array<const char*, VKGAN_TYPE_shared_image + 1> struct_names{"",
                                                                            "device",
                                                                            "context_info",
                                                                            "model_info",
                                                                            "generator_info",
                                                                            "training_info",
                                                                            "images_in_memory",
                                                                            "frame_info",
                                                                            "generate_info",
                                                                            "image_target",
                                                                            "submit_info",
                                                                            "model_description",
                                                                            "control",
                                                                            "plan",
                                                                            "progress",
                                                                            "frame_report",
                                                                            "ticket_state",
                                                                            "training_state",
                                                                            "statistics",
                                                                            "shared_image"};
constexpr uint32_t most_struct_bytes = 64 << 10;

std::string struct_name(uint32_t type) { return std::string("vkgan_") + struct_names[type]; }
std::string type_name(uint32_t type) {
    return std::string("VKGAN_TYPE_") + struct_names[type] + " (" + std::to_string(type) + ")";
}

}  // namespace

std::string Field::text() const {
    std::string result = of ? of : "";
    if (index >= 0) result += "[" + std::to_string(index) + "]";
    if (of && name) result += ".";
    return name ? result + name : result;
}

Fault fault_of(const api::Failure& failure) {
    using api::Reason;
    const auto status = [&]() -> vkgan_status {
        switch (failure.reason) {
            case Reason::invalid_argument: return VKGAN_ERROR_INVALID_ARGUMENT;
            case Reason::not_found: return VKGAN_ERROR_NOT_FOUND;
            case Reason::malformed: return VKGAN_ERROR_MALFORMED;
            case Reason::unsupported: return VKGAN_ERROR_UNSUPPORTED;
            case Reason::out_of_memory: return VKGAN_ERROR_OUT_OF_MEMORY;
            case Reason::io: return VKGAN_ERROR_IO;
            case Reason::device_lost: return VKGAN_ERROR_DEVICE_LOST;
            case Reason::diverged: return VKGAN_ERROR_DIVERGED;
            case Reason::invalid_handle: return VKGAN_ERROR_INVALID_HANDLE;
            case Reason::wrong_order: return VKGAN_ERROR_WRONG_ORDER;
            case Reason::not_ready: return VKGAN_NOT_READY;
            case Reason::busy: return VKGAN_ERROR_BUSY;
            case Reason::internal: return VKGAN_ERROR_INTERNAL;
        }
        return VKGAN_ERROR_INTERNAL;
    };
    return {status(), failure.message};
}

std::string_view text_of(const Fault& fault) {
    if (!fault.message.empty()) return fault.message;
    return fault.status == VKGAN_ERROR_OUT_OF_MEMORY
               ? "no memory in the process: allocate, or the system, returned null"
               : "an error that gave no message";
}

bool Checks::fail(vkgan_status status, std::string message) {
    fault_ = {status, std::move(message)};
    return false;
}

bool Checks::head(const void* pointer, const Field& field, uint32_t type, size_t size) {
    if (!not_null(pointer, field, struct_name(type).c_str())) return false;
    Head head;
    std::memcpy(&head, pointer, sizeof head);
    const auto wrong = [&](const std::string& what) {
        return fail(VKGAN_ERROR_UNKNOWN_STRUCT, field.text() + what);
    };
    if (head.struct_size < size || head.struct_size > most_struct_bytes)
        return wrong(".struct_size is " + std::to_string(head.struct_size) + "; it must be sizeof(" +
                     struct_name(type) + "), at least " + std::to_string(size));
    if (head.struct_type != type)
        return wrong(".struct_type is " + std::to_string(head.struct_type) + "; it must be " +
                     type_name(type));
    if (head.next) {
        Head next;
        std::memcpy(&next, head.next, sizeof next);
        return wrong(".next is a struct of struct_type " + std::to_string(next.struct_type) +
                     "; this version of the plugin knows no extensions of " + struct_name(type) +
                     ", and next must be null");
    }
    const auto* const bytes = static_cast<const unsigned char*>(pointer);
    for (size_t i = size; i < head.struct_size; ++i)
        if (bytes[i] != 0)
            return wrong(".struct_size is " + std::to_string(head.struct_size) +
                         ", but this version knows only " + std::to_string(size) + " bytes, and byte " +
                         std::to_string(i) + " beyond them is not 0");
    return true;
}

bool Checks::not_null(const void* pointer, const Field& field, const char* what) {
    if (pointer) return true;
    return fail(VKGAN_ERROR_INVALID_ARGUMENT, field.text() + " is null; it must point to a " + what);
}

bool Checks::in_range(uint64_t value, uint64_t low, uint64_t high, const Field& field) {
    if (value >= low && value <= high) return true;
    std::string want = "it must be above " + std::to_string(low - 1);
    if (high != UINT64_MAX) want = "it must be " + std::to_string(low) + " to " + std::to_string(high);
    return fail(VKGAN_ERROR_INVALID_ARGUMENT, field.text() + " is " + std::to_string(value) + "; " + want);
}

bool Checks::is_finite(double value, const Field& field) {
    if (std::isfinite(value)) return true;
    return fail(VKGAN_ERROR_INVALID_ARGUMENT,
                field.text() + " is " + std::to_string(value) + "; it must be a finite number");
}

bool Checks::array(const void* pointer, uint64_t count, uint64_t most, const Field& field) {
    if (count > most)
        return fail(VKGAN_ERROR_INVALID_ARGUMENT, "the count of " + field.text() + " is " +
                                                      std::to_string(count) + "; it must be at most " +
                                                      std::to_string(most));
    if (count == 0 || pointer) return true;
    return fail(VKGAN_ERROR_INVALID_ARGUMENT,
                field.text() + " is null, but its count is " + std::to_string(count));
}

bool Checks::text(const char* text, const Field& field, size_t most) {
    if (!text || ::strnlen(text, most + 1) <= most) return true;
    return fail(VKGAN_ERROR_INVALID_ARGUMENT,
                field.text() + " does not end within " + std::to_string(most) + " bytes");
}

bool Checks::needed_text(const char* text, const Field& field, size_t most) {
    return not_null(text, field, "text that ends in 0") && this->text(text, field, most);
}

}  // namespace vkgan::plugin
