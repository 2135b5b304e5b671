// What a host's context makes of data that the host has in memory, and of models without weights.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/api/vulkan_interop.hpp"
#include "host/engine/inputs.hpp"

namespace vkgan {

// Copies pixels and attributes; what is wrong with them is named.
Result<OpenDataset> images_in_memory(const api::ImagesInMemory& images);

// Zeros for all that a network reads.
Result<TensorMap> zero_weights(const Network& network);

}  // namespace vkgan
