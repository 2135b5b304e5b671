// Result<T>: a value or an Error that says what was wrong in a sentence a user can act on.
// SPDX-License-Identifier: MIT
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace vkgan {

enum class Code {
    invalid_argument,  // the caller's value is wrong: field and both values are in the message
    not_found,         // no such file, recipe, parameter, control, device
    malformed,         // a file or data set does not hold what its format asks for
    shape_mismatch,    // two shapes that must agree do not
    unsupported,       // right in itself, but this build or device cannot do it
    out_of_memory,     // bytes wanted and bytes had are in the message
    io,                // reading or writing failed; the old file still stands
    device_lost,       // sticky: rebuild the session from its last snapshot
    diverged,          // a NaN or infinity was caught while training
    cancelled,
    invalid_handle,  // of a host's context: released, of another kind, of another context
    wrong_order,     // right in itself, but not now
    not_ready,       // no failure: ask again later
    busy,            // work is in flight that only the host knows the end of
    internal,
};

// True for codes that mean wrong usage or bad input (the command line's exit code 2).
bool is_bad_input(Code code);

struct Error {
    Code code = Code::internal;
    std::string message;
};

template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return state_.index() == 0; }
    bool ok() const { return state_.index() == 0; }
    T& value() & {
        assert(ok());
        return *std::get_if<0>(&state_);
    }
    const T& value() const& {
        assert(ok());
        return *std::get_if<0>(&state_);
    }
    T&& value() && {
        assert(ok());
        return std::move(*std::get_if<0>(&state_));
    }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }
    const Error& error() const {
        assert(!ok());
        return *std::get_if<1>(&state_);
    }

private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}

    explicit operator bool() const { return !error_; }
    bool ok() const { return !error_; }
    const Error& error() const {
        assert(error_);
        return *error_;
    }

private:
    std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace vkgan

// Returns the error of a Result or Status expression from the enclosing function.
#define VKGAN_TRY(expression)                                                                \
    do {                                                                                     \
        if (auto vkgan_result_ = (expression); !vkgan_result_) return vkgan_result_.error(); \
    } while (false)

// VKGAN_ASSIGN(auto x, f()): x = *f(), or returns f's error.
#define VKGAN_JOIN_(a, b) a##b
#define VKGAN_JOIN(a, b) VKGAN_JOIN_(a, b)
#define VKGAN_ASSIGN(target, expression)                                                          \
    auto VKGAN_JOIN(vkgan_result_, __LINE__) = (expression);                                      \
    if (!VKGAN_JOIN(vkgan_result_, __LINE__)) return VKGAN_JOIN(vkgan_result_, __LINE__).error(); \
    target = std::move(*VKGAN_JOIN(vkgan_result_, __LINE__))
