// compile: a model and its options as plans, with everything that training keeps on the device laid out. No
// device memory yet.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/variables.hpp"
#include "host/lower/lower.hpp"
#include "host/model/model.hpp"
#include "host/plan/plan.hpp"

#include <string>
#include <vector>

namespace vkgan {

struct CompileOptions {
    LowerOptions lower;
    int sample_batch = 0;  // of the sampling network's own plan; 0: none
    DeviceTraits device;
};

struct CompiledPhase {
    std::string name;
    int repeat = 1;
    std::vector<Scalar> scalars;
    std::map<std::string, int, std::less<>> batches_tracked;
    Plan plan;
};

struct Compiled {
    std::vector<CompiledPhase> phases;
    Plan sampler;  // without kernels if none was asked for
    std::vector<VariableStart> starts;
    VariableLayout layout;
    VariableTable table;
    int64_t workspace_bytes = 0;  // of the plan that needs most
    TuningTable choices;          // that a tuning table made, by problem
    TuningTable unknown_choices;  // of the table, which its problem does not have here: the rule decided
};

Result<Compiled> compile_training(const Model& model, const CompileOptions& options);

// Bytes on the device by class: parameters, buffers, moments, averages, inputs, workspace, staging.
std::map<std::string, int64_t> bytes_by_class(const Compiled& compiled);

// Code::out_of_memory with bytes wanted and had.
Status check_memory(const std::map<std::string, int64_t>& wanted, int64_t had_bytes, const std::string& what);
std::string memory_text(
    const std::map<std::string, int64_t>& bytes);  // "parameters 24.1 MiB, workspace 300 MiB"
std::string bytes_text(int64_t bytes);             // "24.1 MiB"

}  // namespace vkgan
