// Asks the driver for the sizes of its matrices and picks one.
// SPDX-License-Identifier: MIT
#include "host/gpu/matrix_units.hpp"

#include "generated/shader_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace vkgan {

namespace {

// What the tiles of matrix.glsl are made for: multiples of 8, and 32 of k at a time.
bool suits(const MatrixUnits& size) {
    return (size.m == 8 || size.m == 16) && (size.n == 8 || size.n == 16) &&
           (size.k == 8 || size.k == 16 || size.k == 32);
}

constexpr const char* extension = "VK_KHR_cooperative_matrix";
constexpr uint32_t shared_bytes = 32768;  // of the kernels' smaller tile, with some to spare
constexpr uint32_t subgroups = 4;         // of a workgroup

}  // namespace

bool has_matrix_units(const PhysicalRecord& record) {
#ifdef VK_KHR_cooperative_matrix
    return record.extensions.contains(extension) && record.cooperative_matrix;
#else
    return record.extensions.contains(extension);
#endif
}

#ifdef VK_KHR_cooperative_matrix
void query_matrix_sizes(const InstanceFunctions& functions, PhysicalRecord& record) {
    const auto query = reinterpret_cast<PFN_vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR>(
        functions.get_proc(functions.instance, "vkGetPhysicalDeviceCooperativeMatrixPropertiesKHR"));
    if (!has_matrix_units(record) || !query) return;
    uint32_t count = 0;
    query(record.handle, &count, nullptr);
    std::vector<VkCooperativeMatrixPropertiesKHR> sizes(
        count,
        vk_struct<VkCooperativeMatrixPropertiesKHR>(VK_STRUCTURE_TYPE_COOPERATIVE_MATRIX_PROPERTIES_KHR));
    query(record.handle, &count, sizes.data());
    sizes.resize(count);
    for (const VkCooperativeMatrixPropertiesKHR& size : sizes)
        if (size.AType == VK_COMPONENT_TYPE_FLOAT16_KHR && size.BType == VK_COMPONENT_TYPE_FLOAT16_KHR &&
            size.CType == VK_COMPONENT_TYPE_FLOAT32_KHR && size.ResultType == VK_COMPONENT_TYPE_FLOAT32_KHR &&
            size.scope == VK_SCOPE_SUBGROUP_KHR && !size.saturatingAccumulation)
            record.matrix_sizes.push_back(
                {int(size.MSize), int(size.NSize), int(size.KSize), int(record.subgroup.subgroupSize)});
}
#else
void query_matrix_sizes(const InstanceFunctions&, PhysicalRecord&) {}
#endif

const char* matrix_units_refusal(const PhysicalRecord& record) {
#ifndef VK_KHR_cooperative_matrix
    return "this build's Vulkan headers are older than 1.3.255; docs/devices.md tells how to give it newer "
           "ones";
#endif
    if (!find_shader("conv2d:forward_matrix"))
        return "this build's shader compiler has no GL_KHR_cooperative_matrix; docs/devices.md tells how to "
               "give it a newer one";
    if (record.api_version < VK_API_VERSION_1_2) return "the kernels for it need Vulkan 1.2";
    if (!record.float16 || !record.vulkan_memory_model)
        return "the kernels for it need shaderFloat16 and vulkanMemoryModel";
    const bool whole_subgroups =
        record.subgroup_size_control && record.full_subgroups &&
        (record.size_control.requiredSubgroupSizeStages & VK_SHADER_STAGE_COMPUTE_BIT) != 0;
    if (!whole_subgroups) return "the kernels for it need full subgroups of a required size";
    const VkPhysicalDeviceLimits& limits = record.properties.limits;
    if (limits.maxComputeSharedMemorySize < shared_bytes ||
        std::min(limits.maxComputeWorkGroupInvocations, limits.maxComputeWorkGroupSize[0]) <
            subgroups * record.subgroup.subgroupSize)
        return "the kernels for it need 32 KiB of shared memory and four subgroups in a workgroup";
    if (choose_matrix_units(record).m == 0)
        return "it has no matrices of 8 or 16 float16 factors a side with float32 sums";
    return nullptr;
}

MatrixUnits choose_matrix_units(const PhysicalRecord& record) {
    MatrixUnits best;
    for (const MatrixUnits& size : record.matrix_sizes)
        if (suits(size) && size.m * size.n * size.k > best.m * best.n * best.k) best = size;
    return best;
}

std::string matrix_sizes_text(const PhysicalRecord& record) {
    std::string text;
    for (const MatrixUnits& size : record.matrix_sizes)
        text += fmt::format("{}{}x{}x{}", text.empty() ? "" : ", ", size.m, size.n, size.k);
    return text;
}

}  // namespace vkgan
