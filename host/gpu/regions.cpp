// Regions and their copies, through one staging buffer that is made at first use.
// SPDX-License-Identifier: MIT
#include "host/gpu/regions.hpp"

#include "host/gpu/device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace vkgan {
namespace {

constexpr VkBufferUsageFlags region_usage =
    VK_BUFFER_USAGE_STORAGE_BUFFER_BIT | VK_BUFFER_USAGE_STORAGE_TEXEL_BUFFER_BIT |
    VK_BUFFER_USAGE_TRANSFER_SRC_BIT | VK_BUFFER_USAGE_TRANSFER_DST_BIT;

}  // namespace

RegionSet::~RegionSet() {
    const VolkDeviceTable& vk = device_.vk();
    if (fence_) vk.vkDestroyFence(device_.handle(), fence_, nullptr);
    if (pool_) vk.vkDestroyCommandPool(device_.handle(), pool_, nullptr);
}

Status RegionSet::ensure(const std::string& name, int64_t bytes) {
    if (bytes < 0) return Error{Code::invalid_argument, fmt::format("region {}: {} bytes", name, bytes)};
    const auto found = regions_.find(name);
    if (found != regions_.end() && found->second.buffer.bytes() >= bytes) return {};
    if (found != regions_.end() && found->second.users > 0)
        return Error{Code::invalid_argument,
                     fmt::format("region {} has {} bytes and is in use; it cannot grow to {}", name,
                                 found->second.buffer.bytes(), bytes)};
    // "G.parameters" counts as "parameters".
    VKGAN_ASSIGN(Buffer made, Buffer::create(device_, {.name = "region " + name,
                                                       .memory_class = name.substr(name.rfind('.') + 1),
                                                       .bytes = (bytes + 15) / 16 * 16,
                                                       .usage = region_usage}));
    VKGAN_TRY(begin());
    int64_t kept = 0;
    if (found != regions_.end()) {
        kept = found->second.buffer.bytes();
        const VkBufferCopy range{0, 0, VkDeviceSize(kept)};
        device_.vk().vkCmdCopyBuffer(commands_, found->second.buffer.handle(), made.handle(), 1, &range);
    }
    device_.vk().vkCmdFillBuffer(commands_, made.handle(), VkDeviceSize(kept), VK_WHOLE_SIZE, 0);
    VKGAN_TRY(end_and_wait("making region " + name));
    regions_[name].buffer = std::move(made);
    return {};
}

int64_t RegionSet::bytes(std::string_view name) const {
    const auto found = regions_.find(name);
    return found == regions_.end() ? 0 : found->second.buffer.bytes();
}

VkBuffer RegionSet::buffer(std::string_view name) const {
    const auto found = regions_.find(name);
    return found == regions_.end() ? VkBuffer(VK_NULL_HANDLE) : found->second.buffer.handle();
}

Result<const Buffer*> RegionSet::piece(std::string_view name, int64_t offset_bytes, int64_t bytes) const {
    const auto found = regions_.find(name);
    if (found == regions_.end()) return Error{Code::not_found, fmt::format("there is no region {}", name)};
    const int64_t had = found->second.buffer.bytes();
    if (offset_bytes < 0 || bytes < 0 || offset_bytes > had || bytes > had - offset_bytes)
        return Error{Code::invalid_argument,
                     fmt::format("region {} has {} bytes; {} bytes at {} do not lie in it", name, had, bytes,
                                 offset_bytes)};
    return &found->second.buffer;
}

Status RegionSet::upload(std::string_view name, int64_t offset_bytes, std::span<const std::byte> data) {
    VKGAN_ASSIGN(const Buffer* buffer, piece(name, offset_bytes, int64_t(data.size())));
    VKGAN_TRY(make_staging(int64_t(data.size())));
    while (!data.empty()) {
        const size_t part = std::min(data.size(), size_t(most_staging_bytes));
        std::memcpy(staging_.mapped(), data.data(), part);
        VKGAN_TRY(begin());
        const VkBufferCopy range{0, VkDeviceSize(offset_bytes), part};
        device_.vk().vkCmdCopyBuffer(commands_, staging_.handle(), buffer->handle(), 1, &range);
        VKGAN_TRY(end_and_wait("copying to a region"));
        data = data.subspan(part);
        offset_bytes += int64_t(part);
    }
    return {};
}

Status RegionSet::download(std::string_view name, int64_t offset_bytes, std::span<std::byte> data) {
    VKGAN_ASSIGN(const Buffer* buffer, piece(name, offset_bytes, int64_t(data.size())));
    VKGAN_TRY(make_staging(int64_t(data.size())));
    while (!data.empty()) {
        const size_t part = std::min(data.size(), size_t(most_staging_bytes));
        VKGAN_TRY(begin());
        const VkBufferCopy range{VkDeviceSize(offset_bytes), 0, part};
        device_.vk().vkCmdCopyBuffer(commands_, buffer->handle(), staging_.handle(), 1, &range);
        VKGAN_TRY(end_and_wait("copying from a region"));
        std::memcpy(data.data(), staging_.mapped(), part);
        data = data.subspan(part);
        offset_bytes += int64_t(part);
    }
    return {};
}

Status RegionSet::copy(Piece from, Piece to, int64_t bytes) {
    VKGAN_ASSIGN(const Buffer* source, piece(from.region, from.offset_bytes, bytes));
    VKGAN_ASSIGN(const Buffer* target, piece(to.region, to.offset_bytes, bytes));
    const bool overlap = source == target && from.offset_bytes < to.offset_bytes + bytes &&
                         to.offset_bytes < from.offset_bytes + bytes;
    if (overlap)
        return Error{Code::invalid_argument,
                     fmt::format("region {}: {} bytes at {} and at {} overlap", from.region, bytes,
                                 from.offset_bytes, to.offset_bytes)};
    if (bytes == 0) return {};
    VKGAN_TRY(begin());
    const VkBufferCopy range{VkDeviceSize(from.offset_bytes), VkDeviceSize(to.offset_bytes),
                             VkDeviceSize(bytes)};
    device_.vk().vkCmdCopyBuffer(commands_, source->handle(), target->handle(), 1, &range);
    return end_and_wait("copying between regions");
}

Status RegionSet::fill_with_zeros(std::string_view name) {
    VKGAN_ASSIGN(const Buffer* buffer, piece(name, 0, 0));
    VKGAN_TRY(begin());
    device_.vk().vkCmdFillBuffer(commands_, buffer->handle(), 0, VK_WHOLE_SIZE, 0);
    return end_and_wait("filling a region with zeros");
}

std::map<std::string, int64_t> RegionSet::bytes_by_region() const {
    std::map<std::string, int64_t> result;
    for (const auto& [name, region] : regions_) result[name] = region.buffer.bytes();
    return result;
}

int64_t RegionSet::total_bytes() const {
    int64_t total = 0;
    for (const auto& [name, region] : regions_) total += region.buffer.bytes();
    return total;
}

// What the last one was used for is done: copies are waited for.
Status RegionSet::make_staging(int64_t wanted) {
    const int64_t bytes = std::min(wanted, most_staging_bytes);
    if (staging_.bytes() >= bytes) return {};
    VKGAN_ASSIGN(staging_, Buffer::create(device_, {.name = "staging of regions",
                                                    .memory_class = "staging",
                                                    .bytes = bytes,
                                                    .usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                                                             VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                                    .use = MemoryUse::readback}));
    return {};
}

Status RegionSet::prepare() {
    const VolkDeviceTable& vk = device_.vk();
    if (pool_) return {};
    auto pool = vk_struct<VkCommandPoolCreateInfo>(VK_STRUCTURE_TYPE_COMMAND_POOL_CREATE_INFO);
    pool.flags = VK_COMMAND_POOL_CREATE_RESET_COMMAND_BUFFER_BIT;
    pool.queueFamilyIndex = device_.queue_family();
    VkResult result = vk.vkCreateCommandPool(device_.handle(), &pool, nullptr, &pool_);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateCommandPool");
    auto commands = vk_struct<VkCommandBufferAllocateInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_ALLOCATE_INFO);
    commands.commandPool = pool_;
    commands.commandBufferCount = 1;
    result = vk.vkAllocateCommandBuffers(device_.handle(), &commands, &commands_);
    if (result != VK_SUCCESS) return device_.failure(result, "vkAllocateCommandBuffers");
    const auto fence = vk_struct<VkFenceCreateInfo>(VK_STRUCTURE_TYPE_FENCE_CREATE_INFO);
    result = vk.vkCreateFence(device_.handle(), &fence, nullptr, &fence_);
    if (result != VK_SUCCESS) return device_.failure(result, "vkCreateFence");
    return {};
}

Status RegionSet::begin() {
    VKGAN_TRY(prepare());
    auto info = vk_struct<VkCommandBufferBeginInfo>(VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO);
    info.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    if (const VkResult result = device_.vk().vkBeginCommandBuffer(commands_, &info); result != VK_SUCCESS)
        return device_.failure(result, "vkBeginCommandBuffer");
    auto before = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
    before.srcAccessMask = VK_ACCESS_MEMORY_WRITE_BIT;
    before.dstAccessMask = VK_ACCESS_TRANSFER_READ_BIT | VK_ACCESS_TRANSFER_WRITE_BIT;
    device_.vk().vkCmdPipelineBarrier(commands_, VK_PIPELINE_STAGE_ALL_COMMANDS_BIT,
                                      VK_PIPELINE_STAGE_TRANSFER_BIT, 0, 1, &before, 0, nullptr, 0, nullptr);
    return {};
}

Status RegionSet::end_and_wait(std::string_view what) {
    const VolkDeviceTable& vk = device_.vk();
    auto after = vk_struct<VkMemoryBarrier>(VK_STRUCTURE_TYPE_MEMORY_BARRIER);
    after.srcAccessMask = VK_ACCESS_TRANSFER_WRITE_BIT;
    after.dstAccessMask = VK_ACCESS_MEMORY_READ_BIT | VK_ACCESS_MEMORY_WRITE_BIT | VK_ACCESS_HOST_READ_BIT;
    vk.vkCmdPipelineBarrier(commands_, VK_PIPELINE_STAGE_TRANSFER_BIT,
                            VK_PIPELINE_STAGE_ALL_COMMANDS_BIT | VK_PIPELINE_STAGE_HOST_BIT, 0, 1, &after, 0,
                            nullptr, 0, nullptr);
    VkResult result = vk.vkEndCommandBuffer(commands_);
    if (result != VK_SUCCESS) return device_.failure(result, what);
    auto submit = vk_struct<VkSubmitInfo>(VK_STRUCTURE_TYPE_SUBMIT_INFO);
    submit.commandBufferCount = 1;
    submit.pCommandBuffers = &commands_;
    VKGAN_TRY(device_.submit(submit, fence_, what));
    result = vk.vkWaitForFences(device_.handle(), 1, &fence_, VK_TRUE, UINT64_MAX);
    if (result == VK_SUCCESS) result = vk.vkResetFences(device_.handle(), 1, &fence_);
    if (result != VK_SUCCESS) return device_.failure(result, what);
    return {};
}

}  // namespace vkgan
