// Kernel rules of reductions and broadcasts.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/graph/op.hpp"

namespace vkgan {

Result<Emission> reduce_kernels(const KernelQuery& query);
Result<Emission> broadcast_kernels(const KernelQuery& query);

// Adds `slices` equal pieces of `quads` quads each, in order: scratch `partials` of the emission -> the
// output.
Kernel sum_slices(int partials, int64_t quads, int64_t slices, const DeviceTraits& device);

// Adds all elements of `quads` quads of scratch `partials`, padding included: the output is a scalar.
Kernel sum_everything(int partials, int64_t quads, const DeviceTraits& device);

}  // namespace vkgan
