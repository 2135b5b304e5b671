// Copies of query results.
// SPDX-License-Identifier: MIT
#include "host/gpu/clock_copy.hpp"

#include "host/gpu/device.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace vkgan {

bool ClockCopy::wanted(const Device& device) {
    return device.capabilities().uses(Optional::timestamps) &&
           device.record().properties.deviceType == VK_PHYSICAL_DEVICE_TYPE_CPU;
}

Result<ClockCopy> ClockCopy::create(Device& device, size_t most_pieces) {
    auto buffer = Buffer::create(device, {.name = "timestamps",
                                          .memory_class = "staging",
                                          .bytes = int64_t(most_pieces * sizeof(Times)),
                                          .usage = VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                          .use = MemoryUse::readback});
    if (!buffer) return buffer.error();
    std::memset(buffer->mapped(), 0, size_t(buffer->bytes()));
    ClockCopy result;
    result.device_ = &device;
    result.buffer_ = std::move(*buffer);
    return result;
}

void ClockCopy::write(VkCommandBuffer commands, VkQueryPool queries, uint32_t first, size_t piece,
                      size_t count) const {
    if (piece >= most_pieces()) return;
    count = std::min(count, most_pieces() - piece);
    device_->vk().vkCmdCopyQueryPoolResults(commands, queries, first, 2 * uint32_t(count), buffer_.handle(),
                                            piece * sizeof(Times), sizeof(uint64_t),
                                            VK_QUERY_RESULT_64_BIT | VK_QUERY_RESULT_WAIT_BIT);
}

void ClockCopy::end(VkCommandBuffer commands) const {
    auto barrier = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
    barrier.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
    barrier.dstAccessMask = VK_ACCESS_HOST_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
    device_->vk().vkCmdPipelineBarrier(commands, VK_PIPELINE_STAGE_TRANSFER_BIT,
                                       VK_PIPELINE_STAGE_HOST_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 1,
                                       &barrier, 0, nullptr, 0, nullptr);
}

void ClockCopy::read(size_t piece, std::span<double> ns) const {
    const auto period = device_ ? double(device_->record().properties.limits.timestampPeriod) : 0;
    for (size_t i = 0; i < ns.size(); ++i) {
        ns[i] = -1;
        if (piece + i >= most_pieces()) continue;
        Times times;
        std::memcpy(&times, buffer_.mapped() + (piece + i) * sizeof(Times), sizeof times);
        if (times.end >= times.begin) ns[i] = double(times.end - times.begin) * period;
    }
}

}  // namespace vkgan
