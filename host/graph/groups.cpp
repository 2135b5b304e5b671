// Workgroup counts within a device's limits.
// SPDX-License-Identifier: MIT
#include "host/graph/kernel.hpp"

#include <algorithm>

namespace vkgan {

std::array<uint32_t, 3> groups_for(int64_t invocations, int local, const DeviceTraits& device) {
    const int64_t groups = std::max<int64_t>(1, (invocations + local - 1) / local);
    const int64_t rows = (groups + device.max_groups[0] - 1) / device.max_groups[0];
    return {static_cast<uint32_t>((groups + rows - 1) / rows), static_cast<uint32_t>(rows), 1};
}

}  // namespace vkgan
