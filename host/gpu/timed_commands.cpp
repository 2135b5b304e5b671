// Recording with a timestamp at each end.
// SPDX-License-Identifier: MIT
#include "host/gpu/timed_commands.hpp"

#include "host/gpu/device.hpp"
#include "host/gpu/timestamp.hpp"

#include <algorithm>

namespace vkgan {

Result<std::unique_ptr<TimedCommands>> TimedCommands::create(Device& device,
                                                             const std::vector<Description>& descriptions,
                                                             Body body) {
    std::unique_ptr<TimedCommands> result(new TimedCommands(device, std::move(body)));
    std::vector<double> predicted_ns;
    for (const Description& description : descriptions) {
        result->names_.push_back(description.name);
        predicted_ns.push_back(description.predicted_ns);
    }
    result->costs_ = CostModel(std::move(predicted_ns));
    VKGAN_TRY(result->make());
    return result;
}

TimedCommands::~TimedCommands() {
    const VolkDeviceTable& vk = device_.vk();
    if (queries_) vk.vkDestroyQueryPool(device_.handle(), queries_, nullptr);
    if (pool_) vk.vkDestroyCommandPool(device_.handle(), pool_, nullptr);
}

Status TimedCommands::make() {
    const VolkDeviceTable& vk = device_.vk();
    const auto wanted = uint32_t(count());
    if (wanted == 0) return {};
    if (device_.capabilities().uses(Optional::timestamps)) {
        auto info = vk_struct<VkQueryPoolCreateInfo>(VK_STRUCTURE_TYPE_QUERY_POOL_CREATE_INFO);
        info.queryType = VK_QUERY_TYPE_TIMESTAMP;
        info.queryCount = 2 * wanted;
        const VkResult result = vk.vkCreateQueryPool(device_.handle(), &info, nullptr, &queries_);
        if (result != VK_SUCCESS) return device_.failure(result, "vkCreateQueryPool");
    }
    auto pool = vk_struct<VkCommandPoolCreateInfo>(VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
    pool.queueFamilyIndex = device_.queue_family();
    VkResult result = vk.vkCreateCommandPool(device_.handle(), &pool, nullptr, &pool_);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateCommandPool");
    buffers_.resize(wanted);
    auto info = vk_struct<VkCommandBufferAllocateInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
    info.commandPool = pool_;
    info.commandBufferCount = wanted;
    result = vk.vkAllocateCommandBuffers(device_.handle(), &info, buffers_.data());
    if (result != VK_SUCCESS) return device_.failure(result, "vkAllocateCommandBuffers");
    for (int i = 0; i < count(); ++i) VKGAN_TRY(record(i));
    return {};
}

Status TimedCommands::record(int index) const {
    const VolkDeviceTable& vk = device_.vk();
    const VkCommandBuffer commands = at(index);
    const uint32_t query = 2 * uint32_t(index);
    auto begin = vk_struct<VkCommandBufferBeginInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO);
    begin.flags = VK_COMMAND_BUFFER_USAGE_SIMULTANEOUS_USE_BIT;
    VkResult result = vk.vkBeginCommandBuffer(commands, &begin);
    if (result != VK_SUCCESS) return device_.failure(result, "vkBeginCommandBuffer");
    if (queries_) {
        vk.vkCmdResetQueryPool(commands, queries_, query, 2);
        write_timestamp(device_, commands, queries_, query);
    }
    write_to(commands, index);
    if (queries_) write_timestamp(device_, commands, queries_, query + 1);
    result = vk.vkEndCommandBuffer(commands);
    if (result != VK_SUCCESS) return device_.failure(result, "vkEndCommandBuffer");
    return {};
}

void TimedCommands::read_ns(int first, std::span<double> ns) const {
    std::ranges::fill(ns, -1.0);
    if (queries_) read_elapsed(device_, queries_, 2 * uint32_t(first), ns);
}

void TimedCommands::measured(int index, double ns) {
    costs_.measured(index, ns);
    spent_ns_ += ns;
}

void order_copies(const Device& device, VkCommandBuffer commands, bool before) {
    constexpr VkPipelineStageFlags others =
        VK_PIPELINE_STAGE_COMPUTE_SHADER_BIT | VK_PIPELINE_STAGE_TRANSFER_BIT | VK_PIPELINE_STAGE_HOST_BIT;
    auto barrier = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
    barrier.srcAccessMask = before ? VK_ACCESS_MEMORY_WRITE_BIT : VK_ACCESS_TRANSFER_WRITE_BIT;
    barrier.dstAccessMask = before ? VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT
                                   : VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT;
    const VkPipelineStageFlags copy = VK_PIPELINE_STAGE_TRANSFER_BIT;
    device.vk().vkCmdPipelineBarrier(commands, before ? others : copy, before ? copy : others, 0, 1, &barrier,
                                     0, nullptr, 0, nullptr);
}

}  // namespace vkgan
