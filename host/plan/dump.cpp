// Plan::dump: what `vkgan plan` prints.
// SPDX-License-Identifier: MIT
#include "host/plan/plan.hpp"

#include <fmt/format.h>

namespace vkgan {

std::string Plan::dump() const {
    std::string text;
    double flops = 0, bytes = 0;
    for (size_t i = 0; i < kernels.size(); ++i) {
        const PlannedKernel& kernel = kernels[i];
        text += fmt::format("{:4} {} {} groups {}x{}x{} {} bytes {:.3f} MFLOP\n", i, kernel.shader,
                            kernel.label, kernel.groups[0], kernel.groups[1], kernel.groups[2], kernel.bytes,
                            kernel.flops * 1e-6);
        flops += kernel.flops;
        bytes += static_cast<double>(kernel.bytes);
    }
    text += fmt::format("{} kernels, {:.3f} MFLOP, {:.3f} MB moved\n", kernels.size(), flops * 1e-6,
                        bytes * 1e-6);
    for (size_t i = 0; i < regions.size(); ++i)
        text += fmt::format("{} {} bytes\n", regions[i], region_bytes[i]);
    text += fmt::format("peak live {} bytes of workspace\n", peak_live_bytes);
    return text;
}

}  // namespace vkgan
