// Bytes that a training session takes, planned and measured, for `vkgan bench memory`.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/bench_steps.hpp"
#include "host/gpu/memory.hpp"

#include <map>
#include <string>
#include <vector>

namespace vkgan {

struct MemoryBench {
    struct Workspace {
        std::string plan;  // the phase, or "samples"
        int64_t bytes = 0;
        int64_t live_bytes = 0;  // the largest sum of what is needed at one time
    };
    struct Resident {
        std::string when;
        double mib = 0;
    };
    std::string device, recipe;
    int batch = 0, steps = 0;
    std::map<std::string, int64_t> device_bytes;  // planned, by class
    int64_t planned_bytes = 0;                    // their sum
    std::vector<Workspace> plans;                 // which share one workspace
    int64_t workspace_bytes = 0;                  // of the plan that needs most
    int64_t live_bytes = 0;                       // the most of any plan: no workspace can be smaller
    MemoryStatistics arena;                       // measured after the steps
    std::vector<Resident> resident;               // of the process, as it went
    double peak_process_mib = 0;                  // 0: not known
    double workspace_to_live() const {
        return live_bytes > 0 ? double(workspace_bytes) / double(live_bytes) : 1;
    }
};

// Runs `options.repetitions` training steps.
Result<MemoryBench> bench_memory(Device& device, const Model& model, const StepsOptions& options);
std::string bench_text(const MemoryBench& bench);
std::string bench_json(const MemoryBench& bench);

}  // namespace vkgan
