// What VkGAN makes use of on a device, told before a host makes it.
// SPDX-License-Identifier: MIT
#include "generated/shader_table.hpp"
#include "host/api/vulkan_interop.hpp"
#include "host/gpu/describe_devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace vkgan {
namespace {

using api::Requirement;
using Kind = Requirement::Kind;

struct Row {
    const char* name;
    const char* buys;
    Kind kind = Kind::feature;
    Optional which{};
    bool listed = true;  // not where this instance has it without asking, or this build can never use it
};

constexpr const char* matrix_buys =
    "contractions with factors in float16 run on the device's matrix units; it takes subgroups of a required "
    "size "
    "as well";
constexpr const char* subgroup_buys =
    "kernels that share values in a subgroup are compiled for its exact size";
constexpr const char* timeline_buys = "submissions of frames can wait for and signal timeline semaphores";

std::vector<Row> rows(uint32_t version) {
#ifdef VK_KHR_cooperative_matrix
    const bool matrix = version >= VK_API_VERSION_1_2 && find_shader("conv2d:forward_matrix");
#else
    constexpr bool matrix = false;
#endif
    return {
        {"VkPhysicalDeviceFeatures.shaderInt64",
         "kernels store pairs of values at once, which is quicker on CPUs", Kind::feature, Optional::int64},
        {"VK_EXT_subgroup_size_control", subgroup_buys, Kind::extension, Optional::subgroup_size_control,
         version < VK_API_VERSION_1_3},
        {"VkPhysicalDeviceSubgroupSizeControlFeatures.subgroupSizeControl", subgroup_buys, Kind::feature,
         Optional::subgroup_size_control},
        {"VkPhysicalDeviceSubgroupSizeControlFeatures.computeFullSubgroups", subgroup_buys, Kind::feature,
         Optional::subgroup_size_control},
        {"VK_KHR_cooperative_matrix", matrix_buys, Kind::extension, Optional::cooperative_matrix, matrix},
        {"VkPhysicalDeviceCooperativeMatrixFeaturesKHR.cooperativeMatrix", matrix_buys, Kind::feature,
         Optional::cooperative_matrix, matrix},
        {"VkPhysicalDeviceVulkanMemoryModelFeatures.vulkanMemoryModel", matrix_buys, Kind::feature,
         Optional::cooperative_matrix, matrix},
        {"VkPhysicalDeviceShaderFloat16Int8Features.shaderFloat16", matrix_buys, Kind::feature,
         Optional::cooperative_matrix, matrix},
        {"VK_KHR_timeline_semaphore", timeline_buys, Kind::extension, Optional::timeline_semaphore,
         version < VK_API_VERSION_1_2},
        {"VkPhysicalDeviceTimelineSemaphoreFeatures.timelineSemaphore", timeline_buys, Kind::feature,
         Optional::timeline_semaphore},
        {"VK_EXT_memory_budget",
         "what does not fit beside other programs is refused with both numbers, before the driver fails",
         Kind::extension, Optional::memory_budget},
        {"VK_EXT_debug_utils", "kernels and memory have names in validation messages and in frame debuggers",
         Kind::instance_extension, Optional::debug_utils},
    };
}

bool instance_has(PFN_vkGetInstanceProcAddr get_proc, std::string_view name) {
    const auto enumerate = reinterpret_cast<PFN_vkEnumerateInstanceExtensionProperties>(
        get_proc(nullptr, "vkEnumerateInstanceExtensionProperties"));
    uint32_t count = 0;
    if (!enumerate || enumerate(nullptr, &count, nullptr) != VK_SUCCESS) return false;
    std::vector<VkExtensionProperties> extensions(count);
    if (enumerate(nullptr, &count, extensions.data()) < VK_SUCCESS) return false;
    extensions.resize(count);
    return std::any_of(extensions.begin(), extensions.end(),
                       [&](const auto& extension) { return name == extension.extensionName; });
}

api::Failure refusal(api::Reason reason, std::string message) {
    return {std::move(message), reason == api::Reason::invalid_argument, reason};
}

}  // namespace

namespace api {

Outcome<std::vector<Requirement>> query_requirements(VkInstance instance, VkPhysicalDevice device,
                                                     PFN_vkGetInstanceProcAddr get_proc,
                                                     uint32_t api_version) {
    if (!instance || !device || !get_proc)
        return refusal(Reason::invalid_argument,
                       fmt::format("query_requirements: {} is null", !instance ? "the instance"
                                                                     : !device ? "the physical device"
                                                                               : "get_instance_proc_addr"));
    if (api_version < VK_API_VERSION_1_1)
        return refusal(Reason::invalid_argument,
                       fmt::format("query_requirements: api_version is {}; it must be 1.1.0 or later",
                                   version_text(api_version)));
    PhysicalRecord record = describe_device(load_instance_functions(get_proc, instance), device, api_version);
    record.debug_utils = instance_has(get_proc, VK_EXT_DEBUG_UTILS_EXTENSION_NAME);
    const bool computes = compute_queue_family(record) >= 0;
    const std::string against = summarise(record, 0).refused;
    if (!against.empty() && (computes || record.api_version < VK_API_VERSION_1_1))
        return refusal(Reason::unsupported, fmt::format("The device {} cannot be used: {}.",
                                                        record.properties.deviceName, against));
    std::vector<Requirement> result{{.name = "compute queue",
                                     .buys = "VkGAN runs: all of its work is compute shaders and copies",
                                     .kind = Kind::queue,
                                     .required = true,
                                     .available = computes}};
    const Capabilities capabilities = decide_capabilities(record, {});
    for (const Row& row : rows(record.api_version))
        if (row.listed)
            result.push_back({.name = row.name,
                              .buys = row.buys,
                              .kind = row.kind,
                              .available = capabilities.uses(row.which)});
    return result;
}

}  // namespace api
}  // namespace vkgan
