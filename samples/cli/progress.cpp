// How a run's progress is told.
// SPDX-License-Identifier: MIT
#include "samples/cli/progress.hpp"

#include <fmt/core.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace cli {

namespace {

std::string duration(double seconds) {
    const auto s = static_cast<int64_t>(std::min(std::max(0.0, seconds), 3.6e8));
    if (s >= 3600) return fmt::format("{}h {:02}m", s / 3600, s / 60 % 60);
    return fmt::format("{}m {:02}s", s / 60, s % 60);
}

// What a line has room for: what the model reports, a GAN's losses first.
std::string values_text(const vkgan::api::StepReport& report) {
    constexpr std::array<std::string_view, 4> usual{"loss_d", "loss_g", "d_real", "d_fake"};
    std::string text;
    for (const std::string_view name : usual) {
        const auto found = report.values.find(name);
        if (found == report.values.end()) continue;
        text += name.starts_with("loss") ? fmt::format("  {} {:.3f}", name, found->second)
                                         : fmt::format("  {} {:.2f}", name, found->second);
    }
    for (const auto& [name, value] : report.values) {
        const bool of_a_network = name.starts_with("grad_norm_") || name.starts_with("loss_scale_") ||
                                  name.starts_with("skipped_steps_");
        if (!of_a_network && std::ranges::find(usual, name) == usual.end())
            text += fmt::format("  {} {:.4g}", name, value);
    }
    return text;
}

}  // namespace

Progress::Progress(int64_t first_step, int64_t last_step, double seconds)
    : first_(first_step),
      done_(first_step),
      last_(last_step),
      seconds_(seconds),
      terminal_(isatty(STDOUT_FILENO) == 1) {}

double Progress::elapsed_s() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
}

bool Progress::over() const { return done_ >= last_ || (seconds_ > 0 && elapsed_s() >= seconds_); }

std::string Progress::line(const vkgan::api::StepReport& report) const {
    const double elapsed = elapsed_s();
    const bool by_steps = last_ != INT64_MAX;
    double part = by_steps ? static_cast<double>(done_ - first_) /
                                 static_cast<double>(std::max<int64_t>(1, last_ - first_))
                           : 0;
    if (seconds_ > 0) part = std::max(part, elapsed / seconds_);
    part = std::clamp(part, 0.0, 1.0);
    std::string text;
    if (terminal_) {
        constexpr int width = 24;
        const int full = static_cast<int>(part * width);
        text = "[" + std::string(static_cast<size_t>(full), '#') +
               std::string(static_cast<size_t>(width - full), '.') + "] ";
    }
    text += by_steps ? fmt::format("step {}/{}", done_, last_) : fmt::format("step {}", done_);
    text += values_text(report) + fmt::format("  {:.0f} images/s", report.images_per_s);
    double skipped = 0;
    for (const auto& [name, count] : report.values)
        if (name.starts_with("skipped_steps_")) skipped += count;
    if (skipped > 0) text += fmt::format("  {:.0f} updates skipped", skipped);
    if (part > 0) text += "  left " + duration(elapsed * (1 - part) / part);
    return text;
}

void Progress::step(const vkgan::api::StepReport& report) {
    done_ = report.step;
    if (!report.notice.empty()) {
        end();
        fmt::print(stderr, "{}\n", report.notice);
    }
    const double now = elapsed_s();
    if (now - shown_at_s_ < (terminal_ ? 0.2 : 10.0) && !over()) return;
    shown_at_s_ = now;
    if (terminal_)
        fmt::print("\r{}\x1b[K", line(report));
    else
        fmt::print("{}\n", line(report));
    std::fflush(stdout);
    open_line_ = terminal_;
}

void Progress::end() {
    if (open_line_) fmt::print("\n");
    open_line_ = false;
}

}  // namespace cli
