// Copies gathered to pieces of a few megabytes, each a command buffer.
// SPDX-License-Identifier: MIT
#include "host/gpu/copy_list.hpp"

#include "host/gpu/device.hpp"
#include "host/gpu/frame_queue.hpp"

#include <algorithm>

namespace vkgan {

Result<std::unique_ptr<CopyList>> CopyList::create(Device& device, const std::vector<Copy>& copies,
                                                   const std::string& name) {
    std::unique_ptr<CopyList> list(new CopyList(device));
    std::vector<TimedCommands::Description> commands;
    int64_t room = 0;  // in the last piece
    for (const Copy& copy : copies) {
        for (int64_t at = 0; at < copy.bytes;) {
            if (room == 0) {
                list->pieces_.emplace_back();
                commands.push_back({name, 0});
                room = copy_piece_bytes;
            }
            const int64_t part = std::min(room, copy.bytes - at);
            list->pieces_.back().push_back({copy.from.regions->buffer(copy.from.region),
                                            copy.to.regions->buffer(copy.to.region),
                                            {VkDeviceSize(copy.from.offset_bytes + at),
                                             VkDeviceSize(copy.to.offset_bytes + at), VkDeviceSize(part)}});
            commands.back().predicted_ns += double(part) / guessed_copy_bytes_per_ns;
            at += part;
            room -= part;
        }
    }
    VKGAN_ASSIGN(list->commands_,
                 TimedCommands::create(device, commands, [made = list.get()](VkCommandBuffer to, int index) {
                     made->write(to, index);
                 }));
    return list;
}

void CopyList::write(VkCommandBuffer commands, int index) const {
    order_copies(device_, commands, true);
    for (const Range& copy : pieces_[size_t(index)])
        device_.vk().vkCmdCopyBuffer(commands, copy.from, copy.to, 1, &copy.range);
    order_copies(device_, commands, false);
}

int CopyList::add(FrameQueue& frame, int first) {
    int next = first;
    for (; next < pieces() && frame.admits(commands_->expected_ns(next)); ++next) frame.add(*commands_, next);
    return next - first;
}

}  // namespace vkgan
