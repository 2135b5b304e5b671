// The default sink and the formatting behind Log.
// SPDX-License-Identifier: MIT
#include "host/base/log.hpp"

#include <cstdio>
#include <string>

namespace vkgan {

std::string_view log_level_name(LogLevel level) {
    switch (level) {
        case LogLevel::debug: return "debug";
        case LogLevel::info: return "info";
        case LogLevel::warning: return "warning";
        case LogLevel::error: return "error";
    }
    return "unknown";
}

void log_to_stderr(LogLevel level, std::string_view text) {
    std::string line;
    if (level != LogLevel::info) line.append(log_level_name(level)).append(": ");
    line.append(text).append("\n");
    // One call per line: stdio locks the stream for its length.
    std::fwrite(line.data(), 1, line.size(), stderr);
}

void Log::write(LogLevel level, std::string_view text) const {
    if (wants(level)) sink_(level, text);
}

void Log::format(LogLevel level, fmt::string_view text, fmt::format_args args) const {
    if (wants(level)) sink_(level, fmt::vformat(text, args));
}

}  // namespace vkgan
