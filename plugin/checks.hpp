// What a host passed, looked at before it is used: each check is true, or notes what is wrong and is false.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vkgan.hpp"
#include "plugin/vkgan_plugin.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace vkgan::plugin {

struct Fault {
    vkgan_status status = VKGAN_OK;
    std::string message = {};
};
Fault fault_of(const api::Failure& failure);
std::string_view text_of(const Fault& fault);  // never empty

// VKGAN_TYPE_frame_info of vkgan_frame_info.
template <class T>
inline constexpr uint32_t type_of = 0;
#define VKGAN_STRUCT(name) \
    template <>            \
    inline constexpr uint32_t type_of<vkgan_##name> = VKGAN_TYPE_##name
VKGAN_STRUCT(device);
VKGAN_STRUCT(context_info);
VKGAN_STRUCT(model_info);
VKGAN_STRUCT(generator_info);
VKGAN_STRUCT(training_info);
VKGAN_STRUCT(images_in_memory);
VKGAN_STRUCT(frame_info);
VKGAN_STRUCT(generate_info);
VKGAN_STRUCT(image_target);
VKGAN_STRUCT(submit_info);
VKGAN_STRUCT(model_description);
VKGAN_STRUCT(control);
VKGAN_STRUCT(plan);
VKGAN_STRUCT(progress);
VKGAN_STRUCT(frame_report);
VKGAN_STRUCT(ticket_state);
VKGAN_STRUCT(training_state);
VKGAN_STRUCT(statistics);
VKGAN_STRUCT(shared_image);
#undef VKGAN_STRUCT

// A field's name as messages have it, put together only where one is wrong: {"info.targets", 2, "colour"}.
struct Field {
    const char* of = nullptr;  // "info.targets"; null: just `name`
    int64_t index = -1;        // of an array; -1: none
    const char* name = nullptr;

    Field(const char* plain) : name(plain) {}
    Field(const char* whole, const char* part) : of(whole), name(part) {}
    Field(const char* array, int64_t at, const char* part = nullptr) : of(array), index(at), name(part) {}
    std::string text() const;
};

class Checks {
public:
    const Fault& fault() const { return fault_; }
    bool fail(vkgan_status status, std::string message);

    template <class T>
    bool structure(const T* pointer, const Field& field) {
        return head(pointer, field, type_of<T>, sizeof(T));
    }
    bool not_null(const void* pointer, const Field& field, const char* what);
    template <class Function>
    requires std::is_function_v<Function>
    bool not_null(Function* function, const Field& field, const char* what) {
        return not_null(reinterpret_cast<const void*>(function), field, what);
    }
    bool in_range(uint64_t value, uint64_t low, uint64_t high, const Field& field);
    bool is_flag(uint32_t value, const Field& field) { return in_range(value, 0, 1, field); }
    bool is_int(uint32_t value, const Field& field) { return in_range(value, 0, INT32_MAX, field); }
    bool is_finite(double value, const Field& field);
    // `count` entries at `pointer`, at most `most`.
    bool array(const void* pointer, uint64_t count, uint64_t most, const Field& field);
    // Ends within `most` bytes. Null passes.
    bool text(const char* text, const Field& field, size_t most = 256);
    bool needed_text(const char* text, const Field& field, size_t most = 256);

private:
    bool head(const void* pointer, const Field& field, uint32_t type, size_t size);

    Fault fault_;
};

}  // namespace vkgan::plugin
