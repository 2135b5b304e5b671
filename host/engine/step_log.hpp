// StepLog: log.jsonl, one JSON object for each step of a run, each step once.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/session.hpp"

#include <chrono>
#include <filesystem>
#include <string>

namespace vkgan {

// Lines are buffered and written about once a second, and by flush. A killed run leaves at most a cut last
// line.
class StepLog {
public:
    StepLog() = default;
    ~StepLog();
    StepLog(StepLog&& other) noexcept { swap(other); }
    StepLog& operator=(StepLog&& other) noexcept {
        swap(other);
        return *this;
    }

    // Keeps the steps up to `steps` that the file has, drops the others, and appends from there on.
    static Result<StepLog> open(const std::filesystem::path& path, int64_t steps);

    Status append(const StepResult& result);
    Status flush();
    Status cut(int64_t steps);  // training went back: keeps the steps up to this one

private:
    void swap(StepLog& other) noexcept;
    Status write_pending();

    std::filesystem::path path_;
    int file_ = -1;
    std::string pending_;
    double seconds_before_ = 0;  // of earlier runs
    std::chrono::steady_clock::time_point begin_, written_;
};

// The keys of a line, in order; numbers of what a model does not report are null.
std::string log_line(const StepResult& result, double seconds);

}  // namespace vkgan
