// Appending to log.jsonl, and cutting it back to a step.
// SPDX-License-Identifier: MIT
#include "host/engine/step_log.hpp"

#include "host/base/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <system_error>
#include <utility>

namespace vkgan {

namespace {

constexpr uint64_t largest_log = uint64_t(4) << 30;
// These come first, in this order, where a model reports them.
constexpr std::array<std::string_view, 6> usual{"loss_d", "loss_g",      "d_real",
                                                "d_fake", "grad_norm_d", "grad_norm_g"};

Error failure(const std::filesystem::path& path, const char* action) {
    return {Code::io,
            fmt::format("cannot {} {}: {}", action, path.string(), std::generic_category().message(errno))};
}

struct KeptLines {
    std::string text;
    double seconds = 0;
};

// Whole lines of steps 1, 2, ... up to `steps`; stops at the first that is none.
KeptLines keep_lines(std::string_view text, int64_t steps) {
    KeptLines kept;
    while (true) {
        const size_t end = text.find('\n');
        if (end == std::string_view::npos) return kept;
        const auto json = nlohmann::json::parse(text.substr(0, end), nullptr, false);
        if (!json.is_object() || !json.contains("step") || !json["step"].is_number_integer()) return kept;
        if (json["step"].get<int64_t>() > steps) return kept;
        if (json.contains("time") && json["time"].is_number()) kept.seconds = json["time"].get<double>();
        kept.text.append(text.substr(0, end + 1));
        text.remove_prefix(end + 1);
    }
}

std::string number(double value) { return std::isfinite(value) ? fmt::format("{:.7g}", value) : "null"; }

}  // namespace

std::string log_line(const StepResult& result, double seconds) {
    std::string line = fmt::format("{{\"step\": {}", result.step);
    const auto add = [&](std::string_view key, double value) {
        line += fmt::format(", \"{}\": {}", key, number(value));
    };
    for (const std::string_view key : usual)
        if (const auto found = result.values.find(key); found != result.values.end()) add(key, found->second);
    for (const auto& [key, value] : result.values)
        if (std::ranges::find(usual, key) == usual.end()) add(key, value);
    if (!result.alarms.empty()) line += ", \"alarms\": " + nlohmann::json(result.alarms).dump();
    line +=
        fmt::format(", \"images_per_s\": {}, \"gpu_ms\": {}, \"host_ms\": {}, \"time\": {:.3f}}}\n",
                    number(result.images_per_s), number(result.device_ms), number(result.host_ms), seconds);
    return line;
}

StepLog::~StepLog() {
    (void)write_pending().ok();  // nobody is left to hear of it
    if (file_ >= 0) ::close(file_);
}

void StepLog::swap(StepLog& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(file_, other.file_);
    std::swap(pending_, other.pending_);
    std::swap(seconds_before_, other.seconds_before_);
    std::swap(begin_, other.begin_);
    std::swap(written_, other.written_);
}

Result<StepLog> StepLog::open(const std::filesystem::path& path, int64_t steps) {
    StepLog log;
    log.path_ = path;
    log.begin_ = log.written_ = std::chrono::steady_clock::now();
    VKGAN_TRY(log.cut(steps));
    return log;
}

Status StepLog::cut(int64_t steps) {
    if (file_ >= 0) {
        VKGAN_TRY(write_pending());
        ::close(std::exchange(file_, -1));
    }
    KeptLines kept;
    std::error_code ignored;
    if (steps > 0 && std::filesystem::exists(path_, ignored)) {
        VKGAN_ASSIGN(const std::vector<std::byte> bytes, read_file(path_, largest_log));
        kept = keep_lines({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, steps);
        if (seconds_before_ == 0) seconds_before_ = kept.seconds;
    }
    VKGAN_TRY(write_file_atomic(path_, std::as_bytes(std::span(kept.text))));
    file_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file_ < 0) return failure(path_, "open");
    return {};
}

Status StepLog::append(const StepResult& result) {
    const auto now = std::chrono::steady_clock::now();
    pending_ += log_line(result, seconds_before_ + std::chrono::duration<double>(now - begin_).count());
    if (now - written_ < std::chrono::seconds(1)) return {};
    return flush();
}

Status StepLog::flush() {
    written_ = std::chrono::steady_clock::now();
    return write_pending();
}

Status StepLog::write_pending() {
    std::string_view rest = pending_;
    while (!rest.empty()) {
        const ssize_t count = ::write(file_, rest.data(), rest.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            const Error error = failure(path_, "write");
            pending_ = std::string(rest);  // it must not be written twice
            return error;
        }
        rest.remove_prefix(size_t(count));
    }
    pending_.clear();
    return {};
}

}  // namespace vkgan
