// Writing and reading timestamps.
// SPDX-License-Identifier: MIT
#include "host/gpu/timestamp.hpp"

#include "host/gpu/device.hpp"

#include <algorithm>
#include <array>

namespace vkgan {

void write_timestamp(const Device& device, VkCommandBuffer commands, VkQueryPool queries, uint32_t query) {
    const VolkDeviceTable& vk = device.vk();
    vk.vkCmdWriteTimestamp(commands, VK_PIPELINE_STAGE_BOTTOM_OF_PIPE_BIT, queries, query);
    if (device.record().properties.deviceType != VK_PHYSICAL_DEVICE_TYPE_CPU) return;
    constexpr VkPipelineStageFlags compute = VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT;
    vk.vkCmdPipelineBarrier(commands, compute, compute, 0, 0, nullptr, 0, nullptr, 0, nullptr);
}

void read_elapsed(const Device& device, VkQueryPool queries, uint32_t first, std::span<double> ns) {
    struct Times {
        uint64_t begin = 0, begun = 0, end = 0, ended = 0;
    };
    std::array<Times, 64> times;
    constexpr VkQueryResultFlags flags = VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WITH_AVAILABILITY_BIT;
    const auto period = double(device.record().properties.limits.timestampPeriod);
    for (size_t done = 0; done < ns.size(); done += times.size()) {
        const std::span<double> part = ns.subspan(done, std::min(times.size(), ns.size() - done));
        times.fill({});
        const VkResult result = device.vk().vkGetQueryPoolResults(
            device.handle(), queries, first + 2 * uint32_t(done), 2 * uint32_t(part.size()),
            part.size() * sizeof(Times), times.data(), 2 * sizeof(uint64_t), flags);
        for (size_t i = 0; i < part.size(); ++i) {
            const Times& t = times[i];
            const bool known = (result == VK_SUCCESS || result == VK_NOT_READY) && t.begun != 0 &&
                               t.ended != 0 && t.end >= t.begin;
            part[i] = known ? double(t.end - t.begin) * period : -1;
        }
    }
}

}  // namespace vkgan
