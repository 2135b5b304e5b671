// Lines for the host's message callback, kept from any thread until a call of the host's thread delivers
// them.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan::plugin {

class Messages {
public:
    using Callback = void (*)(void* user, int32_t severity, const char* text);
    Messages(Callback callback, void* user);

    // "warning: ..." and "error: ..." say how bad it is; other lines are notes. From any thread; lines beyond
    // those that are kept are counted.
    void add(std::string_view line) noexcept;
    // On the host's thread, outside of the engine.
    void deliver() noexcept;

private:
    Callback callback_;
    void* user_;
    std::mutex mutex_;
    std::vector<std::string> lines_, delivered_;
    size_t left_out_ = 0;
};

}  // namespace vkgan::plugin
