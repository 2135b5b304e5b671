// Timestamps of the device's clock around what it does.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/vulkan.hpp"

#include <cstdint>
#include <span>

namespace vkgan {

class Device;

// The time when all that was sent before is done, outside of a render pass: what lies between two of them
// adds up, and a host's draws that still run do not count. Software drivers are told to take it now:
// llvmpipe may put it among draws and take it when those are flushed, while dispatches run at once.
void write_timestamp(const Device& device, VkCommandBuffer commands, VkQueryPool queries, uint32_t query);

// Between queries `first` and the next, those two after, and so on, as timestamps; < 0 if it is not known.
void read_elapsed(const Device& device, VkQueryPool queries, uint32_t first, std::span<double> ns);

}  // namespace vkgan
