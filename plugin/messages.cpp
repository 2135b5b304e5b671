// The list of lines and its delivery.
// SPDX-License-Identifier: MIT
#include "plugin/messages.hpp"

#include "plugin/vkgan_plugin.h"

#include <utility>

namespace vkgan::plugin {
namespace {

constexpr size_t most_lines = 64;

std::pair<int32_t, const char*> severity_and_text(const std::string& line) {
    for (const auto& [prefix, severity] :
         {std::pair<std::string_view, int32_t>{"warning: ", VKGAN_MESSAGE_WARNING},
          {"error: ", VKGAN_MESSAGE_ERROR}})
        if (line.starts_with(prefix)) return {severity, line.c_str() + prefix.size()};
    return {VKGAN_MESSAGE_NOTE, line.c_str()};
}

}  // namespace

Messages::Messages(Callback callback, void* user) : callback_(callback), user_(user) {
    lines_.reserve(most_lines);
    delivered_.reserve(most_lines);
}

void Messages::add(std::string_view line) noexcept {
    if (!callback_) return;
    const std::lock_guard lock(mutex_);
    try {
        if (lines_.size() < most_lines) {
            lines_.emplace_back(line);
            return;
        }
    } catch (...) {  // no memory for a line: it counts as left out
    }
    ++left_out_;
}

void Messages::deliver() noexcept {
    size_t left_out = 0;
    {
        const std::lock_guard lock(mutex_);
        if (lines_.empty() && left_out_ == 0) return;
        lines_.swap(delivered_);
        left_out = std::exchange(left_out_, 0);
    }
    for (const std::string& line : delivered_) {
        const auto [severity, text] = severity_and_text(line);
        callback_(user_, severity, text);
    }
    delivered_.clear();
    if (left_out > 0)
        callback_(user_, VKGAN_MESSAGE_WARNING, "more lines followed than are kept between two calls");
}

}  // namespace vkgan::plugin
