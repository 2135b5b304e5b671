// A plan against its shaders, its regions and the device's limits, before anything of it reaches the driver.
// SPDX-License-Identifier: MIT
#include "host/gpu/bindings.hpp"

#include "host/gpu/device.hpp"

#include <fmt/format.h>

namespace vkgan {
namespace {

// What a message calls the kernel: "kernel 7 (conv2d 64x3x4x4, shader conv2d:texel)".
struct KernelName {
    size_t index;
    const PlannedKernel& kernel;
    std::string text() const {
        return fmt::format("kernel {} ({}, shader {})", index, kernel.label, kernel.shader);
    }
};

Status check_range(Device& device, const Plan& plan, const PlannedBinding& b, const KernelName& name) {
    if (b.region < 0 || size_t(b.region) >= plan.regions.size())
        return Error{Code::internal, fmt::format("{}: binding {} is in region {} of {}", name.text(),
                                                 b.binding, b.region, plan.regions.size())};
    const int64_t had = plan.region_bytes[size_t(b.region)];
    if (b.offset_bytes < 0 || b.bytes <= 0 || b.bytes % 16 != 0 || b.offset_bytes > had ||
        b.bytes > had - b.offset_bytes)
        return Error{Code::internal,
                     fmt::format("{}: binding {} has {} bytes at {} of region {}, which has {}", name.text(),
                                 b.binding, b.bytes, b.offset_bytes, plan.regions[size_t(b.region)], had)};
    const DeviceTraits& traits = device.traits();
    const VkPhysicalDeviceLimits& limits = device.record().properties.limits;
    if (b.offset_bytes % traits.offset_alignment != 0)
        return Error{Code::internal,
                     fmt::format("{}: binding {} starts at {}; the device wants multiples of {}", name.text(),
                                 b.binding, b.offset_bytes, traits.offset_alignment)};
    if (!b.texel && b.bytes > int64_t(limits.maxStorageBufferRange))
        return Error{Code::unsupported,
                     fmt::format("{}: binding {} has {} bytes; the device binds at most {}", name.text(),
                                 b.binding, b.bytes, limits.maxStorageBufferRange)};
    const int64_t quad_bytes = b.half ? 8 : 16;
    if (b.texel && b.bytes / quad_bytes > int64_t(limits.maxTexelBufferElements))
        return Error{Code::unsupported,
                     fmt::format("{}: binding {} has {} texels; the device binds at most {}", name.text(),
                                 b.binding, b.bytes / quad_bytes, limits.maxTexelBufferElements)};
    return {};
}

Status check_binding(Device& device, const Plan& plan, const PlannedBinding& b, const Shader& shader,
                     const KernelName& name) {
    const ShaderBinding* declared = nullptr;
    for (const ShaderBinding& candidate : shader.interface.bindings)
        if (candidate.binding == uint32_t(b.binding)) declared = &candidate;
    if (!declared)
        return Error{Code::internal, fmt::format("{}: the shader has no binding {}", name.text(), b.binding)};
    if (declared->texel != b.texel)
        return Error{Code::internal,
                     fmt::format("{}: binding {} is a {} in the plan and a {} in the shader", name.text(),
                                 b.binding, b.texel ? "texel buffer" : "storage buffer",
                                 declared->texel ? "texel buffer" : "storage buffer")};
    if (b.access != Access::read && !declared->writable)
        return Error{Code::internal,
                     fmt::format("{}: binding {} is written in the plan and readonly in the shader",
                                 name.text(), b.binding)};
    if (b.half && b.texel && !device.traits().half_texels)
        return Error{Code::unsupported,
                     fmt::format("{}: binding {} is a float16 texel buffer, and the device's "
                                 "texel buffers take float32 only",
                                 name.text(), b.binding)};
    for (const PlannedBinding& other : name.kernel.bindings)
        if (&other != &b && other.binding == b.binding)
            return Error{Code::internal,
                         fmt::format("{}: binding {} is bound twice", name.text(), b.binding)};
    return check_range(device, plan, b, name);
}

Status check_kernel(Device& device, const Plan& plan, const Shader& shader, const KernelName& name) {
    const PlannedKernel& kernel = name.kernel;
    const auto& max_groups = device.record().properties.limits.maxComputeWorkGroupCount;
    for (size_t axis = 0; axis < 3; ++axis)
        if (kernel.groups[axis] == 0 || kernel.groups[axis] > max_groups[axis])
            return Error{Code::unsupported,
                         fmt::format("{}: {} workgroups along {}; the device takes 1 to {}", name.text(),
                                     kernel.groups[axis], "xyz"[axis], max_groups[axis])};
    if (kernel.push.size() * 4 != (shader.interface.push_bytes + 3) / 4 * 4)
        return Error{Code::internal,
                     fmt::format("{}: {} bytes of push constants given, the shader takes {}", name.text(),
                                 kernel.push.size() * 4, shader.interface.push_bytes)};
    for (const PlannedBinding& binding : kernel.bindings)
        VKGAN_TRY(check_binding(device, plan, binding, shader, name));
    return {};
}

Status check_host_range(const Plan& plan, const std::string& name, const PlannedBinding& b) {
    const bool known = b.region >= 0 && size_t(b.region) < plan.regions.size();
    const int64_t had = known ? plan.region_bytes[size_t(b.region)] : 0;
    if (!known || b.offset_bytes < 0 || b.offset_bytes % 4 != 0 || b.bytes <= 0 || b.offset_bytes > had ||
        b.bytes > had - b.offset_bytes)
        return Error{Code::internal, fmt::format("{}: {} bytes at {} do not lie in their region of {} bytes",
                                                 name, b.bytes, b.offset_bytes, had)};
    return {};
}

}  // namespace

Status check_plan(Device& device, const Plan& plan, std::span<const Pipeline* const> pipelines) {
    if (plan.regions.size() != plan.region_bytes.size())
        return Error{Code::internal, fmt::format("the plan has {} regions and {} sizes of regions",
                                                 plan.regions.size(), plan.region_bytes.size())};
    for (size_t i = 0; i < plan.kernels.size(); ++i)
        VKGAN_TRY(check_kernel(device, plan, *pipelines[i]->shader, {i, plan.kernels[i]}));
    for (const auto& [name, binding] : plan.inputs)
        VKGAN_TRY(check_host_range(plan, "input " + name, binding));
    for (const auto& [name, binding] : plan.outputs)
        VKGAN_TRY(check_host_range(plan, "output " + name, binding));
    return {};
}

}  // namespace vkgan
