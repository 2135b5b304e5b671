// What a call that can fail returns: a value, or a sentence; and macros that hand a failure on.
// SPDX-License-Identifier: MIT
#pragma once

#include <volk.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace render {

struct Error {
    std::string text;
    int exit_code = 1;         // 2: the program was used wrongly
    bool device_lost = false;  // nothing can be done with it any more
};

class [[nodiscard]] Status {
public:
    Status() = default;
    Status(Error error) : error_(std::move(error)) {}
    explicit operator bool() const { return !error_; }
    const Error& error() const { return *error_; }

private:
    std::optional<Error> error_;
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : held_(std::move(value)) {}
    Result(Error error) : held_(std::move(error)) {}
    explicit operator bool() const { return held_.index() == 0; }
    T& operator*() { return std::get<0>(held_); }
    const T& operator*() const { return std::get<0>(held_); }
    T* operator->() { return &std::get<0>(held_); }
    const T* operator->() const { return &std::get<0>(held_); }
    const Error& error() const { return std::get<1>(held_); }

private:
    std::variant<T, Error> held_;
};

// "vkCreateImage failed with VK_ERROR_OUT_OF_DEVICE_MEMORY"; `call` is the call's text in the source.
Error vulkan_error(const char* call, VkResult result);

}  // namespace render

#define RENDER_JOIN_(a, b) a##b
#define RENDER_JOIN(a, b) RENDER_JOIN_(a, b)

#define RENDER_TRY(expression) \
    if (const ::render::Status status_ = (expression); !status_) return ::render::Error(status_.error())

// RENDER_ASSIGN(auto x, f()): x = *f(), or returns f's error.
#define RENDER_ASSIGN(target, expression)                                                                \
    auto RENDER_JOIN(result_, __LINE__) = (expression);                                                  \
    if (!RENDER_JOIN(result_, __LINE__)) return ::render::Error(RENDER_JOIN(result_, __LINE__).error()); \
    target = std::move(*RENDER_JOIN(result_, __LINE__))

#define RENDER_VK(call) \
    if (const VkResult result_ = (call); result_ != VK_SUCCESS) return ::render::vulkan_error(#call, result_)
