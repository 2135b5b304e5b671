// Draft: kernels in execution order whose operands are buffers that have no place yet.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/plan/cluster.hpp"

#include <map>
#include <string>
#include <tuple>
#include <vector>

namespace vkgan {

struct DraftBuffer {
    int64_t bytes = 0;
    int list = -1;  // a part of this larger buffer, or -1
    int64_t offset_in_list = 0;
};

// Bytes of a buffer of the workspace, or of a region that outlives the plan.
struct Location {
    int buffer = -1;
    std::string region;  // if buffer < 0
    int64_t offset = 0;
    int64_t bytes = 0;
    bool half = false;  // float16
    int64_t quad_bytes() const { return half ? 8 : 16; }
};

struct DraftBinding {
    int binding = 0;
    Location location;
    Access access = Access::read;
    bool texel = false;
};

struct DraftKernel {
    Kernel kernel;
    std::vector<DraftBinding> bindings;
    bool setup = false;  // reads variables and writes the region "packed", both from outside of the plan
};

struct Draft {
    std::vector<DraftBuffer> buffers;
    std::vector<DraftKernel> kernels;
    std::map<int32_t, Location> locations;  // of roots
    int64_t packed_bytes = 0;               // of the region "packed"
};

Result<Draft> make_draft(const Analysis& analysis, const VariableLayout& layout,
                         std::span<const Cluster> clusters);

// Several kernels of one shader as one dispatch of its shader for many (Kernel::many).
void join_many(Draft& draft, const DeviceTraits& device);

}  // namespace vkgan
