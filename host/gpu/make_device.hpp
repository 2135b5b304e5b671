// Makes a VkDevice of our own, with what of the capabilities has to be asked for.
// SPDX-License-Identifier: MIT
#pragma once

#include "host/gpu/capabilities.hpp"
#include "host/gpu/vulkan.hpp"

namespace vkgan {

struct MadeDevice {
    VkResult result = VK_SUCCESS;
    VkDevice device = VK_NULL_HANDLE;
    // Why the driver would not give the queue a low priority although the capability is used; VK_SUCCESS: it
    // did.
    VkResult priority = VK_SUCCESS;
};
MadeDevice make_device(const InstanceFunctions& functions, const PhysicalRecord& record,
                       const Capabilities& capabilities, uint32_t queue_family);

}  // namespace vkgan
