// Log: a handle to where messages go, passed to whoever may have something to say; there is no global one.
// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/core.h>

#include <functional>
#include <string_view>
#include <utility>

namespace vkgan {

enum class LogLevel { debug, info, warning, error };

std::string_view log_level_name(LogLevel level);

// Called on whichever thread logs, so it must be safe to call from several at once. The text has no line end.
using LogSink = std::function<void(LogLevel level, std::string_view text)>;

// One line on stderr: "warning: text"; info lines carry no prefix. Lines of several threads do not mix.
void log_to_stderr(LogLevel level, std::string_view text);

class Log {
public:
    // An empty sink is silence; what is below `least` is not formatted at all.
    explicit Log(LogSink sink = log_to_stderr, LogLevel least = LogLevel::info)
        : sink_(std::move(sink)), least_(least) {}

    bool wants(LogLevel level) const { return sink_ && level >= least_; }
    void write(LogLevel level, std::string_view text) const;

    template <class... Args>
    void debug(fmt::format_string<Args...> text, Args&&... args) const {
        format(LogLevel::debug, text, fmt::make_format_args(args...));
    }
    template <class... Args>
    void info(fmt::format_string<Args...> text, Args&&... args) const {
        format(LogLevel::info, text, fmt::make_format_args(args...));
    }
    template <class... Args>
    void warning(fmt::format_string<Args...> text, Args&&... args) const {
        format(LogLevel::warning, text, fmt::make_format_args(args...));
    }
    template <class... Args>
    void error(fmt::format_string<Args...> text, Args&&... args) const {
        format(LogLevel::error, text, fmt::make_format_args(args...));
    }

private:
    void format(LogLevel level, fmt::string_view text, fmt::format_args args) const;

    LogSink sink_;
    LogLevel least_;
};

}  // namespace vkgan
