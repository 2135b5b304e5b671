// compile: a model and its options as plans, with everything that training keeps on the device laid out. No
// device memory yet.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/engine/variables.hpp"
#include "host/graph/recompute.hpp"
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
    Recompute recompute = Recompute::never;
    int64_t memory_bytes = INT64_MAX;  // on the device, for all: what `automatic` recomputation must fit
};

// "never", "auto", "pointwise" or "segments".
Result<Recompute> parse_recompute(std::string_view word);
std::string_view recompute_name(Recompute level);

struct CompiledPhase {
    std::string name;
    int repeat = 1;
    Timing timing;
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
    int64_t workspace_bytes = 0;             // of the plan that needs most
    Recompute recompute = Recompute::never;  // what the plans do
    int64_t workspace_without_bytes = 0;     // what they would need without

    // "recomputing pointwise values: workspace 80.0 MiB instead of 113.2 MiB"; empty where nothing is
    // recomputed.
    std::string recompute_text() const;
    TuningTable choices;          // that a tuning table made, by problem
    TuningTable unknown_choices;  // of the table, which its problem does not have here: the rule decided
};

// What kernels may do in that precision: with `mixed`, matrix units may round their factors to float16.
DeviceTraits for_precision(DeviceTraits traits, Precision precision);

Result<Compiled> compile_training(const Model& model, const CompileOptions& options);

// What a region, or memory that an arena counts by this name, is for: "parameters", "buffers", "averages",
// "moments" (of optimisers), "inputs", "packed" (weights), "workspace", "staging", "copies" or "images".
std::string memory_class(std::string_view name);
// Bytes on the device by class.
std::map<std::string, int64_t> bytes_by_class(const Compiled& compiled);

// Code::out_of_memory with bytes wanted and had.
Status check_memory(const std::map<std::string, int64_t>& wanted, int64_t had_bytes, const std::string& what);
std::string memory_text(
    const std::map<std::string, int64_t>& bytes);  // "parameters 24.1 MiB, workspace 300 MiB"
std::string bytes_text(int64_t bytes);             // "24.1 MiB"

}  // namespace vkgan
