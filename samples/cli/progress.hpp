// Progress of a run: one line that renews itself on a terminal, a plain line every few seconds elsewhere.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vkgan.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace cli {

class Progress {
public:
    // last_step INT64_MAX and seconds 0 mean no limit of that kind.
    Progress(int64_t first_step, int64_t last_step, double seconds);
    void step(const vkgan::api::StepReport& report);
    bool over() const;
    void end();  // leaves the terminal on a fresh line

private:
    double elapsed_s() const;
    std::string line(const vkgan::api::StepReport& report) const;

    int64_t first_, done_, last_;
    double seconds_;
    bool terminal_;
    bool open_line_ = false;
    double shown_at_s_ = -1e9;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace cli
