// What the kernels of products and of weight gradients are made with.
// SPDX-License-Identifier: MIT
#include "host/ops/contraction_problems.hpp"

#include "host/ops/dispatch.hpp"

namespace vkgan {

std::vector<uint32_t> words(Numbers numbers) { return {numbers.begin(), numbers.end()}; }

void set_constants(Kernel& kernel, uint32_t first, Numbers numbers) {
    for (const int64_t n : numbers) kernel.constants.emplace_back(first++, static_cast<uint32_t>(n));
}

void attach_epilogue(Kernel& kernel, const KernelQuery& query, bool texel) {
    if (query.epilogue.empty()) return;
    DeviceTraits device = query.device;
    device.texel_loads = texel;
    attach_chain(kernel, query.epilogue, device);
}

}  // namespace vkgan
