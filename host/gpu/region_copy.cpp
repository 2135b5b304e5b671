// Copies in ranges of a few megabytes, each a command buffer.
// SPDX-License-Identifier: MIT
#include "host/gpu/region_copy.hpp"

#include "host/gpu/device.hpp"
#include "host/gpu/frame_queue.hpp"

#include <algorithm>

namespace vkgan {

Result<std::unique_ptr<RegionCopy>> RegionCopy::create(Device& device, RegionSet& regions,
                                                       std::vector<std::string> names, MemoryUse use) {
    std::unique_ptr<RegionCopy> result(new RegionCopy(device, regions, std::move(names)));
    VKGAN_TRY(result->make(use));
    return result;
}

RegionCopy::~RegionCopy() {
    for (size_t i = 0; i < retained_; ++i) regions_.release(names_[i]);
}

Status RegionCopy::make(MemoryUse use) {
    for (const std::string& name : names_) {
        const int64_t bytes = regions_.bytes(name);
        regions_.retain(name);
        ++retained_;
        VKGAN_ASSIGN(Buffer buffer, Buffer::create(device_, {.name = "copy of region " + name,
                                                             .memory_class = "copies",
                                                             .bytes = bytes,
                                                             .usage = VK_BUFFER_USAGE_TRANSFER_SRC_BIT |
                                                                      VK_BUFFER_USAGE_TRANSFER_DST_BIT,
                                                             .use = use}));
        buffers_.push_back(std::move(buffer));
        for (int64_t at = 0; at < bytes; at += copy_piece_bytes) {
            const auto part = VkDeviceSize(std::min(copy_piece_bytes, bytes - at));
            ranges_.push_back({buffers_.size() - 1, {VkDeviceSize(at), VkDeviceSize(at), part}});
        }
    }
    std::vector<TimedCommands::Description> commands;
    for (const char* const what : {"copying training's state", "putting training's state back"})
        for (const Piece& piece : ranges_)
            commands.push_back({what, double(piece.range.size) / guessed_copy_bytes_per_ns});
    VKGAN_ASSIGN(commands_, TimedCommands::create(device_, commands, [this](VkCommandBuffer to, int index) {
                     write(to, index);
                 }));
    return {};
}

void RegionCopy::write(VkCommandBuffer commands, int index) const {
    const bool take = size_t(index) < ranges_.size();
    const Piece& piece = ranges_[size_t(index) % ranges_.size()];
    const VkBuffer region = regions_.buffer(names_[piece.region]), copy = buffers_[piece.region].handle();
    order_copies(device_, commands, true);
    device_.vk().vkCmdCopyBuffer(commands, take ? region : copy, take ? copy : region, 1, &piece.range);
    order_copies(device_, commands, false);
}

int RegionCopy::add(FrameQueue& frame, int first, int count) {
    int next = first;
    for (; next < first + count && frame.admits(commands_->expected_ns(next)); ++next)
        frame.add(*commands_, next);
    return next - first;
}

int RegionCopy::add_take(FrameQueue& frame, int first) { return add(frame, first, pieces() - first); }

int RegionCopy::add_put_back(FrameQueue& frame, int first) {
    return add(frame, pieces() + first, pieces() - first);
}

std::span<const std::byte> RegionCopy::bytes(size_t region) const {
    const Buffer& buffer = buffers_[region];
    if (!buffer.mapped()) return {};
    return {buffer.mapped(), size_t(regions_.bytes(names_[region]))};
}

int64_t RegionCopy::total_bytes() const {
    int64_t total = 0;
    for (const Buffer& buffer : buffers_) total += buffer.bytes();
    return total;
}

}  // namespace vkgan
