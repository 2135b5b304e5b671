// A queue of low priority: asked for as the driver names it, given up when it refuses.
// SPDX-License-Identifier: MIT
#include "host/gpu/make_device.hpp"
#include "tests/support/test_device.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>

using namespace vkgan;

namespace {

// Drivers that look at what they are asked for; the handle says what they gave.
const VkDevice plain = reinterpret_cast<VkDevice>(uintptr_t{1}),
               low = reinterpret_cast<VkDevice>(uintptr_t{2});

VkResult refusing(VkPhysicalDevice, const VkDeviceCreateInfo* info, const VkAllocationCallbacks*,
                  VkDevice* device) {
    if (info->pQueueCreateInfos[0].pNext || info->enabledExtensionCount > 0)
        return VK_ERROR_NOT_PERMITTED_KHR;
    *device = plain;
    return VK_SUCCESS;
}

VkResult granting(VkPhysicalDevice, const VkDeviceCreateInfo* info, const VkAllocationCallbacks*,
                  VkDevice* device) {
    const auto* priority =
        static_cast<const VkDeviceQueueGlobalPriorityCreateInfoKHR*>(info->pQueueCreateInfos[0].pNext);
    const bool asked = priority &&
                       priority->sType == VK_STRUCTURE_TYPE_DEVICE_QUEUE_GLOBAL_PRIORITY_CREATE_INFO_KHR &&
                       priority->globalPriority == VK_QUEUE_GLOBAL_PRIORITY_LOW_KHR;
    const bool enabled = info->enabledExtensionCount == 1 &&
                         std::string_view(info->ppEnabledExtensionNames[0]) == "VK_EXT_global_priority";
    *device = asked && enabled ? low : plain;
    return VK_SUCCESS;
}

VkResult broken(VkPhysicalDevice, const VkDeviceCreateInfo*, const VkAllocationCallbacks*, VkDevice*) {
    return VK_ERROR_INITIALIZATION_FAILED;
}

MadeDevice make(PFN_vkCreateDevice driver, bool low_priority) {
    PhysicalRecord record;
    record.extensions = {"VK_EXT_global_priority"};
    InstanceFunctions functions;
    functions.vkCreateDevice = driver;
    return make_device(functions, record, decide_capabilities(record, {.low_priority = low_priority}), 0);
}

}  // namespace

TEST_CASE("a queue of low priority is asked for with the driver's extension, and not unless it is wanted") {
    CHECK(make(granting, true).device == low);
    CHECK(make(granting, true).priority == VK_SUCCESS);
    CHECK(make(granting, false).device == plain);
}

TEST_CASE("where the driver refuses a low priority the device is made without, and the reason is kept") {
    const MadeDevice made = make(refusing, true);
    CHECK(made.result == VK_SUCCESS);
    CHECK(made.device == plain);
    CHECK(made.priority == VK_ERROR_NOT_PERMITTED_KHR);
    CHECK(make(broken, true).result == VK_ERROR_INITIALIZATION_FAILED);
}

TEST_CASE("a device of our own has external memory by file descriptors where the driver has it") {
    static bool asked = false;
    const auto driver = [](VkPhysicalDevice, const VkDeviceCreateInfo* info, const VkAllocationCallbacks*,
                           VkDevice* device) {
        asked = info->enabledExtensionCount == 1 &&
                std::string_view(info->ppEnabledExtensionNames[0]) == "VK_KHR_external_memory_fd";
        *device = plain;
        return VK_SUCCESS;
    };
    for (const bool has : {true, false}) {
        PhysicalRecord record;
        if (has) record.extensions = {"VK_KHR_external_memory_fd"};
        InstanceFunctions functions;
        functions.vkCreateDevice = driver;
        CHECK(make_device(functions, record, decide_capabilities(record, {}), 0).device == plain);
        CHECK(asked == has);
    }
}

TEST_CASE("a device that is to have a low priority says whether it has") {
    auto made = Device::create({.validation = true, .cache_folder = "", .low_priority = true});
    REQUIRE(made.ok());
    const Capability& row = (*made)->capabilities()[Optional::global_priority];
    const std::vector<std::string> notices = (*made)->notices();
    const auto told = std::count_if(notices.begin(), notices.end(), [](const std::string& note) {
        return note.find("queue priority") != std::string::npos;
    });
    CHECK(told == (row.used ? 0 : 1));
    CHECK(row.used == row.reason.empty());
    CHECK((*made)->validation_messages().empty());
    CHECK_FALSE(test_device().capabilities().uses(Optional::global_priority));
}
