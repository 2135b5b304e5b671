// Times of single kernels: timestamps around each, or the wall clock where the queue has none.
// SPDX-License-Identifier: MIT
#include "host/gpu/device.hpp"
#include "host/gpu/executor.hpp"

#include <chrono>

namespace vkgan {

Result<std::vector<double>> Executor::profile() {
    const size_t count = schedule_.plan.kernels.size();
    std::vector<double> ns;
    VKGAN_TRY(wait_idle());
    // Software drivers take timestamps when they like, so only the wall clock tells kernels apart there.
    const bool cpu = device_.record().properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
    if (!device_.capabilities().uses(Optional::timestamps) || cpu) {
        for (size_t i = 0; i < count; ++i) VKGAN_TRY(profile_part(i, 1, VK_NULL_HANDLE, ns));
        return ns;
    }
    auto info = vk_struct<VkQueryPoolCreateInfo>(VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO);
    info.queryType = VK_QUERY_TYPE_TIMESTAMP;
    info.queryCount = uint32_t(count + 1);
    VkQueryPool queries = VK_NULL_HANDLE;
    const VkResult result = device_.vk().vkCreateQueryPool(device_.handle(), &info, nullptr, &queries);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateQueryPool");
    const Status status = profile_part(0, count, queries, ns);
    device_.vk().vkDestroyQueryPool(device_.handle(), queries, nullptr);
    if (!status) return status.error();
    return ns;
}

Status Executor::profile_part(size_t first, size_t count, VkQueryPool queries, std::vector<double>& ns) {
    static const std::string what = "profiling a step";
    VKGAN_TRY(recorder().profile(scratch_, first, count, queries));
    const auto begin = std::chrono::steady_clock::now();
    VKGAN_TRY(submit(std::span(&scratch_, 1), what, nullptr));
    VKGAN_TRY(wait_idle());
    if (!queries) {
        ns.push_back(double((std::chrono::steady_clock::now() - begin).count()));
        return {};
    }
    std::vector<uint64_t> ticks(count + 1);
    const VkResult result = device_.vk().vkGetQueryPoolResults(
        device_.handle(), queries, 0, uint32_t(ticks.size()), ticks.size() * 8, ticks.data(), 8,
        VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT);
    if (result != VK_SUCCESS) return device_.failure(result, what);
    for (size_t i = 0; i < count; ++i)
        ns.push_back(double(ticks[i + 1] - ticks[i]) *
                     double(device_.record().properties.limits.timestampPeriod));
    return {};
}

}  // namespace vkgan
