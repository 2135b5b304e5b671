// Times of frames, kept while they are drawn, and their percentiles at the end.
// SPDX-License-Identifier: MIT
#pragma once

#include "plugin/vkgan_plugin.h"

#include <cstdint>
#include <string>
#include <vector>

namespace embed {

struct Phase {
    std::string name;
    uint64_t first_frame = 0;  // by the plugin's numbers
    std::vector<double> frame_ms, host_us, host_processor_us, device_ms, overrun_ms;
    uint64_t images = 0, allocations = 0;
    double training_steps = 0;  // with the part of one that is in flight
};

// What the plugin has done so far, to take differences of.
struct Totals {
    uint64_t images = 0, allocations = 0;
    double training_steps = 0;
};

struct RunFacts {
    std::string model, device, driver, engine_version, mode;
    uint32_t width = 0, height = 0, samples = 1, batch = 0;
    double budget_ms = 0, warm_up_ms = 0;
    bool validation = false;
};

class Statistics {
public:
    // Makes room for `frames`, so that nothing is allocated while they are measured.
    void begin_phase(const std::string& name, uint64_t first_frame, size_t frames, const Totals& so_far);
    // The frame's time on the wall, the processor's in calls of the plugin, and what that reported.
    void add(double frame_ms, double plugin_us, const vkgan_frame_report& report);
    void end_phase(const Totals& so_far);

    const std::vector<Phase>& phases() const { return phases_; }
    std::string json(const RunFacts& facts) const;

private:
    std::vector<Phase> phases_;
    Totals start_;
    uint64_t newest_measured_ = 0;
};

}  // namespace embed
