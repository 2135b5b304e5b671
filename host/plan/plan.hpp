// Plan: a graph as kernels with memory: fused, placed, ready to be scheduled. Plain data; no Vulkan, no
// layers.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/base/precision.hpp"
#include "host/base/result.hpp"
#include "host/graph/graph.hpp"
#include "host/graph/kernel.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vkgan {

// A region is one flat piece of device memory. Variable groups and "inputs" outlive a plan and are shared by
// name between plans; "workspace" holds everything else, reused by lifetime, and is shared by plans that
// never run at the same time.
struct Placement {
    std::string region;
    int64_t offset_bytes = 0;
    int64_t bytes = 0;
};

// Where variables and inputs live: made once for all graphs that share them.
struct VariableLayout {
    std::map<std::string, Placement, std::less<>> variables;  // by variable name
    std::map<std::string, Placement, std::less<>> inputs;     // by input name, in region "inputs"
    std::map<std::string, int64_t, std::less<>> region_bytes;
};
// Groups in order of first declaration over all graphs; a variable declared by several graphs must be
// identical in all. The variables of a group follow one another, each at the next multiple of `alignment`
// (DeviceTraits::offset_alignment; no gaps where that is 16). An input of several graphs may differ in shape:
// its place fits the largest.
Result<VariableLayout> lay_out_variables(std::span<const Graph* const> graphs, int64_t alignment);

inline constexpr std::string_view packed_region = "packed";  // PlanOptions::keep_packed

struct PlannedBinding {
    int binding = 0;
    int region = 0;  // index into Plan::regions
    int64_t offset_bytes = 0;
    int64_t bytes = 0;
    Access access = Access::read;
    bool texel = false;
    bool half = false;  // float16, eight bytes a quad
};

struct PlannedKernel {
    std::string shader;
    std::vector<std::pair<uint32_t, uint32_t>> constants;
    std::vector<uint32_t> push;
    std::vector<PlannedBinding> bindings;
    std::array<uint32_t, 3> groups{1, 1, 1};
    double flops = 0;
    int64_t bytes = 0;  // read and written, each byte of a binding once
    std::string label;
};

struct Plan {
    std::vector<std::string> regions;    // region 0 is "workspace"
    std::vector<int64_t> region_bytes;   // of each
    std::vector<PlannedKernel> kernels;  // in execution order
    int setup_kernels =
        0;  // the first so many need only run when variables have changed: PlanOptions::keep_packed
    std::map<std::string, PlannedBinding, std::less<>> inputs;  // where the host writes: by input name
    // Where it reads after the step: by output name.
    std::map<std::string, PlannedBinding, std::less<>> outputs;
    std::map<std::string, Shape, std::less<>> input_shapes, output_shapes;
    std::map<std::string, DType, std::less<>> input_types;
    int64_t peak_live_bytes = 0;  // the largest sum of live workspace bytes: a lower bound for the workspace

    std::string dump() const;  // one line a kernel, then bytes by class and FLOPs
};

struct PlanOptions {
    DeviceTraits device;
    bool fuse = true;
    // What is made of variables alone (packed weights) gets a region of its own, "packed", and lasts from run
    // to run: for plans that run often between changes of the variables.
    bool keep_packed = false;
    Precision precision = Precision::float32;
    int64_t smallest_half_quads = 1024;  // smaller values stay float32: their bytes are nothing
};

Result<Plan> make_plan(const Graph& graph, const VariableLayout& variables, const PlanOptions& options);

}  // namespace vkgan
