// The driver's own cache of machine code, filled before a queue waits for it. llvmpipe compiles a kernel at
// its first dispatch, on the one thread of the device's queue; on devices of their own several threads
// compile several kernels, and what they make is found in Mesa's cache on disk.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/schedule/schedule.hpp"

#include <span>

namespace vkgan {

class Device;

// Compiles the kernels that no earlier call has listed in the device's cache folder, on up to `threads`
// threads. Does nothing on other drivers, on a lent device, on one thread, where Mesa keeps no cache, or
// under validation layers, which crash at times (1.3.239) when devices come and go beside the one that is
// used. What goes wrong here goes wrong again, and is told, where the kernels are made to be run. Returns how
// many were compiled.
size_t fill_driver_cache(Device& device, std::span<const PlannedKernel* const> kernels, int threads);

}  // namespace vkgan
